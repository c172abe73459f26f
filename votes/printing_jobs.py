"""The job that creates a printout and emails it if requested."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.jobs.registry import JobContext, JobRefused, job_handler
from foundation.mail.restored import held_once_a_process
from foundation.time.clock import database_now
from texts.rendering import pdf
from texts.rendering.child_process import RENDERING_LIMIT, run_in_child
from votes.models import Printout
from votes.printing import STYLESHEET
from votes.services.confidential_mail import confidential_headers, send_confidentially
from votes.services.printouts import JOB_KIND


@job_handler(JOB_KIND, queue="pdf", limit=RENDERING_LIMIT)
def make_printout(context: JobContext, *, printout_id: str) -> dict[str, Any]:
    """Create the printout, unless it exists. The job does not store its owner or content."""
    row = Printout.objects.filter(pk=printout_id).first()
    if row is None:
        raise JobRefused(_("The brief was deleted before its file was created."))
    if row.content is None:
        with translation.override(row.language):
            content, _facts = run_in_child(lambda: render(row))
        Printout.objects.filter(pk=row.pk, content=None).update(content=content, made_at=database_now())
    if row.send_to:
        _send(row.pk)
    return {}


def render(row: Printout) -> tuple[bytes, dict[str, Any]]:
    """Return the file and its facts, in the active language."""
    context = {"m": row.material, "page_language": row.language, "style": STYLESHEET.read_text(encoding="utf-8")}
    return pdf.render_markup(render_to_string(f"votes/print/{row.kind}.html", context), identifier=row.hash[:32])


def _send(printout_id: Any) -> None:
    """Email the file once, without storing the email where administrators can read it."""
    held_once_a_process()
    with transaction.atomic():
        row = Printout.objects.select_for_update().filter(pk=printout_id, sent_at=None, is_held=False).first()
        if row is None or row.content is None:
            return
        with translation.override(row.language):
            subject = _("Brief: “%(question)s”") % {"question": " ".join(row.material["question"].split())[:80]}
            text = render_to_string("votes/brief_email.txt", {"m": row.material})
        mail = EmailMultiAlternatives(
            subject=subject,
            body=text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[row.send_to],
            headers=confidential_headers(f"brief:{row.pk}"),
        )
        mail.attach(f"{row.material['slug']}-{row.language}.pdf", bytes(row.content), "application/pdf")
        send_confidentially(mail)
        row.sent_at = database_now()
        row.save(update_fields=["sent_at"])
