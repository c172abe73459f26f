"""Email in tests: what was requested is sent by jobs."""

from django.core import mail
from django.core.mail import EmailMessage

from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from foundation.mail.restored import SEND, SEND_AT_ONCE


def deliver() -> list[EmailMessage]:
    """Run all waiting jobs that send email, oldest first, and return everything sent so far in this test."""
    waiting = Job.objects.filter(kind__in=(SEND, SEND_AT_ONCE), state=Job.State.WAITING)
    for job in waiting.order_by("requested_at"):
        run_job(str(job.pk))
    return mail.outbox
