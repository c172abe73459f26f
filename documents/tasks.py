"""The jobs of this app. Renditions run in the queue of the workers that have WeasyPrint loaded."""

import datetime as dt
import logging
from typing import Any

from celery.signals import celeryd_after_setup
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

# Imported because each module registers its jobs.
from documents.comparing import jobs as comparing_jobs  # noqa: F401
from documents.importing import jobs as importing_jobs  # noqa: F401
from documents.models import Rendition
from documents.renditions import JOB_KIND
from documents.services.circulation import notify_readers
from documents.translating import jobs as translating_jobs  # noqa: F401
from foundation.jobs.registry import JobContext, JobRefused, follows_deadlines, job_handler
from foundation.time.clock import database_now
from foundation.uploads.services import store_bytes
from texts.rendering import pdf
from texts.rendering.child_process import RENDERING_LIMIT
from texts.rendering.formats import render_format

log = logging.getLogger(__name__)
QUEUE = "pdf"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "pdfa": "application/pdf",
}


def _described(*, rendition_id: int) -> str:
    rendition = Rendition.objects.select_related("document").filter(pk=rendition_id).first()
    if rendition is None:
        return ""
    return _("%(document)s: %(format)s file, %(language)s") % {
        "document": rendition.document,
        "format": rendition.get_format_display(),
        "language": rendition.get_language_display(),
    }


@job_handler(JOB_KIND, queue=QUEUE, limit=RENDERING_LIMIT, describe=_described)
def render(context: JobContext, *, rendition_id: int) -> dict[str, Any]:
    """Make the file of a rendition. Running it again has no effect, or produces the same bytes."""
    rendition = Rendition.objects.filter(pk=rendition_id).first()
    if rendition is None:
        raise JobRefused(_("The draft was deleted before its file was created."))
    if rendition.is_ready:
        return {"rendition": rendition.pk, "report": rendition.report}
    material = rendition.issue.content if rendition.issue_id else rendition.material
    with translation.override(material["language"]):
        content, facts = render_format(material, rendition.format)
    with transaction.atomic():
        stored = store_bytes(content=content, media_type=MEDIA_TYPES[rendition.format])
        Rendition.objects.filter(pk=rendition.pk, file=None).update(
            file=stored,
            pages=facts.get("pages"),
            report=facts["report"],
            made_at=database_now(),
            material={},
        )
    return {"rendition": rendition.pk, "size": stored.size, "pages": facts.get("pages"), "report": facts["report"]}


@follows_deadlines("documents")
def follow(now: dt.datetime) -> None:
    """Notify the readers of papers whose time of release has passed."""
    notified = notify_readers(now=now)
    if notified:
        log.info("%s mails tell named readers of papers", notified)


@celeryd_after_setup.connect
def warm_renderer(instance: Any, **_kwargs: object) -> None:
    """Load WeasyPrint and its fonts before the worker pool forks, so that its processes share them."""
    if QUEUE in instance.app.amqp.queues.consume_from:
        pdf.warm()
        log.info("the renderer is warm")
