"""Celery tasks that run jobs, follow deadlines, and show that a worker takes jobs."""

import logging
from contextlib import ExitStack
from typing import Any

from celery import shared_task
from celery.concurrency.prefork import TaskPool
from celery.signals import worker_init

from foundation.jobs import services
from foundation.jobs.models import Worker
from foundation.jobs.registry import followers, preparations, surroundings
from foundation.jobs.watch import HEARTBEAT
from foundation.time.clock import database_now
from foundation.uploads.orphans import leaving_no_orphans

log = logging.getLogger(__name__)


@shared_task(name=services.RUN)
def run(job_id: str) -> None:
    """Run a job and log its state."""
    with leaving_no_orphans():
        state = services.run_job(job_id)
    log.info("job %s: %s", job_id, state)


@shared_task(name=HEARTBEAT)
def heartbeat(worker: str, queues: list[str]) -> None:
    """Record that this worker has just taken a message from the queues that it works for."""
    now = database_now()
    Worker.objects.bulk_create(
        [Worker(name=worker, queue=queue, consumed_at=now) for queue in queues],
        update_conflicts=True,
        unique_fields=["name", "queue"],
        update_fields=["consumed_at"],
    )


@shared_task(name="foundation.jobs.follow_deadlines")
def follow_deadlines() -> None:
    """Call each follower separately, so that a failure does not stop the others."""
    for prepare in preparations():
        prepare()
    with ExitStack() as stack:
        for make in surroundings():
            stack.enter_context(make())
        for name, follow in followers().items():
            try:
                follow(database_now())
            except Exception:  # the followers of other apps must still be called
                log.exception("what follows from deadlines failed in %s", name)


@worker_init.connect
def refuse_pools_without_limits(sender: Any, **_kwargs: object) -> None:
    """Stop workers whose pool has no processes, because Celery enforces hard limits only by killing processes."""
    if not issubclass(sender.pool_cls, TaskPool):
        raise SystemExit("Start the worker with --pool=prefork: other pools cannot end a job at its limit.")
