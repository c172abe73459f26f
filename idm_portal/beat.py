"""Celery beat's scheduler with a heartbeat for health checks."""

from pathlib import Path

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Touches `<schedule>.alive` every few seconds.

    The schedule file itself does not show that beat is running, because the dbm library decides when to write it.
    """

    def tick(self, *args: object, **kwargs: object) -> float:
        Path(f"{self.schedule_filename}.alive").touch()
        return super().tick(*args, **kwargs)
