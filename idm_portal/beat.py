"""The scheduler of Celery's beat, with a sign of life for whoever watches it."""

from pathlib import Path

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Touches `<schedule>.alive` every few seconds; when the schedule itself is written is up to the dbm library."""

    def tick(self, *args: object, **kwargs: object) -> float:
        Path(f"{self.schedule_filename}.alive").touch()
        return super().tick(*args, **kwargs)
