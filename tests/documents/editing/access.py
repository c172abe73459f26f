"""Expected answers of the editor's addresses, by role; part of the table of `documents`."""

from typing import Any

from documents.models import Text
from tests.access import EDITORS, Row, only
from tests.documents.editing.conftest import make_text


def draft_text() -> dict[str, Any]:
    text = make_text()
    return {"pk": text.part.document_id, "part": text.part.key, "language": text.language}


def other_language() -> dict[str, Any]:
    return {**draft_text(), "language": "fr"}


def translation() -> dict[str, Any]:
    kwargs = draft_text()
    original = Text.objects.get(part__document=kwargs["pk"], part__key=kwargs["part"])
    Text.objects.create(part=original.part, language="fr", content=original.content)
    return {**kwargs, "language": "fr"}


def another_document() -> dict[str, Any]:
    return {**draft_text(), "pk": make_text(key="elsewhere").part.document_id}


NOT_THERE = only(*EDITORS, status=404)

ROWS = [
    Row("documents:edit", draft_text, "GET", only(*EDITORS)),
    Row("documents:edit", other_language, "GET", only(*EDITORS, "translator", status=404), case="no such text"),
    Row("documents:edit", translation, "GET", only(*EDITORS, "translator"), case="a translation"),
    Row("documents:edit-state", translation, "GET", only(*EDITORS, "translator"), case="a translation"),
    Row("documents:edit", another_document, "GET", NOT_THERE, case="a part of another document"),
    Row("documents:edit-state", draft_text, "GET", only(*EDITORS)),
    Row("documents:edit-state", another_document, "GET", NOT_THERE, case="a part of another document"),
    Row("documents:edit-steps", draft_text, "GET", only(*EDITORS), {"since": "0"}),
    Row("documents:edit-steps", draft_text, "POST", only(*EDITORS, status=401), {"person": 0}, "as another", json=True),
    Row("documents:edit-steps", another_document, "POST", NOT_THERE, case="a part of another document"),
    Row("documents:edit-poll", draft_text, "GET", only(*EDITORS), {"since": "0"}),
    Row("documents:edit-presence", draft_text, "POST", only(*EDITORS), {"client": "window-1"}, json=True),
    Row("documents:edit-comments", draft_text, "GET", only(*EDITORS)),
    Row("documents:edit-comments", draft_text, "POST", only(*EDITORS, status=400), {"words": 1}, "nothing", json=True),
    Row("documents:edit-comments", another_document, "GET", NOT_THERE, case="a part of another document"),
    Row("documents:edit-figures", draft_text, "POST", only(*EDITORS), {"chips": []}, json=True),
    Row("documents:edit-figure-list", draft_text, "GET", only(*EDITORS)),
    Row("documents:edit-figures-reviewed", draft_text, "POST", only(*EDITORS), {"keys": []}, json=True),
]
