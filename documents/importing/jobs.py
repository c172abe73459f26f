"""The job that reads a Word file and creates the draft."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents.importing.services import JOB_KIND, run_import
from documents.models import WordImport
from foundation.jobs.registry import JobContext, JobRefused, job_handler

# Seconds. Files are limited in size, so a run that takes longer is stuck.
READING_LIMIT = 300


def _described(*, import_id: int, **_arguments: object) -> str:
    row = WordImport.objects.filter(pk=import_id).first()
    return _("Import of the Word file %(name)s") % {"name": row} if row else ""


@job_handler(JOB_KIND, limit=READING_LIMIT, describe=_described)
def read_file(context: JobContext, *, import_id: int, said_in: str = "en") -> dict[str, Any]:
    """Import the file; the report is written in the language `said_in`. A second run finds the draft."""
    word_import = WordImport.objects.select_related("file", "requested_by", "document").filter(pk=import_id).first()
    if word_import is None:
        raise JobRefused(_("The import was deleted."))
    with translation.override(said_in):
        document = run_import(word_import)
    return {"document": document.pk}
