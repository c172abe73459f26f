"""The email to the author of a job that was set aside. Loads the composer of sealed emails."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation.jobs.models import Job
from foundation.jobs.registry import description_of, notifies_authors
from foundation.mail import sealed  # noqa: F401 - registers its composer
from foundation.mail.services import Message, mail_composer, request_mail
from foundation.time.formats import zoned

SET_ASIDE = "foundation.job_set_aside"


@notifies_authors
def notify_author(job: Job) -> None:
    """Request the email. Jobs without an author were requested by the portal itself."""
    author = job.requested_by
    if author is not None and author.is_active:
        request_mail(
            kind=SET_ASIDE,
            key=f"{SET_ASIDE}:{job.pk}",
            recipient=author.email,
            language=author.language,
            arguments={"job_id": str(job.pk)},
        )


@mail_composer(SET_ASIDE)
def job_set_aside(*, language: str, job_id: str) -> Message | None:
    """Return the email, or None if the job's row has been deleted."""
    job = Job.objects.select_related("requested_by").filter(pk=job_id).first()
    if job is None:
        return None
    work = " ".join(description_of(job).split()) or _("the task that you requested")
    work = work if len(work) <= 120 else f"{work[:119]}…"
    context = {"job": job, "work": work, "requested": zoned(job.requested_at, job.requested_by.zone)}
    text = render_to_string("foundation/job_set_aside_email.txt", context)
    return Message(_("Not completed: %(work)s") % {"work": work}, text)
