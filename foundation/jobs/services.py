import datetime as dt
import logging
import threading
import time
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from kombu import Connection
from kombu.exceptions import LimitExceeded
from kombu.pools import ProducerPool, producers

from foundation.jobs.models import Job
from foundation.jobs.registry import JobContext, JobRefused, registered
from foundation.time.clock import database_now

log = logging.getLogger(__name__)


def request_job(
    *, kind: str, key: str, arguments: dict[str, Any], requested_by: Any = None, not_before: dt.datetime | None = None
) -> Job:
    """Writes the wish in the caller's transaction and publishes it after the commit.

    An unfinished job of the same kind and key is returned instead of a second one. A lost Redis delays nobody: the
    sweeper finds the row.
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
                )
        except IntegrityError:
            job = unfinished.get()
    if not_before is None:
        transaction.on_commit(lambda: publish(job))
    return job


class _Broker:
    """What this process knows of the broker: ten jobs of one request wait for a lost one once, not ten times."""

    away_until = 0.0  # on the monotonic clock


def publish(job: Job) -> bool:
    """Sends the id to the broker, waiting a blink at most. False when the broker is away, or was a moment ago."""
    from foundation.jobs.tasks import run

    if time.monotonic() < _Broker.away_until:
        return False
    try:
        with _publishers().acquire(block=True, timeout=1) as producer:
            run.apply_async(args=[str(job.pk)], queue=job.queue, retry=False, ignore_result=True, producer=producer)
    except (run.OperationalError, LimitExceeded) as error:
        _Broker.away_until = time.monotonic() + settings.JOB_PUBLISHING_PAUSE
        log.warning("job %s waits for the sweeper: the broker is away (%s)", job.pk, error)
        return False
    return True


def prepare_to_publish() -> None:
    """Reads what the first message of a process would read: before the fork, and not while somebody waits for it."""
    from foundation.jobs.tasks import run

    run.app.finalize(auto=True)
    run.app.amqp.router  # noqa: B018 - made when it is first asked for
    import_module("kombu.transport.redis")


def _publishers() -> ProducerPool:
    """Connections that give up quickly; the pool belongs to the process, also after a fork."""
    connection = Connection(settings.CELERY_BROKER_URL, transport_options=settings.JOB_PUBLISHING_OPTIONS)
    return producers[connection]


def take(job_id: str) -> Job | None:
    """The job for this worker, under a new fence and a lease; None when another has it or it is done."""
    now = database_now()
    free = Q(state=Job.State.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
    free |= Q(state=Job.State.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, attempt__lt=settings.JOB_ATTEMPTS).update(
        state=Job.State.RUNNING,
        attempt=F("attempt") + 1,
        fence=F("fence") + 1,
        lease_until=now + dt.timedelta(seconds=settings.JOB_LEASE),
        started_at=now,
        done=0,
        total=0,
    )
    return Job.objects.get(pk=job_id) if taken else None


def run_job(job_id: str) -> str:
    """Takes the job, runs its handler under a renewed lease and writes how it ended. Returns the state in a word."""
    job = take(job_id)
    if job is None:
        return "not taken"
    held = Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.RUNNING)
    context = JobContext(id=str(job.pk), fence=job.fence, attempt=job.attempt)
    with _LeaseKeeper(job):
        try:
            result = registered(job.kind).handler(context, **job.arguments)
        except JobRefused as refusal:
            return _end(held, job, Job.State.FAILED, error=str(refusal))
        except Exception as error:
            log.exception("job %s (%s) died in attempt %s", job.pk, job.kind, job.attempt)
            if job.attempt >= settings.JOB_ATTEMPTS:
                return _end(held, job, Job.State.SET_ASIDE, error=f"{type(error).__name__}: {error}"[:2000])
            wait = dt.timedelta(seconds=2**job.attempt)
            held.update(
                state=Job.State.WAITING,
                not_before=database_now() + wait,
                lease_until=None,
                error=f"{type(error).__name__}: {error}"[:2000],
            )
            return "to be tried again"
    return _end(held, job, Job.State.READY, result=result or {})


def _end(held: Any, job: Job, state: str, *, error: str = "", result: dict | None = None) -> str:
    """Writes the end under the fence: a worker that lost its lease changes nothing."""
    with transaction.atomic():
        ended = held.update(state=state, error=error, result=result or {}, lease_until=None, finished_at=database_now())
        if ended and state in (Job.State.FAILED, Job.State.SET_ASIDE):
            job.refresh_from_db()
            on_failure = registered(job.kind).on_failure
            if on_failure:
                on_failure(job)
    return state if ended else "lease lost"


def sweep() -> dict[str, int]:
    """Publishes what waits or lost its worker, and sets aside what died too often."""
    now = database_now()
    expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now)
    set_aside = 0
    for job in expired.filter(attempt__gte=settings.JOB_ATTEMPTS):
        held = expired.filter(pk=job.pk, fence=job.fence)
        state = _end(held, job, Job.State.SET_ASIDE, error=f"The worker died {job.attempt} times while doing this.")
        set_aside += state == Job.State.SET_ASIDE
    # A job just written is on its way through the broker; only what is older than a moment was lost.
    lost = Q(state=Job.State.WAITING) & (
        Q(not_before=None, requested_at__lt=now - dt.timedelta(seconds=3)) | Q(not_before__lte=now)
    )
    lost |= Q(state=Job.State.RUNNING, lease_until__lt=now)
    published = 0
    for job in Job.objects.filter(lost, attempt__lt=settings.JOB_ATTEMPTS).order_by("requested_at")[:200]:
        if not publish(job):
            break
        published += 1
    return {"published": published, "set aside": set_aside}


class _LeaseKeeper:
    """Renews the lease from a thread of its own while the handler works; the thread has its own connection."""

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
        try:
            while not self.stop.wait(settings.JOB_LEASE / 3):
                until = database_now() + dt.timedelta(seconds=settings.JOB_LEASE)
                held = Job.objects.filter(pk=self.job.pk, fence=self.job.fence, state=Job.State.RUNNING)
                if not held.update(lease_until=until):
                    return
        except Exception:
            log.exception("the lease of job %s is no longer renewed", self.job.pk)
        finally:
            connection.close()
