"""The status of a draft: its stage, the next step for the person who reads it, and the problems to fix."""

import dataclasses
import re
from typing import Any

import pytest
from django.urls import reverse

from documents import services
from documents.draft_page import overview_of
from documents.draft_status import status_of
from documents.models import Document
from documents.progress import fingerprint
from documents.reported_figures.services import review_figures
from membership.models import Person
from tests.factories.documents import ISSUED, make_draft
from tests.factories.membership import make_staff
from texts.registry import Figure

pytestmark = pytest.mark.django_db
BLOCKS = [{"n": "It was attended by many.", "id": "first"}]


def status(document: Document, person: Person) -> Any:
    document.refresh_from_db()
    return status_of(document, person, {row.code: row.problems for row in overview_of(document).languages})


def act_of(document: Document, person: Person) -> tuple[str, str]:
    """Return the code of the current stage and the label of the next step."""
    found = status(document, person)
    return next(stage.code for stage in found.stages if stage.state == "now"), found.act.label


def test_each_stage_has_its_one_next_act() -> None:
    editor, publisher, first, second = (make_staff(role) for role in ("editor", "publisher", "editor", "editor"))
    document = make_draft([{"n": "[Main points.]", "id": "left"}])
    empty = services.create_document(actor=None, title_en="Nothing", dated=document.dated, symbol="IC/2010/71")
    assert act_of(empty, editor) == ("write", "Write the text")
    assert act_of(document, editor) == ("write", "Continue writing")
    assert status(document, editor).act.url.endswith("/en/edit/#left")

    document = make_draft(BLOCKS)
    assert act_of(document, editor) == ("review", "Request comments or clearance")
    assert act_of(document, publisher) == ("issue", "Issue in English")

    services.open_review(document=document, actor=editor)
    comment = services.comment_on(document=document, language="en", block="first", words="Why?", actor=editor)
    assert act_of(document, editor) == ("review", "Review the comments")
    assert status(document, editor).act.url == f"/documents/drafts/{document.pk}/en/#comment-{comment.pk}"
    services.resolve_comment(comment=comment, actor=editor)
    assert act_of(document, editor) == ("clear", "Request clearance")

    services.name_clearers(document=document, people=[first, second], actor=editor)
    assert act_of(document, first) == ("clear", "Clear or return the draft")
    assert act_of(document, editor) == act_of(document, second) == ("clear", "Read the draft")
    assert status(document, editor).stages[2].words == f"{first} has now been asked; then {second}"
    decide(document, first, "returned")
    assert act_of(document, editor) == ("clear", "See why it was returned")
    services.ask_clearance_again(document=document, actor=editor)
    decide(document, first, "cleared")
    decide(document, second, "cleared")
    assert act_of(document, editor) == ("issue", "Read the draft")
    assert act_of(document, publisher) == ("issue", "Issue in English")


def test_the_symbol_is_taken_before_the_clearance_which_its_distribution_would_end() -> None:
    editor = make_staff("editor")
    document = services.create_document(actor=None, title_en="A note", dated=ISSUED.date(), body="consultations")
    content = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Words."}]}]}
    services.set_text(part=document.parts.get(), language="en", content=content, actor=None)
    services.add_pattern(actor=None, body="consultations", kind="", pattern="IC/{year}/{number}", first_number=1)
    services.open_review(document=document, actor=editor)
    assert act_of(document, editor) == ("clear", "Assign the symbol IC/2010/1")
    services.assign_symbol(document=document, actor=editor)
    assert act_of(document, editor) == ("clear", "Request clearance")


def decide(document: Document, person: Person, decision: str) -> None:
    seen = fingerprint(document)
    services.decide_clearance(document=document, actor=person, decision=decision, words="Said.", seen=seen)


def test_what_is_against_the_issue_leads_to_where_it_is_mended(client, app) -> None:
    document = make_draft(
        [{"n": "Then {t:later}.", "id": "first"}, {"n": "See {see:gone}.", "id": "second"}], annex=[{"exhibit": "t:x"}]
    )
    person = make_staff("publisher")
    services.name_clearers(document=document, people=[person], actor=person)
    edit = reverse(
        "documents:edit", kwargs={"pk": document.pk, "part": document.parts.get(kind="main").key, "language": "en"}
    )
    assert [(entry.words, entry.url) for entry in status(document, person).problems] == [
        (f"{person} has not cleared the draft yet.", f"/documents/drafts/{document.pk}/life/"),
        ("“votes (docs_tests.facts:one:later)”: not available yet", f"{edit}#first"),
        ("A cross-reference in the main text has no target. Choose a target or delete it.", f"{edit}#second"),
    ]
    client.force_login(person)
    html = client.get(document.draft_url).content.decode()
    assert html.count("btn-primary") == 1
    assert f'href="{edit}#second"' in html


def test_the_table_names_figures_by_label_with_their_value_their_drift_and_their_place(client, app) -> None:
    app.values["people"] = Figure("count", 178, "participants", source="List")
    document = make_draft([{"n": "It was {t:people|approximately} people.", "id": "first"}, {"n": "{t:people}."}])
    editor = make_staff("editor")
    review_figures(document=document, keys=["docs_tests.facts:one:people"], actor=editor)
    app.values["people"] = dataclasses.replace(app.values["people"], value=203)
    client.force_login(editor)
    html = client.get(document.draft_url).content.decode()
    table = html[html.index('<table class="table table-stack draft-figures">') :]
    cells = [
        " ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd] .*?</t[hd]>", table, re.DOTALL)
    ]
    assert "docs_tests.facts" not in table
    assert cells[5:7] == ["Participants", "approximately 200 current value: 203"]
    assert cells[7].startswith("Changed approximately 180 when reviewed")
    assert cells[7].endswith("now approximately 200")
    assert cells[8] == "paragraph 1 : participants"
    assert "2 changed since review" in html
