"""The process that looks for lost jobs. It takes nothing from the queues that it watches."""

import datetime as dt
import faulthandler
import logging
import threading

from django.conf import settings
from django.db import connection

from foundation.jobs.models import Job, Worker
from foundation.jobs.services import sweep
from foundation.jobs.watch import show_sign_of_life
from foundation.time.clock import database_now

log = logging.getLogger(__name__)

SWEPT_EVERY = 5  # seconds
ENDED_AFTER = 60  # seconds; a round that takes longer hangs, and the process ends
# Rows of workers that ended.
FORGOTTEN_AFTER = dt.timedelta(days=1)


def sweep_until(stop: threading.Event) -> None:
    """Sweep every few seconds until `stop` is set. A fault, such as a lost database, ends only the round."""
    while not stop.is_set():
        faulthandler.dump_traceback_later(ENDED_AFTER, exit=True)
        sweep_once()
        show_sign_of_life()
        stop.wait(SWEPT_EVERY)
    faulthandler.cancel_dump_traceback_later()


def sweep_once() -> None:
    """Sweep, log what was done, and forget workers that ended long ago."""
    try:
        connection.close_if_unusable_or_obsolete()
        swept = sweep()
        Worker.objects.filter(consumed_at__lt=database_now() - FORGOTTEN_AFTER).delete()
    except Exception:  # the next round must come, whatever failed in this one
        log.exception("jobs could not be swept")
        connection.close()
    else:
        if any(swept.values()):
            log.info("swept: %s", swept)


def idle_queues() -> dict[str, float | None]:
    """Return, for each queue, the seconds since a worker last proved that it takes jobs, or None if none ever did."""
    now = database_now()
    found: dict[str, float | None] = dict.fromkeys(settings.JOB_QUEUES)
    # A worker whose processes all have long jobs proves itself by their leases.
    for queue in Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now).values_list("queue", flat=True):
        found[queue] = 0.0
    for worker in Worker.objects.filter(queue__in=settings.JOB_QUEUES):
        seconds = max((now - worker.consumed_at).total_seconds(), 0.0)
        earlier = found[worker.queue]
        found[worker.queue] = seconds if earlier is None else min(seconds, earlier)
    return found
