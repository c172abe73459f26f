"""Rows for the addresses of review, clearance, circulation, reissue, symbols, sources and figures."""

from typing import Any

from documents import services
from tests.access import EDITORS, STAFF, Row, only
from tests.factories.documents import make_draft
from tests.factories.membership import make_staff

BLOCK = {"p": "A paragraph.", "id": "first"}
# Staff who neither edit nor clear the draft do not learn that it exists.
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


def after(answers: dict[str, int], status: int) -> dict[str, int]:
    """The same table, but with another answer where the page would be shown."""
    return {who: status if code == 200 else code for who, code in answers.items()}


ROWS = [
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
