"""Expected answers of the pages of the Word import, by role."""

from typing import Any

from documents.importing.services import request_import
from membership.models import Person
from tests.access import Row, only
from tests.factories.files import checked
from tests.factories.word_files import WordFile

EDITORS = ("editor", "publisher")


def somebody_elses() -> dict[str, Any]:
    file = WordFile()
    file.p("A note.")
    word_import = request_import(file=checked("note.docx", file.bytes()), language="en", actor=None)
    assert Person.objects.filter(pk=word_import.requested_by_id).count() == 0
    return {"pk": word_import.pk}


ROWS = [
    Row("documents:import-new", None, "GET", only(*EDITORS)),
    Row("documents:import-new", None, "POST", only(*EDITORS, status=400)),
    Row("documents:import", somebody_elses, "GET", only(*EDITORS, status=404), case="of somebody else"),
]
