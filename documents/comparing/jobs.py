"""The job that renders a comparison as a PDF."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from documents.comparing.services import JOB_KIND
from documents.models import Comparison
from foundation.jobs.registry import JobContext, JobRefused, job_handler
from foundation.time.clock import database_now
from foundation.uploads.services import store_bytes
from texts import rendering
from texts.comparing.comparison import compare
from texts.rendering import pdf
from texts.rendering.child_process import RENDERING_LIMIT, run_in_child

STYLESHEET = Path(rendering.__file__).parent / "assets" / "comparison.css"
TEMPLATE = "documents/print/comparison.html"


def _described(*, comparison_id: int) -> str:
    row = Comparison.objects.filter(pk=comparison_id).first()
    return _("Comparison: %(name)s") % {"name": row} if row else ""


@job_handler(JOB_KIND, queue="pdf", limit=RENDERING_LIMIT, describe=_described)
def make_comparison(context: JobContext, *, comparison_id: int) -> dict[str, Any]:
    """Render and store the PDF. A second run changes nothing: it finds the file, or renders the same bytes."""
    row = Comparison.objects.filter(pk=comparison_id).first()
    if row is None:
        raise JobRefused("The comparison was cleared away before its file was made.")
    if row.is_ready:
        return {"comparison": row.pk}
    with translation.override(row.language):
        content, facts = run_in_child(lambda: render(row))
    with transaction.atomic():
        stored = store_bytes(content=content, media_type="application/pdf")
        Comparison.objects.filter(pk=row.pk, file=None).update(
            file=stored,
            pages=facts.get("pages"),
            report=facts["report"],
            made_at=database_now(),
            material={},
        )
    return {"comparison": row.pk, "size": stored.size, "pages": facts.get("pages")}


def render(row: Comparison) -> tuple[bytes, dict[str, Any]]:
    """Return the PDF and facts about it (`pages`, `report`), in the active language."""
    compared = compare(row.material["old"], row.material["new"], "pdf")
    context = {
        "name": row.name,
        "page_language": row.language,
        "labels": row.material["labels"],
        "compared": compared,
        "new": row.material["new"],
        "style": STYLESHEET.read_text(encoding="utf-8"),
    }
    return pdf.render_markup(render_to_string(TEMPLATE, context), identifier=row.hash[:32])
