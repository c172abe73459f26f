"""Expected answers of the pages of review, clearance, circulation, reissue, symbols, sources and figures, by role."""

import datetime as dt
from typing import Any

from django.utils import timezone

from documents import services
from documents.models import Document
from documents.renditions import request_preview
from membership.models import Entity
from tests.access import DELEGATIONS, EDITORS, READERS, STAFF, Row, everybody, only
from tests.factories.documents import make_draft, make_issued, make_rendition
from tests.factories.membership import make_person, make_staff, make_state

BLOCK = {"p": "A paragraph.", "id": "first"}
# Staff who neither edit nor clear the draft get 404.
REVIEWERS = only(*STAFF, status=404) | dict.fromkeys(EDITORS, 200)


def draft() -> dict[str, Any]:
    return {"pk": make_draft([BLOCK]).pk}


def in_english() -> dict[str, Any]:
    return {**draft(), "language": "en"}


def in_french() -> dict[str, Any]:
    return {**draft(), "language": "fr"}


def comment() -> dict[str, Any]:
    document = make_draft([BLOCK])
    values = {"language": "en", "block": "first", "words": "Really?"}
    made = services.comment_on(document=document, actor=make_staff("editor"), **values)
    return {"pk": document.pk, "comment": made.pk}


def issued_in_english() -> dict[str, Any]:
    return {"symbol": make_issued().symbol, "language": "en"}


def under_way() -> dict[str, Any]:
    document = make_issued()
    services.begin_reissue(document=document, language="en", reason="A line was lost.", actor=None)
    return {"symbol": document.symbol, "language": "en"}


def previewed() -> dict[str, Any]:
    place = under_way()
    document = Document.objects.get(symbol=place["symbol"])
    material = services.reissue_material(document, "en")
    return {**place, "rendition": request_preview(document=document, material=material).pk}


def reissued(symbol: str = "", **more: Any) -> dict[str, Any]:
    document = make_issued(symbol=symbol, **more)
    make_rendition(document, "docx")
    services.begin_reissue(document=document, language="en", reason="A line was lost.", actor=None)
    services.reissue_document(document=document, language="en", actor=None)
    return {"symbol": document.symbol, "language": "en", "number": 1}


def reissued_and_restricted() -> dict[str, Any]:
    return reissued("IC/2010/8", audience="delegations")


def non_paper() -> dict[str, Any]:
    return {"pk": services.create_document(actor=None, kind="non-paper", title_en="N", dated=dt.date(2010, 9, 1)).pk}


def circulated() -> dict[str, Any]:
    """Create a paper circulated to somebody who is none of the tested people."""
    document = Document.objects.get(**non_paper())
    now = timezone.now()
    later = now + dt.timedelta(days=7)
    services.name_readers(document=document, people=[make_person()], entities=[], expires_at=later, actor=None)
    services.issue_document(document=document, language="en", actor=None)
    services.release_document(document=document, actor=None)
    return {"pk": document.pk}


def circulated_to_the_delegation() -> dict[str, Any]:
    found = circulated()
    document = Document.objects.get(**found)
    entity = Entity.objects.filter(code="au").first() or make_state("au")
    services.name_readers(document=document, people=[], entities=[entity], expires_at=document.expires_at, actor=None)
    return found


def pattern() -> dict[str, Any]:
    row = services.add_pattern(actor=None, body="council", kind="", pattern="MC/{number}", first_number=1)
    return {"pattern": row.pk}


def with_language(make: Any, **more: Any) -> Any:
    return lambda: {**make(), "language": "en", **more}


def after(answers: dict[str, int], status: int) -> dict[str, int]:
    """Return the answers with another status instead of 200."""
    return {who: status if code == 200 else code for who, code in answers.items()}


NAMED = only(*READERS, refused=404)
WITH_THE_DELEGATION = NAMED | {"delegate": 200}
ADMINISTRATORS = only("administrator")
PUBLISHERS = only("publisher")
MISSING = everybody(404)
RESTRICTED = MISSING | dict.fromkeys((*READERS, *DELEGATIONS), 200)

CIRCULATING = [
    Row("documents:readers", non_paper, "GET", only(*EDITORS)),
    Row("documents:readers", non_paper, "POST", only(*EDITORS), case="empty form"),
    Row("documents:readers", draft, "GET", only(*EDITORS, status=404), case="with a symbol"),
    Row("documents:advance-copy", draft, "POST", only(*EDITORS, status=302)),
    Row("documents:advance-copy", non_paper, "POST", only(*EDITORS, status=409), case="of a non-paper"),
    Row("documents:circulated", circulated, "GET", NAMED),
    Row("documents:circulated", circulated_to_the_delegation, "GET", WITH_THE_DELEGATION, case="to a delegation"),
    Row("documents:circulated", non_paper, "GET", only(status=404, refused=404), case="draft"),
    Row("documents:circulated-page", with_language(circulated), "GET", NAMED),
    Row(
        "documents:circulated-page",
        with_language(circulated_to_the_delegation),
        "GET",
        WITH_THE_DELEGATION,
        case="to a delegation",
    ),
    Row("documents:circulated-file", with_language(circulated, format="docx"), "GET", after(NAMED, 202)),
    Row("documents:circulated-status", with_language(circulated, format="docx"), "GET", NAMED),
    Row("documents:circulated-act", lambda: {**circulated(), "act": "withdraw"}, "GET", PUBLISHERS),
    Row("documents:circulated-act", lambda: {**circulated(), "act": "withdraw"}, "POST", PUBLISHERS, case="no reason"),
]

REISSUING = [
    Row("documents:reissue", issued_in_english, "GET", PUBLISHERS),
    Row("documents:reissue", issued_in_english, "POST", after(PUBLISHERS, 302), {"reason": "A line was lost."}),
    Row("documents:reissue-preview", under_way, "GET", PUBLISHERS),
    Row("documents:reissue-preview", issued_in_english, "GET", after(PUBLISHERS, 404), case="none under way"),
    Row("documents:reissue-preview-file", under_way, "GET", after(PUBLISHERS, 202)),
    Row("documents:reissue-preview-file", issued_in_english, "GET", after(PUBLISHERS, 404), case="none under way"),
    Row("documents:reissue-preview-status", previewed, "GET", PUBLISHERS),
    Row(
        "documents:reissue-preview-status",
        lambda: {**issued_in_english(), "rendition": previewed()["rendition"]},
        "GET",
        after(PUBLISHERS, 404),
        case="of another document",
    ),
    Row("documents:earlier", reissued, "GET", everybody(200)),
    Row("documents:earlier", reissued_and_restricted, "GET", RESTRICTED, case="restricted"),
    Row("documents:earlier-file", lambda: {**reissued(), "format": "docx"}, "GET", everybody(200)),
    Row(
        "documents:earlier-file",
        lambda: {**reissued_and_restricted(), "format": "docx"},
        "GET",
        RESTRICTED,
        case="restricted",
    ),
]

SYMBOLS = [
    Row("documents:symbols", None, "GET", ADMINISTRATORS),
    Row("documents:symbol-add", None, "GET", ADMINISTRATORS),
    Row("documents:symbol-add", None, "POST", ADMINISTRATORS, case="empty form"),
    Row("documents:symbol-edit", pattern, "GET", ADMINISTRATORS),
    Row("documents:symbol-edit", pattern, "POST", ADMINISTRATORS, case="empty form"),
    Row("documents:symbol-remove", pattern, "GET", ADMINISTRATORS),
    Row("documents:symbol-remove", pattern, "POST", after(ADMINISTRATORS, 302), {"edit_version": "1"}),
    Row("documents:draft-symbol", draft, "POST", only(*EDITORS, status=409), case="it has one"),
]


def restricted_in_english() -> dict[str, Any]:
    return {"symbol": make_issued(symbol="IC/2010/8", audience="delegations").symbol, "language": "en"}


def as_table(make: Any, kind: str = "csv") -> Any:
    return lambda: {**make(), "kind": kind}


FIGURES = [
    Row("documents:feed", None, "GET", everybody(200)),
    Row("documents:figures", issued_in_english, "GET", everybody(200)),
    Row("documents:figures", restricted_in_english, "GET", RESTRICTED, case="restricted"),
    Row("documents:figures-file", as_table(issued_in_english), "GET", everybody(200)),
    Row("documents:figures-file", as_table(restricted_in_english), "GET", RESTRICTED, case="restricted"),
    Row("documents:figures-file", as_table(issued_in_english, "exe"), "GET", MISSING, case="no such format"),
    Row("documents:draft-figures", in_english, "GET", only(*EDITORS)),
    Row("documents:draft-figures-file", as_table(in_english, "xlsx"), "GET", only(*EDITORS)),
    Row("documents:draft-sources", in_english, "GET", only(*EDITORS)),
    Row("documents:draft-sources", in_english, "POST", only(*EDITORS, status=409), case="nothing to confirm"),
]

BEGINNING = [
    Row("documents:beginnings", None, "GET", only(*EDITORS)),
    Row("documents:begin", lambda: {"blueprint": "discussion-note"}, "GET", only(*EDITORS)),
    Row("documents:begin", lambda: {"blueprint": "discussion-note"}, "POST", only(*EDITORS), case="empty form"),
    Row("documents:begin", lambda: {"blueprint": "poem"}, "GET", only(*EDITORS, status=404), case="no such kind"),
]

REVIEWING = [
    Row("documents:draft-page", in_english, "GET", REVIEWERS),
    Row("documents:draft-page", in_french, "GET", after(REVIEWERS, 404), case="not in that language"),
    Row("documents:comment-new", in_english, "GET", after(REVIEWERS, 404), case="no such block"),
    Row("documents:comment-new", in_english, "POST", after(REVIEWERS, 404), case="no such block"),
    Row("documents:comment-reply", comment, "GET", REVIEWERS),
    Row("documents:comment-reply", comment, "POST", after(REVIEWERS, 302), {"words": "Yes."}),
    Row("documents:draft-life", draft, "GET", REVIEWERS),
    Row("documents:draft-review", draft, "POST", only(*EDITORS, status=302)),
    Row("documents:draft-clearers", draft, "POST", only(*EDITORS, status=302)),
    Row("documents:draft-ask-again", draft, "POST", only(*EDITORS, status=409), case="nobody to ask"),
    Row("documents:draft-decide", draft, "POST", only(*STAFF, status=404), case="not named"),
]

ROWS = [*REVIEWING, *CIRCULATING, *REISSUING, *SYMBOLS, *FIGURES, *BEGINNING]
