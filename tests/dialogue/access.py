"""Expected answers of this app's pages, by role."""

from typing import Any

from dialogue.imports import ContributionImport
from dialogue.models import Dialogue
from dialogue.services import add_paragraph, report_visits
from foundation.tables.uploads import store_table
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import CSV
from tests.access import EDITORS, READERS, Row, everybody, only
from tests.factories.dialogue import (
    CLOSES_ON,
    make_contribution,
    make_dialogue,
    make_open_dialogue,
    make_selected,
)
from tests.factories.membership import make_staff

PUBLISHER, MODERATOR = ("publisher",), ("moderator",)
ROWS_OF_A_TABLE = (
    "code,topic,text,language,written_on,author_name,author_description,may_quote,attribution\n"
    "one,1,Words of somebody.,en,2010-07-13,Ana,a nurse,yes,name\n"
)
MOVE = {"move": "down", "edit_version": "7"}


def public() -> dict[str, Any]:
    return {"slug": make_dialogue().slug}


def opened() -> dict[str, Any]:
    return {"slug": make_open_dialogue().slug}


def draft() -> dict[str, Any]:
    return {"slug": make_dialogue(state="draft").slug}


def topic() -> dict[str, Any]:
    row = make_dialogue().topics.first()
    return {"slug": row.dialogue.slug, "topic_id": row.pk}


def foreign_topic() -> dict[str, Any]:
    return topic() | {"slug": make_dialogue().slug}


def answered_topic() -> dict[str, Any]:
    row = make_contribution().topic
    return {"slug": row.dialogue.slug, "topic_id": row.pk}


def report() -> dict[str, Any]:
    dialogue = make_dialogue()
    row = report_visits(dialogue=dialogue, count=3, source="The Partner", reported_on=CLOSES_ON)
    return {"slug": dialogue.slug, "report_id": row.pk}


def written(state: str = "approved") -> dict[str, Any]:
    row = make_contribution(state=state)
    return {"slug": row.topic.dialogue.slug, "contribution_id": row.pk}


def waiting() -> dict[str, Any]:
    return written("submitted")


def foreign_contribution() -> dict[str, Any]:
    return written() | {"slug": make_dialogue().slug}


def uploaded() -> dict[str, Any]:
    """Return the arguments of the address, after an editor has uploaded a table."""
    dialogue = make_dialogue()
    file = CheckedFile("rows.csv", CSV, ROWS_OF_A_TABLE.encode())
    source = ContributionImport(str(dialogue.pk), {"source": "Forum", "approved": True})
    return {"slug": dialogue.slug, "upload_id": store_table(source, file=file, actor=make_staff("editor")).pk}


def selected() -> dict[str, Any]:
    row = make_selected()
    return {"slug": row.contribution.topic.dialogue.slug, "selected_id": row.pk}


def paragraph() -> dict[str, Any]:
    dialogue: Dialogue = make_dialogue()
    return {"slug": dialogue.slug, "paragraph_id": add_paragraph(dialogue=dialogue, text="Words.").pk}


def foreign_paragraph() -> dict[str, Any]:
    return paragraph() | {"slug": make_dialogue().slug}


def table() -> dict[str, Any]:
    return public() | {"kind": "csv"}


def editors(name: str, kwargs: Any, *, post: int = 200, data: dict[str, Any] | None = None) -> list[Row]:
    """Return rows for a page of editors: GET shows a form or question, POST acts or shows the form with errors."""
    get = Row(f"dialogue:{name}", kwargs, "GET", only(*EDITORS))
    return [get, Row(f"dialogue:{name}", kwargs, "POST", only(*EDITORS, status=post), data)]


PUBLIC = [
    Row("dialogue:list", None, "GET", everybody(200)),
    Row("dialogue:dialogue", public, "GET", everybody(200)),
    Row(
        "dialogue:dialogue",
        draft,
        "GET",
        everybody(404) | dict.fromkeys((*READERS, "moderator"), 200),
        case="draft",
    ),
    Row("dialogue:contribute", opened, "GET", everybody(200)),
    Row("dialogue:contribute", opened, "POST", everybody(200), case="empty form"),
    Row("dialogue:contribute", public, "POST", everybody(200), {"text": "Late."}, case="closed"),
    Row("dialogue:received", public, "GET", everybody(200)),
    Row("dialogue:contribution", written, "GET", everybody(302)),
    Row("dialogue:contribution", waiting, "GET", everybody(404), case="not approved"),
    Row("dialogue:contribution", foreign_contribution, "GET", everybody(404), case="of another dialogue"),
]

MODERATION = [
    Row("dialogue:moderation", public, "GET", only(*MODERATOR)),
    Row("dialogue:moderate", waiting, "GET", only(*MODERATOR)),
    Row(
        "dialogue:moderate",
        waiting,
        "POST",
        only(*MODERATOR, status=302),
        {"decision": "approved", "edit_version": "1"},
    ),
    Row("dialogue:moderate", foreign_contribution, "GET", only(*MODERATOR, status=404), case="of another dialogue"),
    Row("dialogue:contributions_table", table, "GET", only(*EDITORS, "moderator")),
]

MANAGED = [
    *editors("new", None),
    Row("dialogue:manage", public, "GET", only(*EDITORS)),
    *editors("edit", public),
    Row("dialogue:publish", draft, "GET", only(*PUBLISHER)),
    Row("dialogue:publish", draft, "POST", only(*PUBLISHER, status=409), {"edit_version": "7"}, case="changed"),
    Row("dialogue:conclude", public, "GET", only(*PUBLISHER)),
    Row("dialogue:conclude", public, "POST", only(*PUBLISHER), case="empty form"),
    *editors("topic_add", public),
    *editors("topic_edit", topic),
    Row("dialogue:topic_edit", foreign_topic, "GET", only(*EDITORS, status=404), case="of another dialogue"),
    *editors("topic_remove", topic, post=302, data={"edit_version": "1"}),
    Row("dialogue:topic_remove", answered_topic, "POST", only(*EDITORS, status=409), case="answered"),
    Row("dialogue:topics_order", public, "POST", only(*EDITORS, status=409), MOVE, case="of another list"),
    *editors("visits_add", public),
    *editors("visits_remove", report, post=302),
    *editors("import", public, post=400),
    Row("dialogue:import_preview", uploaded, "GET", only(*EDITORS, status=404), case="of somebody else"),
    Row("dialogue:import_preview", uploaded, "POST", only(*EDITORS, status=404), case="of somebody else"),
    Row("dialogue:import_refused", uploaded, "GET", only(*EDITORS, status=404), case="of somebody else"),
    Row("dialogue:import_cancel", uploaded, "POST", only(*EDITORS, status=302)),
]

WRITTEN = [
    Row("dialogue:comments", public, "GET", only(*EDITORS)),
    Row("dialogue:comments_order", topic, "POST", only(*EDITORS, status=409), MOVE, case="of another list"),
    Row("dialogue:comment_add", written, "POST", only(*EDITORS, status=302)),
    Row("dialogue:comment_add", foreign_contribution, "POST", only(*EDITORS, status=404), case="of another dialogue"),
    *editors("comment_edit", selected),
    Row("dialogue:comment_remove", selected, "POST", only(*EDITORS, status=302), {"edit_version": "1"}),
    Row("dialogue:summary", public, "GET", only(*EDITORS)),
    *editors("paragraph_add", public),
    Row("dialogue:paragraphs_order", public, "POST", only(*EDITORS, status=409), MOVE, case="of another list"),
    *editors("paragraph_edit", paragraph),
    Row("dialogue:paragraph_edit", foreign_paragraph, "GET", only(*EDITORS, status=404), case="of another dialogue"),
    *editors("paragraph_remove", paragraph, post=302, data={"edit_version": "1"}),
]

ROWS = PUBLIC + MODERATION + MANAGED + WRITTEN
