"""Celery tasks that run jobs, find lost ones and follow deadlines."""

import logging
from typing import Any

from celery import shared_task
from celery.concurrency.prefork import TaskPool
from celery.signals import worker_init

from foundation.jobs import services
from foundation.jobs.registry import followers
from foundation.time.clock import database_now

log = logging.getLogger(__name__)


@shared_task(name=services.RUN)
def run(job_id: str) -> None:
    """Run a job and log its state."""
    log.info("job %s: %s", job_id, services.run_job(job_id))


@shared_task(name="foundation.jobs.sweep")
def sweep() -> None:
    """Sweep jobs and log what was done."""
    swept = services.sweep()
    if any(swept.values()):
        log.info("swept: %s", swept)


@shared_task(name="foundation.jobs.follow_deadlines")
def follow_deadlines() -> None:
    """Call each follower separately, so that a failure does not stop the others."""
    for name, follow in followers().items():
        try:
            follow(database_now())
        except Exception:
            log.exception("what follows from deadlines failed in %s", name)


@worker_init.connect
def refuse_pools_without_limits(sender: Any, **_kwargs: object) -> None:
    """Stop workers whose pool has no processes, because Celery enforces hard limits only by killing processes."""
    if not issubclass(sender.pool_cls, TaskPool):
        raise SystemExit("Start the worker with --pool=prefork: other pools cannot end a job at its limit.")
