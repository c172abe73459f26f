"""Request, publish, run and sweep jobs. The row is the record; a message to Celery carries only its id."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from kombu import Connection
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import ProducerPool, producers

from foundation.jobs.models import Job
from foundation.jobs.registry import (
    JobContext,
    JobRefused,
    from_backup,
    limit_of,
    more_attempts,
    notifiers,
    on_failure_of,
    pauses_of,
    preparations,
    registered,
)
from foundation.logs import job_id as job_id_of_logs
from foundation.text.masking import reason_of
from foundation.time.clock import database_now

log = logging.getLogger(__name__)

# The name of the task in `foundation.jobs.tasks`, which imports this module.
RUN = "foundation.jobs.run"


def request_job(
    *, kind: str, key: str, arguments: dict[str, Any], requested_by: Any = None, not_before: dt.datetime | None = None
) -> Job:
    """Write the request in the caller's transaction and publish it after the commit.

    An unfinished job of the same kind and key is returned instead of creating another. If Redis is unavailable, the
    sweeper finds the row later.
    """
    unfinished = Job.objects.filter(kind=kind, key=key, state__in=Job.UNFINISHED)
    job = unfinished.first()
    if job is None:
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind,
                    key=key,
                    arguments=arguments,
                    queue=registered(kind).queue,
                    requested_by=requested_by,
                    not_before=not_before,
                    from_backup=from_backup.get(),
                )
                log.info("job %s of kind %s is requested", job.pk, kind)
        except IntegrityError:
            job = unfinished.get()
    if not_before is None:
        transaction.on_commit(lambda: publish(job))
    return job


class _Broker:
    """State of the broker as seen by this process: after one failed attempt, further jobs do not wait for it."""

    away_until = 0.0  # on the monotonic clock


def publish(job: Job) -> bool:
    """Send the id to the broker, waiting at most a second. Return False if the broker is or was just unavailable.

    The message carries the hard limit of the kind: the worker's parent process kills a child that exceeds it.
    """
    sent = send_message(RUN, args=[str(job.pk)], queue=job.queue, time_limit=limit_of(job.kind))
    if not sent:
        log.warning("job %s waits for the sweeper: the broker is away", job.pk)
    return sent


def send_message(task: str, *, args: list[Any], queue: Any, time_limit: int) -> bool:
    """Send a message, waiting at most a second. Return False if the broker is or was just unavailable."""
    if time.monotonic() < _Broker.away_until:
        return False
    try:
        with _publishers().acquire(block=True, timeout=1) as producer:
            current_app.send_task(
                task,
                args=args,
                queue=queue,
                time_limit=time_limit,
                retry=False,
                ignore_result=True,
                producer=producer,
            )
    except (OperationalError, LimitExceeded) as error:
        _Broker.away_until = time.monotonic() + settings.JOB_PUBLISHING_PAUSE
        log.warning("the broker is away (%s)", error)
        return False
    return True


def prepare_to_publish() -> None:
    """Load what the first message needs, before the server forks and before a user has to wait for it."""
    current_app.finalize(auto=True)
    current_app.amqp.router  # noqa: B018 - created on first access
    import_module("kombu.transport.redis")


def _publishers() -> ProducerPool:
    """Return connections that give up quickly. The pool belongs to this process, also after a fork."""
    connection = Connection(settings.CELERY_BROKER_URL, transport_options=settings.JOB_PUBLISHING_OPTIONS)
    pool: ProducerPool = producers[connection]
    return pool


def take(job_id: str) -> Job | None:
    """Return the job for this worker with a new fence and lease, or None if another worker has it or it is finished."""
    now = database_now()
    free = Q(state=Job.State.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
    free |= Q(state=Job.State.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, _has_attempts(), pk=job_id).update(
        state=Job.State.RUNNING,
        attempt=F("attempt") + 1,
        fence=F("fence") + 1,
        lease_until=now + dt.timedelta(seconds=settings.JOB_LEASE),
        started_at=now,
        done=0,
        total=0,
    )
    return Job.objects.get(pk=job_id) if taken else None


def _has_attempts() -> Q:
    """Return the condition of jobs that may be tried once more."""
    others = more_attempts()
    found = Q(attempt__lt=settings.JOB_ATTEMPTS) & ~Q(kind__in=list(others))
    for kind, attempts in others.items():
        found |= Q(kind=kind, attempt__lt=attempts)
    return found


def run_job(job_id: str) -> str:
    """Take the job, run its handler under a renewed lease, record the result and return the new state.

    If the worker kills the attempt at its limit, the lease expires and `sweep` records the result.
    """
    for prepare in preparations():
        prepare()
    job = take(job_id)
    if job is None:
        return "not taken"
    token = job_id_of_logs.set(str(job.pk))
    try:
        with from_another_time(job.from_backup):
            return _run(job)
    finally:
        job_id_of_logs.reset(token)


@contextmanager
def from_another_time(is_from_backup: bool) -> Iterator[None]:
    """Mark what is requested meanwhile: if it follows from a backup, the original may have done it already."""
    token = from_backup.set(is_from_backup)
    try:
        yield
    finally:
        from_backup.reset(token)


def _run(job: Job) -> str:
    held = Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.RUNNING)
    context = JobContext(id=str(job.pk), fence=job.fence, attempt=job.attempt)
    with _LeaseKeeper(job):
        try:
            result = registered(job.kind).handler(context, **job.arguments)
        except JobRefused as refusal:
            return _end(held, job, Job.State.FAILED, error=str(refusal))
        except Exception as error:
            log.exception("job %s (%s) died in attempt %s", job.pk, job.kind, job.attempt)
            return _try_again(held, job, reason_of(error))
    return _end(held, job, Job.State.READY, result=result or {})


def _try_again(held: QuerySet[Job], job: Job, error: str) -> str:
    """Record a failed attempt: schedule another one after a pause, or set the job aside after the last."""
    pauses = pauses_of(job.kind)
    if job.attempt > len(pauses):
        return _end(held, job, Job.State.SET_ASIDE, error=error)
    not_before = database_now() + dt.timedelta(seconds=pauses[job.attempt - 1])
    waits = held.update(state=Job.State.WAITING, not_before=not_before, lease_until=None, error=error)
    return "to be tried again" if waits else "lease lost"


def _end(held: QuerySet[Job], job: Job, state: str, *, error: str = "", result: dict[str, Any] | None = None) -> str:
    """Record the end of the job under its fence, so that a worker that lost its lease changes nothing."""
    with transaction.atomic():
        ended = held.update(state=state, error=error, result=result or {}, lease_until=None, finished_at=database_now())
        if ended and state in (Job.State.FAILED, Job.State.SET_ASIDE):
            job.refresh_from_db()
            on_failure = on_failure_of(job.kind)
            if on_failure:
                on_failure(job)
            if state == Job.State.SET_ASIDE:
                for notify in notifiers():
                    notify(job)
    return state if ended else "lease lost"


def sweep() -> dict[str, int]:
    """Publish jobs that wait or lost their worker, end killed attempts, and set aside jobs that failed too often."""
    now = database_now()
    expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now)
    set_aside = 0
    for job in expired.select_related("requested_by"):
        error = _how_it_died(job)
        if error:
            held = expired.filter(pk=job.pk, fence=job.fence)
            set_aside += _try_again(held, job, error) == Job.State.SET_ASIDE
    # Newer jobs are still on their way through the broker; only older ones were lost.
    lost = Q(state=Job.State.WAITING) & (
        Q(not_before=None, requested_at__lt=now - dt.timedelta(seconds=3)) | Q(not_before__lte=now)
    )
    lost |= Q(state=Job.State.RUNNING, lease_until__lt=now)
    published = 0
    for job in Job.objects.filter(lost, _has_attempts()).order_by("requested_at")[:200]:
        if not publish(job):
            break
        published += 1
    return {"published": published, "set aside": set_aside}


def _how_it_died(job: Job) -> str:
    """Return why the lease of a job expired, for its author; empty if a worker died and another may take the job now.

    A handler in C code that never releases the interpreter cannot renew its lease, so it looks like a dead worker.
    """
    with translation.override(getattr(job.requested_by, "language", None) or settings.LANGUAGE_CODE):
        if job.lease_until and job.lease_until >= _limit_is_at(job):
            return _("The task took longer than %(seconds)s seconds and was stopped.") % {"seconds": limit_of(job.kind)}
        if job.attempt <= len(pauses_of(job.kind)):
            return ""
        sentence = _("The server stopped responding %(attempts)s times during this task.")
        return sentence % {"attempts": job.attempt}


def _limit_is_at(job: Job) -> dt.datetime:
    """Return when the current attempt reaches its limit. No lease extends beyond it."""
    assert job.started_at  # an attempt has begun
    return job.started_at + dt.timedelta(seconds=limit_of(job.kind))


class _LeaseKeeper:
    """Renews the lease from a separate thread while the handler works, up to the limit of the attempt.

    The thread has its own database connection.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._keep, name=f"lease-{job.pk}", daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop.set()
        self.thread.join(timeout=5)

    def _keep(self) -> None:
        limit = _limit_is_at(self.job)
        held = Job.objects.filter(pk=self.job.pk, fence=self.job.fence, state=Job.State.RUNNING)
        try:
            while not self.stop.wait(settings.JOB_LEASE / 3):
                until = min(database_now() + dt.timedelta(seconds=settings.JOB_LEASE), limit)
                if not held.update(lease_until=until) or until == limit:
                    return
        except Exception:  # in a thread, where nobody else would log it; the lease then ends
            log.exception("the lease of job %s is no longer renewed", self.job.pk)
        finally:
            connection.close()
