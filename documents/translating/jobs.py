"""Jobs that write and read the Word files of translators."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents.models import ReturnedTranslation, TranslationAssignment
from documents.translating import external, intake
from foundation.jobs.registry import JobContext, JobRefused, job_handler

# Seconds. The largest Word file that is accepted takes less than a tenth of this to write or read.
FILE_LIMIT = 300


def _described(row: TranslationAssignment | None) -> str:
    if row is None:
        return ""
    return _("%(language)s translation of %(document)s (Word file)") % {
        "document": row.document,
        "language": row.get_language_display(),
    }


def _described_out(*, travelling_id: int) -> str:
    rows = TranslationAssignment.objects.select_related("document")
    return _described(rows.filter(pk=travelling_id).first())


def _described_back(*, returned_id: int, **_arguments: object) -> str:
    rows = TranslationAssignment.objects.select_related("document")
    return _described(rows.filter(returns=returned_id).first())


@job_handler(external.OUT, limit=FILE_LIMIT, describe=_described_out)
def write_file(context: JobContext, *, travelling_id: int) -> dict[str, Any]:
    """Write the file for the translator. A second run finds the file and changes nothing."""
    rows = TranslationAssignment.objects.select_related("document", "file")
    assignment = rows.filter(pk=travelling_id).first()
    if assignment is None:
        raise JobRefused(_("The translation was deleted."))
    return {"size": external.make_file(assignment).size}


@job_handler(external.BACK, limit=FILE_LIMIT, describe=_described_back)
def import_returned_file(context: JobContext, *, returned_id: int, said_in: str = "en") -> dict[str, Any]:
    """Import a returned file; the report is written in the language `said_in`. A second run changes nothing."""
    rows = ReturnedTranslation.objects.select_related("translation__document", "file", "returned_by")
    returned = rows.filter(pk=returned_id).first()
    if returned is None:
        raise JobRefused(_("The translation was deleted."))
    with translation.override(said_in):
        return {"taken": intake.import_returned(returned).taken}
