"""Expected answers of the translation pages and the house styles, by role; part of the table of `documents`."""

from typing import Any

from documents.translating.services import start_translation
from tests.access import EDITORS, Row, only
from tests.factories.documents import make_draft, make_issued

WRITERS = (*EDITORS, "translator")
GONE = only(*WRITERS, status=404)
ADMINISTRATOR = only("administrator")


def untranslated() -> dict[str, Any]:
    return {"pk": make_draft([{"n": "One.", "id": "one"}]).pk, "language": "fr"}


def translated() -> dict[str, Any]:
    document = make_draft([{"n": "One.", "id": "one"}])
    part = document.parts.get()
    start_translation(part=part, language="fr", actor=None)
    return {"pk": document.pk, "part": part.key, "language": "fr"}


def whole() -> dict[str, Any]:
    kwargs = translated()
    del kwargs["part"]
    return kwargs


def part_untranslated() -> dict[str, Any]:
    document = make_draft([{"n": "One.", "id": "one"}])
    return {"pk": document.pk, "part": document.parts.get().key, "language": "fr"}


def issued_original() -> dict[str, Any]:
    return {"pk": make_issued().pk, "language": "en"}


def block() -> dict[str, Any]:
    return {**translated(), "block": "one"}


def no_block() -> dict[str, Any]:
    return {**translated(), "block": "nowhere"}


def council() -> dict[str, Any]:
    return {"body": "council", "language": "fr"}


def nobody() -> dict[str, Any]:
    return {"body": "nobody", "language": "fr"}


ROWS = [
    Row("documents:translation", whole, "GET", only(*WRITERS)),
    Row("documents:translation", untranslated, "GET", only(*WRITERS), case="not started"),
    Row("documents:translation", issued_original, "GET", GONE, case="the original"),
    Row("documents:translation-start", part_untranslated, "POST", only(*WRITERS, status=302)),
    Row("documents:translation-start", translated, "POST", only(*WRITERS, status=409), case="begun already"),
    Row("documents:translation-align", translated, "GET", only(*WRITERS)),
    Row("documents:translation-align", translated, "POST", only(*WRITERS, status=302)),
    Row("documents:translation-align", part_untranslated, "GET", GONE, case="not started"),
    Row("documents:translation-confirm", translated, "POST", only(*WRITERS, status=302)),
    Row("documents:translation-block", block, "GET", only(*WRITERS)),
    Row("documents:translation-block", block, "POST", only(*WRITERS), case="empty form"),
    Row("documents:translation-block", no_block, "GET", GONE, case="no such block"),
    Row("documents:house-styles", None, "GET", ADMINISTRATOR),
    Row("documents:house-style", council, "GET", ADMINISTRATOR),
    Row("documents:house-style", council, "POST", only("administrator", status=302), {"items": "both"}),
    Row("documents:house-style", nobody, "GET", only("administrator", status=404), case="no such body"),
]
