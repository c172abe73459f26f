"""Jobs that were set aside: an administrator runs them again or drops them."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from foundation.jobs.models import Job
from foundation.jobs.registry import decided_elsewhere
from foundation.jobs.services import publish
from foundation.time.clock import database_now


def undecided_jobs() -> QuerySet[Job]:
    """Return the jobs that need an administrator's decision, oldest first."""
    found = Job.objects.filter(state=Job.State.SET_ASIDE).exclude(kind__in=decided_elsewhere())
    return found.order_by("finished_at", "pk")


def run_again(*, job_ids: Iterable[UUID]) -> int:
    """Let these jobs run again, with all their attempts, and return how many.

    A job whose work has been requested again in the meantime is dropped instead, because the newer job does it. Jobs
    decided in the meantime are not changed.
    """
    with transaction.atomic():
        newer = Job.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"), state__in=Job.UNFINISHED)
        chosen = undecided_jobs().filter(pk__in=list(job_ids))
        replaced = list(chosen.filter(Exists(newer)).values_list("pk", flat=True))
        drop(job_ids=replaced)
        done: list[Job] = []
        for job in chosen.select_for_update():
            if any((job.kind, job.key) == (other.kind, other.key) for other in done):
                drop(job_ids=[job.pk])  # set aside twice: once is enough
                continue
            job.state, job.attempt, job.not_before = Job.State.WAITING, 0, None
            job.error, job.finished_at, job.requested_at = "", None, database_now()
            job.save(update_fields=["state", "attempt", "not_before", "error", "finished_at", "requested_at"])
            done.append(job)
        transaction.on_commit(lambda: [publish(job) for job in done])
        return len(done) + len(replaced)


def drop(*, job_ids: Iterable[UUID]) -> int:
    """Drop these jobs and return how many. Jobs decided in the meantime are not changed."""
    return undecided_jobs().filter(pk__in=list(job_ids)).order_by().update(state=Job.State.DROPPED)
