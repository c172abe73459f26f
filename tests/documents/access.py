"""Expected answers of this app's pages, by role. The rows of the editor are beside its tests."""

from typing import Any

from documents import services
from documents.models import Part
from tests.access import DELEGATIONS, EDITORS, READERS, SIGNED_IN, Row, everybody, only
from tests.documents.comparing.access import ROWS as COMPARING
from tests.documents.editing.access import ROWS as EDITING
from tests.documents.importing.access import ROWS as IMPORTING
from tests.documents.lifecycle_access import ROWS as LIFE
from tests.documents.reported_figures.access import ROWS as FIGURED
from tests.documents.translating.access import ROWS as TRANSLATING
from tests.documents.translating.external_access import ROWS as TRAVELLING
from tests.factories.documents import make_draft, make_issued, make_rendition

PUBLISHERS = ("publisher",)
MISSING = dict.fromkeys(("anonymous", *SIGNED_IN), 404)


def public_note() -> dict[str, Any]:
    return {"symbol": make_issued().symbol}


def restricted_note() -> dict[str, Any]:
    return {"symbol": make_issued(symbol="IC/2010/8", audience="delegations").symbol}


def draft_symbol() -> dict[str, Any]:
    return {"symbol": make_draft().symbol}


def withdrawn_note() -> dict[str, Any]:
    document = make_issued()
    services.withdraw_document(document=document, actor=None, reason="A mistake")
    return {"symbol": document.symbol}


def made() -> dict[str, Any]:
    document = make_issued()
    make_rendition(document, "docx")
    return {"symbol": document.symbol}


def in_english(make) -> Any:
    return lambda: {**make(), "language": "en"}


def in_french(make) -> Any:
    return lambda: {**make(), "language": "fr"}


def as_file(make, format: str = "pdf") -> Any:
    return lambda: {**make(), "language": "en", "format": format}


def with_act(make, act: str = "derive") -> Any:
    return lambda: {**make(), "act": act}


def draft() -> dict[str, Any]:
    return {"pk": make_draft().pk}


def draft_annex() -> dict[str, Any]:
    document = make_draft(annex=["An annex."])
    return {"pk": document.pk, "part": document.parts.get(kind=Part.Kind.ANNEX).key}


def draft_rendition() -> dict[str, Any]:
    document = make_draft()
    return {"pk": document.pk, "rendition": make_rendition(document, "docx").pk}


def foreign_rendition() -> dict[str, Any]:
    return {**draft_rendition(), "pk": make_draft().pk}


def issued() -> dict[str, Any]:
    return {"pk": make_issued().pk}


RESTRICTED = MISSING | dict.fromkeys((*READERS, *DELEGATIONS), 200)

READING = [
    Row("documents:list", None, "GET", everybody(200)),
    Row("documents:overview", public_note, "GET", everybody(200)),
    Row("documents:overview", restricted_note, "GET", RESTRICTED, case="restricted"),
    Row("documents:overview", draft_symbol, "GET", MISSING, case="draft"),
    Row("documents:overview", withdrawn_note, "GET", everybody(410), case="withdrawn"),
    Row("documents:page", in_english(public_note), "GET", everybody(200)),
    Row("documents:page", in_english(restricted_note), "GET", RESTRICTED, case="restricted"),
    Row("documents:page", in_english(withdrawn_note), "GET", everybody(410), case="withdrawn"),
    Row("documents:page", in_french(public_note), "GET", MISSING, case="not in that language"),
    Row("documents:download", as_file(made, "docx"), "GET", everybody(200), case="made"),
    Row("documents:download", as_file(public_note), "GET", everybody(202), case="in preparation"),
    Row(
        "documents:download",
        as_file(restricted_note),
        "GET",
        MISSING | dict.fromkeys((*READERS, *DELEGATIONS), 202),
        case="restricted",
    ),
    Row("documents:download", as_file(withdrawn_note), "GET", everybody(410), case="withdrawn"),
    Row("documents:status", as_file(public_note), "GET", everybody(200)),
    Row("documents:status", as_file(restricted_note), "GET", RESTRICTED, case="restricted"),
    Row("documents:unknown", lambda: {"address": "nothing"}, "GET", everybody(404)),
    Row("documents:unknown", lambda: {"address": "nothing"}, "POST", everybody(404)),
]

ACTING = [
    Row("documents:act", with_act(public_note), "GET", only(*PUBLISHERS)),
    Row("documents:act", with_act(public_note), "POST", only(*PUBLISHERS, status=302), {"relation": "rev"}),
    Row("documents:act", with_act(public_note, "explode"), "GET", only(*PUBLISHERS, status=404), case="unknown act"),
    Row("documents:act", with_act(draft_symbol), "GET", only(*PUBLISHERS, status=404), case="draft"),
]

DRAFTING = [
    Row("documents:draft-new", None, "GET", only(*EDITORS)),
    Row("documents:draft-new", None, "POST", only(*EDITORS), case="empty form"),
    Row("documents:draft", draft, "GET", only(*EDITORS)),
    Row("documents:draft", issued, "GET", only(*EDITORS, status=302), case="issued"),
    Row("documents:draft-masthead", draft, "GET", only(*EDITORS)),
    Row("documents:draft-masthead", draft, "POST", only(*EDITORS), case="empty form"),
    Row("documents:draft-masthead", issued, "GET", only(*EDITORS, status=404), case="issued"),
    Row("documents:draft-language", draft, "POST", only(*EDITORS, status=302), {"language": "fr"}),
    Row("documents:draft-annex", draft, "POST", only(*EDITORS, status=302), {"title": "Annex"}),
    Row("documents:draft-annex", draft, "POST", only(*EDITORS, status=400), {"source": "no such"}, "no such maker"),
    Row("documents:draft-annex-edit", draft_annex, "GET", only(*EDITORS)),
    Row("documents:draft-annex-edit", draft_annex, "POST", only(*EDITORS), {"title_en": ""}, "no title"),
    Row("documents:draft-annex-remove", draft_annex, "GET", only(*EDITORS)),
    Row("documents:draft-annex-remove", draft_annex, "POST", only(*EDITORS, status=409), case="no version"),
    Row("documents:draft-issue", in_english(draft), "GET", only(*PUBLISHERS)),
    Row("documents:draft-issue", in_english(draft), "POST", only(*PUBLISHERS, status=302)),
    Row("documents:draft-issue", in_french(draft), "POST", only(*PUBLISHERS, status=409), case="not in that language"),
    Row("documents:draft-render", as_file(draft), "POST", only(*EDITORS, status=302)),
    Row("documents:draft-rendition", draft_rendition, "GET", only(*EDITORS)),
    Row("documents:draft-rendition", foreign_rendition, "GET", only(*EDITORS, status=404), case="another draft's"),
    Row("documents:draft-file", draft_rendition, "GET", only(*EDITORS)),
    Row("documents:draft-file", foreign_rendition, "GET", only(*EDITORS, status=404), case="another draft's"),
]

ROWS = [*READING, *ACTING, *DRAFTING, *LIFE, *EDITING, *COMPARING, *TRANSLATING, *FIGURED, *IMPORTING, *TRAVELLING]
