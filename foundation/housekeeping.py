"""Delete what is no longer needed: finished jobs, personal data of old emails, expired sessions, files of no row."""

import datetime as dt
import logging
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import Q

from foundation.jobs.models import Job
from foundation.jobs.registry import JobContext, decided_elsewhere, follows_deadlines, job_handler
from foundation.jobs.services import request_job
from foundation.mail.models import Mail
from foundation.mail.services import purged_key
from foundation.time.clock import database_now
from foundation.uploads.orphans import delete_files_without_rows, delete_rows_without_use

log = logging.getLogger(__name__)

KIND = "foundation.housekeeping"
EVERY = dt.timedelta(days=1)
AT_ONCE = 1000
# Emails of these states are done with; the others wait for somebody.
ENDED_MAIL = (Mail.State.SENT, Mail.State.DROPPED, Mail.State.OBSOLETE)


@follows_deadlines("housekeeping")
def request_housekeeping(now: dt.datetime) -> None:
    """Request the job once a day."""
    recent = Job.objects.filter(kind=KIND, requested_at__gt=now - EVERY)
    if not recent.exists():
        request_job(kind=KIND, key="daily", arguments={})


@job_handler(KIND)
def clean(_context: JobContext) -> dict[str, Any]:
    """Delete everything whose time has passed, and return the counts."""
    now = database_now()
    done = {
        "jobs": delete_jobs(now),
        "emails made anonymous": remove_recipients(now),
        "emails": delete_mails(now),
        "sessions": delete_sessions(),
        "files without rows": delete_files_without_rows(),
        "rows of unused files": delete_rows_without_use(now - dt.timedelta(days=settings.UNUSED_FILES_DAYS)),
    }
    log.info("deleted: %s", done)
    return done


def delete_jobs(now: dt.datetime) -> int:
    """Delete jobs that ended `JOBS_KEPT_DAYS` ago. Those that need a decision stay."""
    ended = Q(state__in=[Job.State.READY, Job.State.FAILED, Job.State.DROPPED])
    ended |= Q(state=Job.State.SET_ASIDE, kind__in=decided_elsewhere())
    before = now - dt.timedelta(days=settings.JOBS_KEPT_DAYS)
    return Job.objects.filter(ended, requested_at__lt=before).delete()[1].get("foundation.Job", 0)


def remove_recipients(now: dt.datetime) -> int:
    """Remove addresses and arguments of emails that ended `MAIL_KEPT_DAYS` ago.

    A digest of their key remains for `MAIL_KEYS_KEPT_DAYS`, so that none is sent a second time.
    """
    before = now - dt.timedelta(days=settings.MAIL_KEPT_DAYS)
    old = Mail.objects.filter(state__in=ENDED_MAIL, requested_at__lt=before).exclude(recipient="")
    count = 0
    while rows := list(old.order_by("pk")[:AT_ONCE]):
        for row in rows:
            row.key, row.recipient, row.arguments = purged_key(row.key), "", {}
        Mail.objects.bulk_update(rows, ["key", "recipient", "arguments"])
        count += len(rows)
    return count


def delete_mails(now: dt.datetime) -> int:
    """Delete emails whose personal data was removed and that nobody will request again."""
    before = now - dt.timedelta(days=settings.MAIL_KEYS_KEPT_DAYS)
    return Mail.objects.filter(recipient="", requested_at__lt=before).delete()[0]


def delete_sessions() -> int:
    """Delete sessions that have expired."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    model = store.get_model_class()
    before = model.objects.count()
    store.clear_expired()
    return before - model.objects.count()
