"""The step protocol: accepted, missed, repeated and refused steps. The first paragraph has positions 1 to 14."""

from collections.abc import Callable
from typing import Any

import pytest

from documents.models import Issue, Step, Text
from documents.services import set_text
from tests.documents.editing.conftest import PARAGRAPHS, Window, make_text, paragraph, removed, typed, words_of
from tests.factories.membership import make_staff
from texts.schema import LIMITS

OpenWindow = Callable[..., Window]


def test_steps_are_taken_kept_and_counted(window: Window, text: Text) -> None:
    answer = window.send(0, typed(14, " More."), typed(1, "So: "))

    assert (answer.status_code, answer.json()) == (
        200,
        {"since": 0, "steps": [{"client": "window-1"}, {"client": "window-1"}], "step_number": 2},
    )
    assert words_of(text) == ["So: One sentence. More.", "Another sentence.", "The end."]
    stored = list(Step.objects.filter(text=text).values_list("number", "client", "person", "content__from"))
    assert stored == [(1, "window-1", window.person.pk, 14), (2, "window-1", window.person.pk, 1)]


def test_a_window_behind_gets_what_it_missed_and_nothing_is_taken(open_window: OpenWindow, text: Text) -> None:
    one, other = open_window("window-1"), open_window("window-2", person=make_staff("publisher"))
    one.send(0, typed(1, "First. "))

    answer = other.send(0, typed(14, " Late."), removed(1, 5))

    assert answer.status_code == 409
    missed = {**typed(1, "First. "), "slice": {"content": [{"type": "text", "text": "First. "}]}}
    assert answer.json() == {"since": 0, "steps": [{"step": missed, "client": "window-1"}]}
    assert words_of(text)[0] == "First. One sentence."
    assert other.send(1, typed(21, " Late."), removed(8, 12)).status_code == 200
    assert words_of(text)[0] == "First. sentence. Late."


def test_mere_typing_is_moved_over_what_a_window_missed(open_window: OpenWindow, text: Text) -> None:
    one, other = open_window("window-1"), open_window("window-2", person=make_staff("publisher"))
    one.send(0, typed(1, "First. "))

    answer = other.send(0, typed(14, " L"), typed(16, "ate."))

    missed = {**typed(1, "First. "), "slice": {"content": [{"type": "text", "text": "First. "}]}}
    own = {"client": "window-2"}
    done = [{"step": missed, "client": "window-1"}, own, own]
    assert (answer.status_code, answer.json()) == (200, {"since": 0, "steps": done, "step_number": 3})
    assert words_of(text)[0] == "First. One sentence. Late."
    # The answer was lost, so the same steps are sent again.
    again = other.send(0, typed(14, " L"), typed(16, "ate."))
    assert (again.status_code, [entry["client"] for entry in again.json()["steps"]]) == (
        409,
        ["window-1", "window-2", "window-2"],
    )
    assert words_of(text)[0] == "First. One sentence. Late."


def test_typing_in_what_somebody_took_away_meanwhile_is_left_to_its_window(open_window: OpenWindow, text: Text) -> None:
    open_window("window-1").send(0, removed(0, 15))

    answer = open_window("window-2").send(0, typed(5, "x"))

    assert (answer.status_code, len(words_of(text))) == (409, 2)


def test_a_batch_sent_again_after_a_lost_answer_is_known_by_its_window(window: Window, text: Text) -> None:
    window.send(0, typed(1, "Once. "))

    answer = window.send(0, typed(1, "Once. "))

    assert answer.status_code == 409
    assert [step["client"] for step in answer.json()["steps"]] == ["window-1"]
    assert words_of(text)[0] == "Once. One sentence."
    assert Step.objects.filter(text=text).count() == 1


def test_a_text_the_portal_does_not_know_is_refused(window: Window, text: Text) -> None:
    answer = window.send(7, typed(1, "x"))

    assert (
        answer.status_code,
        "Your changes were made to an unknown version of the text. Reload the page." in answer.json()["words"],
    ) == (422, True)
    assert text.steps.count() == 0


REFUSED = {
    "no step": {},
    "unknown kind": {"stepType": "docAttr", "attr": "x", "value": 1},
    "unlisted field": {**removed(1, 2), "more": 1},
    "a truth for a number": removed(True, 2),
    "backwards": removed(5, 2),
    "outside the text": removed(1, 4000),
    "not flat": removed(3, 18) | {"structure": True},
    "unknown node": {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [{"type": "script"}]}},
    "unknown mark": {"stepType": "addMark", "from": 1, "to": 3, "mark": {"type": "blink"}},
    "script in a link": {
        "stepType": "addMark", "from": 1, "to": 3, "mark": {"type": "link", "attrs": {"href": "javascript:alert(1)"}}
    },
    "wrong attribute": {"stepType": "attr", "pos": 0, "attr": "numbered", "value": "yes"},
    "text at the top": typed(0, "x"),
    "a character that cannot be printed": typed(1, "\x00"),
    "half a character": typed(1, "\ud83d"),
    "a figure without a key": {
        "stepType": "replace", "from": 1, "to": 1, "slice": {"content": [{"type": "figure", "attrs": {"key": "x"}}]}
    },
}  # fmt: skip


@pytest.mark.parametrize("step", REFUSED.values(), ids=REFUSED)
def test_a_step_that_does_not_fit_is_refused_in_words(window: Window, text: Text, step: dict[str, Any]) -> None:
    answer = window.send(0, typed(1, "Good. "), step)

    assert answer.status_code == 422
    assert answer.json()["words"].endswith((".", ".)")) or ":" in answer.json()["words"]
    text.refresh_from_db()
    assert (text.step_number, words_of(text)[0]) == (0, "One sentence.")


def test_nodes_nested_too_deep_are_refused(window: Window) -> None:
    nested: dict[str, Any] = paragraph("deep", "x", numbered=False)
    for _ in range(150):
        item = {"type": "list_item", "content": [paragraph("", "y", numbered=False), nested]}
        nested = {"type": "bullet_list", "content": [item]}

    answer = window.send(0, {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [nested]}})

    words = f"The text has more than {LIMITS['depth']} nested levels. Remove some."
    assert (answer.status_code, answer.json()["words"]) == (422, words)


def test_more_than_the_limit_at_once_is_refused(window: Window) -> None:
    long = window.send(0, typed(1, "x" * 1_000_001))
    many = window.send(0, *[typed(1, "x")] * 201)

    assert (long.status_code, many.status_code) == (413, 413)
    assert "This change is too large. Insert it in smaller parts." in long.json()["words"]


def test_fifty_megabytes_are_refused_unread(window: Window, text: Text) -> None:
    answer = window.post("edit-steps", "x" * 50_000_000)

    assert (
        answer.status_code,
        "This change is too large. Insert it in smaller parts." in answer.json()["words"],
        text.steps.count(),
    ) == (413, True, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            [paragraph("notes", *[{"type": "footnote"}] * 10_000)],
            "The text has 10000 footnotes. Reduce them to 1000 or fewer.",
        ),
        ([paragraph("", "x")] * 3_000, "The text has more than"),
    ],
    ids=["10,000 footnotes", "more pieces than the limit"],
)
def test_too_long_text_is_refused_with_a_message(
    window: Window, text: Text, content: list[dict[str, Any]], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "nodes", 20_000 if len(content) == 1 else 5_000)

    answer = window.send(0, {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": content}})

    assert (answer.status_code, words in answer.json()["words"]) == (422, True)
    assert (words_of(text), text.step_number) == (list(PARAGRAPHS.values()), 0)


def test_a_text_does_not_grow_beyond_its_size(window: Window, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "bytes", 1_000_000)

    answers = [window.send(n, typed(14, "x" * 400_000)).status_code for n in range(3)]

    assert answers == [200, 200, 422]
    assert len(words_of(text)[0]) == 800_013


def test_a_window_opened_anew_gets_the_text_that_the_steps_left_behind_were_made_on(window: Window, text: Text) -> None:
    window.send(0, typed(14, " More."))
    as_left = [block["content"][0]["text"] for block in window.get("edit-state").json()["content"]["content"]]
    window.send(1, typed(1, "So: "), removed(24, 43))

    answer = window.get("edit-steps", since=1, text=1).json()

    assert as_left == [block["content"][0]["text"] for block in answer["content"]["content"]]
    assert (answer["since"], [entry["step"]["from"] for entry in answer["steps"]]) == (1, [1, 24])
    assert "content" not in window.get("edit-steps", since=1).json()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"version": NaN}', '{"version": -1}', '{"version": true}'])
def test_a_body_that_is_none_is_refused(window: Window, body: str) -> None:
    answer = window.post("edit-steps", body)

    assert answer.status_code in {400, 401}
    assert answer.json()["words"]


def test_a_duplicated_block_gets_a_new_id_and_the_editors_are_notified(open_window: OpenWindow, text: Text) -> None:
    copy = {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [paragraph("second", "Another sentence.")]}}

    answer = open_window("window-1").send(0, copy)

    text.refresh_from_db()
    ids = [block["attrs"]["id"] for block in text.content["content"]]
    fresh = ids[2]
    assert ids == ["second", "first", fresh, "third"]
    assert fresh not in {"first", "second", "third"}
    added = {"stepType": "attr", "pos": 34, "attr": "id", "value": fresh, "doubles": "second"}
    assert answer.json() == {
        "since": 0,
        "steps": [{"client": "window-1"}, {"step": added, "client": "portal"}],
        "step_number": 2,
    }
    assert open_window("window-2").get("edit-state").json()["doubled"] == [["second", fresh]]


def test_the_mark_goes_when_the_two_differ(window: Window, text: Text) -> None:
    copy = {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [paragraph("second", "Another sentence.")]}}
    window.send(0, copy)

    window.send(2, typed(1, "Yet "))

    assert window.get("edit-state").json()["doubled"] == []


def test_a_block_without_an_id_gets_one_quietly(window: Window, text: Text) -> None:
    window.send(0, {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [paragraph("", "New.")]}})

    text.refresh_from_db()
    assert text.content["content"][0]["attrs"]["id"].startswith("b")
    assert window.get("edit-state").json()["doubled"] == []


def test_nobody_speaks_as_the_portal(window: Window) -> None:
    window.name = "portal"

    assert window.send(0, typed(1, "x")).status_code == 422


def test_positions_count_as_in_the_browser(window: Window, text: Text) -> None:
    """A character outside the basic plane counts as two."""
    window.send(0, typed(1, "🌍"))

    assert window.send(1, typed(3, "!")).status_code == 200
    assert words_of(text)[0] == "🌍!One sentence."


def test_an_issued_text_is_closed(window: Window, text: Text) -> None:
    document = text.part.document
    Issue.objects.create(
        document=document, language="en", content={}, content_hash="0" * 64, issued_at="2010-09-01T00:00Z"
    )

    answers = [window.send(0, typed(1, "x")), window.get("edit-state"), window.get("edit-poll", since=0)]

    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert "has been issued" in answers[0].json()["words"]
    assert text.steps.count() == 0


def test_the_other_language_stays_open(open_window: OpenWindow, text: Text) -> None:
    french = Text.objects.create(part=text.part, language="fr", content=text.content)
    Issue.objects.create(
        document=text.part.document, language="en", content={}, content_hash="0" * 64, issued_at="2010-09-01T00:00Z"
    )

    answer = open_window("window-1", on=french).send(0, typed(1, "x"))
    french.refresh_from_db()
    assert (answer.status_code, french.steps.count(), french.step_number) == (200, 1, 1)


def test_a_text_put_in_place_anew_reaches_open_windows_as_a_step(window: Window, text: Text) -> None:
    window.send(0, typed(1, "Old. "))

    set_text(part=text.part, language="en", content={"type": "doc", "content": [paragraph("new", "New.")]}, actor=None)

    late = window.send(1, typed(1, "Late. "))
    step = {"stepType": "replace", "from": 0, "to": 49, "slice": {"content": [paragraph("new", "New.")]}}
    assert late.json() == {"since": 1, "steps": [{"step": step, "client": "portal"}]}
    assert late.status_code == 409
    assert window.send(2, typed(1, "Late. ")).status_code == 200
    assert (words_of(text), text.steps.count()) == (["Late. New."], 3)


def test_a_history_with_a_gap_is_not_answered_as_if_it_were_whole(window: Window, text: Text) -> None:
    window.send(0, typed(1, "Old. "), typed(1, "Older. "))
    Step.objects.filter(number=1).delete()

    answer = window.get("edit-poll", since=0)

    assert (
        answer.status_code,
        "This text was replaced while you were editing. Reload the page." in answer.json()["words"],
    ) == (410, True)


def test_steps_of_another_text_are_not_answered(open_window: OpenWindow, text: Text) -> None:
    other = make_text()
    open_window("window-1").send(0, typed(1, "Here. "))

    assert open_window("window-1", on=other).get("edit-steps", since=0).json() == {"since": 0, "steps": []}
