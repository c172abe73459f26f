"""Celery beat's scheduler, which shows that it is running and ends when it hangs."""

import faulthandler
import sys

from celery.beat import PersistentScheduler

from foundation.jobs.watch import show_sign_of_life

ENDED_AFTER = 60  # seconds; it looks at its schedule every five


class Scheduler(PersistentScheduler):
    """Shows a sign of life each time it looks at its schedule."""

    def tick(self, *args: object, **kwargs: object) -> float:
        # Celery replaces sys.stderr by a logger, to which the handler of faults cannot write.
        faulthandler.dump_traceback_later(ENDED_AFTER, exit=True, file=sys.__stderr__)
        show_sign_of_life()
        return super().tick(*args, **kwargs)
