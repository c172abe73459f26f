"""Versions to choose from, who may see them, and earlier states replayed from steps."""

import datetime as dt

import pytest
from django.db.models import Max
from django.utils import timezone

from documents import services
from documents.comparing.services import request_comparison, save_point
from documents.editing.authority import accept_steps
from documents.models import Document, Step, Text, TextState
from documents.models.versions import STEPS_BETWEEN
from documents.versions import content_at, draft_key, find_version, issue_key, state_key, versions_of
from foundation.jobs.services import run_job
from foundation.refusals import Refused
from tests.factories.documents import make_draft, make_issued
from tests.factories.membership import make_delegate, make_staff
from texts.schema import plain_text

pytestmark = pytest.mark.django_db


def main_text(document: Document, language: str = "en") -> Text:
    return Text.objects.get(part__document=document, part__kind="main", language=language)


def write(document: Document, *paragraphs: str) -> dt.datetime:
    """Write the text and return the moment after it."""
    text = main_text(document)
    blocks = [
        {
            "type": "paragraph",
            "attrs": {"id": f"block-{place}", "numbered": True},
            "content": [{"type": "text", "text": words}],
        }
        for place, words in enumerate(paragraphs)
    ]
    services.set_text(part=text.part, language="en", content={"type": "doc", "content": blocks}, actor=None)
    return Step.objects.filter(text=text).aggregate(last=Max("taken_at"))["last"]


def text_then(text_id: int, at: dt.datetime) -> str | None:
    content = content_at(text_id, at)
    return None if content is None else "|".join(plain_text(block) for block in content["content"])


def test_earlier_states_are_played_from_the_steps() -> None:
    document = make_draft(["As it was first."])
    text = main_text(document)
    moments = [write(document, words) for words in ("Second.", "Third.", "Fourth.")]
    assert [text_then(text.pk, moment) for moment in moments] == ["Second.", "Third.", "Fourth."]
    assert text_then(text.pk, moments[0] - dt.timedelta(days=1)) is None


def test_a_state_is_kept_every_so_many_steps_whoever_writes() -> None:
    document = make_draft(["a"])
    text = main_text(document)
    number = text.step_number
    for place in range(STEPS_BETWEEN + 5):
        step = {"stepType": "replace", "from": 1, "to": 1, "slice": {"content": [{"type": "text", "text": "x"}]}}
        taken = accept_steps(text_id=text.pk, version=number + place, client="w", steps=[step], person=None)
    stored = list(TextState.objects.filter(text=text).values_list("step_number", flat=True))
    assert (stored[0], stored[-1], taken.step_number) == (0, STEPS_BETWEEN, number + STEPS_BETWEEN + 5)
    step = Step.objects.get(text=text, number=number + 3)
    assert text_then(text.pk, step.taken_at) == "xxxa"


def test_what_there_is_to_choose_from() -> None:
    original = make_issued(["One paragraph."])
    revision = services.create_revision(document=original, actor=None)
    write(revision, "Another paragraph.")
    point = save_point(document=revision, label="Before the consultations", actor=None)
    editor, now = make_staff("editor"), timezone.now()
    keys = [version.key for version in versions_of(revision, "en", editor, now)]
    last = Step.objects.filter(text=main_text(revision)).latest("number").taken_at
    first = TextState.objects.get(text=main_text(revision), step_number=0).kept_at
    expected = [
        draft_key(revision, "en"),
        state_key(revision, "en", point.at),
        state_key(revision, "en", last),
        state_key(revision, "en", first),
        issue_key(original.issues.get()),
    ]
    assert set(expected) <= set(keys)
    assert [version.key for version in versions_of(original, "en", None, now)] == [issue_key(original.issues.get())]


def test_drafts_and_states_are_for_those_who_write_them() -> None:
    document = make_draft(["One."])
    now = timezone.now()
    keys = (draft_key(document, "en"), state_key(document, "en", now))
    readers = {
        "editor": make_staff("editor"),
        "translator": make_staff("translator"),
        "moderator": make_staff("moderator"),
        "delegate": make_delegate("au"),
        "nobody": None,
    }
    seen = {name: [bool(find_version(key, person, now)) for key in keys] for name, person in readers.items()}
    assert seen == {
        "editor": [True, True],
        "translator": [True, True],
        "moderator": [False, False],
        "delegate": [False, False],
        "nobody": [False, False],
    }


def test_an_issue_is_a_version_for_whoever_may_read_it() -> None:
    issue = make_issued(symbol="IC/2010/7", audience="delegations").issues.get()
    key, now = issue_key(issue), timezone.now()
    assert find_version(key, make_delegate("au"), now).issue == issue
    assert find_version(key, None, now) is None
    services.withdraw_document(document=issue.document, actor=None, reason="A mistake")
    assert find_version(key, make_delegate("nz"), timezone.now()) is None


@pytest.mark.parametrize("key", ["", "issue-", "issue-1x", "draft-1-xx", "state-1-en", "issue-99999999999999999999"])
def test_nonsense_is_no_version(key) -> None:
    assert find_version(key, make_staff("editor"), timezone.now()) is None


def test_a_saved_point_has_a_name() -> None:
    with pytest.raises(Refused):
        save_point(document=make_draft(), label="  ", actor=None)


def test_the_comparison_is_a_file_made_once_by_a_job() -> None:
    original = make_issued(["One paragraph that stays.", "Another that goes."])
    revision = services.create_revision(document=original, actor=None)
    write(revision, "One paragraph that stays.", "A third one that is new here.")
    editor, now = make_staff("editor"), timezone.now()
    old = find_version(issue_key(original.issues.get()), editor, now)
    new = find_version(draft_key(revision, "en"), editor, now)
    row = request_comparison(old=old, new=new, actor=editor)
    run_job(str(row.job_id))
    row.refresh_from_db()
    assert (row.is_ready, row.pages, row.report, row.material) == (True, 1, [], {})
    assert request_comparison(old=old, new=new, actor=editor) == row
    write(revision, "One paragraph that stays.", "A fourth one.")
    assert request_comparison(old=old, new=new, actor=editor) != row
