"""Celery beat's scheduler, which shows that it is running and ends when it hangs."""

import faulthandler

from celery.beat import PersistentScheduler

from foundation.jobs.watch import show_sign_of_life

ENDED_AFTER = 60  # seconds; it looks at its schedule every five


class Scheduler(PersistentScheduler):
    """Shows a sign of life each time it looks at its schedule."""

    def tick(self, *args: object, **kwargs: object) -> float:
        faulthandler.dump_traceback_later(ENDED_AFTER, exit=True)
        show_sign_of_life()
        return super().tick(*args, **kwargs)
