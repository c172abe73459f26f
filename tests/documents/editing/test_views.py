"""The editor's page, its first data, polling, presence, and a session that ends meanwhile."""

import datetime as dt
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.functional import lazy
from django.utils.translation import get_language

from documents.models import FrozenFigure, Issue, Part, ReviewedFigure, Text
from documents.models.presence import EditorPresence
from membership.models import Person
from tests.documents.editing.conftest import COUNTED, KNOWN, LISTED, Window, make_text, paragraph, typed
from tests.factories.membership import make_staff

OpenWindow = Callable[..., Window]
FOOTNOTE = {"type": "footnote", "attrs": {"id": "note1"}, "content": [{"type": "text", "text": "Below."}]}


def test_the_page_gives_the_script_its_addresses_and_words(window: Window, text: Text) -> None:
    page = window.get("edit").content.decode()

    assert f'data-steps="{window.address("edit-steps")}"' in page
    assert "Saved {0}" in page
    assert "<script>" not in page
    assert "style=" not in page


def test_the_page_of_an_issued_text_says_so_and_loads_no_editor(window: Window, text: Text) -> None:
    Issue.objects.create(
        document=text.part.document, language="en", content={}, content_hash="0" * 64, issued_at="2010-09-01T00:00Z"
    )

    page = window.get("edit").content.decode()

    assert ("has been issued" in page, "dist/editor.js" in page, "data-steps" in page) == (True, False, False)


def test_a_window_begins_with_the_text_and_its_step_number(window: Window, text: Text) -> None:
    window.send(0, typed(1, "So: "))
    text.refresh_from_db()

    state = window.get("edit-state").json()

    assert (state["content"], state["step_number"], state["doubled"], state["people"]) == (text.content, 1, [], [])


def test_what_other_parts_bear_can_be_referred_to_and_footnotes_run_on(open_window: OpenWindow) -> None:
    main = make_text([paragraph("one", "First", FOOTNOTE, "."), paragraph("two", "Second.")])
    part = Part.objects.create(document=main.part.document, key="annexone", position=1, title="What was said")
    annex = Text.objects.create(
        part=part, language="en", content={"type": "doc", "content": [paragraph("three", "In the annex.")]}
    )

    outline = open_window("window-1", on=annex).get("edit-state").json()["outline"]

    assert (outline["annex"], outline["footnotes_before"]) == ("Annex I", 1)
    assert outline["targets"] == [
        {"target": "one", "number": "1", "full": "paragraph 1", "excerpt": "First."},
        {"target": "two", "number": "2", "full": "paragraph 2", "excerpt": "Second."},
    ]
    seen = open_window("window-2", on=main).get("edit-state").json()["outline"]["targets"]
    assert [(entry["target"], entry["full"]) for entry in seen] == [
        ("annexone", "Annex I"),
        ("three", "paragraph 1, Annex I"),
    ]


def test_targets_of_references_are_listed_with_their_figures_as_text(open_window: OpenWindow) -> None:
    chip = {"type": "figure", "attrs": {"key": "documents_test.counted:one:people", "reads": "auto"}}
    link = {"type": "cross_reference", "attrs": {"target": "two", "reads": "full"}}
    main = make_text([paragraph("one", "There were ", chip, FOOTNOTE, " people; see ", link), paragraph("two", "It.")])
    main.part.document.parts.create(key="annexone", position=1, title="What was said")
    part = Part.objects.get(key="annexone")
    annex = Text.objects.create(part=part, language="en", content={"type": "doc", "content": [paragraph("three")]})
    french = Text.objects.create(part=main.part, language="fr", content=main.content)

    outline = open_window("window-1", on=annex).get("edit-state").json()["outline"]
    assert outline["targets"][0]["excerpt"] == "There were 178 people; see paragraph 2"

    # An annex that exists only in English is listed for the French text too, so that later annexes keep their numbers.
    outline = open_window("window-2", on=french).get("edit-state").json()["outline"]
    assert [entry["full"] for entry in outline["targets"]] == ["l’annexe I", "paragraphe 1, Annexe I"]


def test_polling_brings_what_is_new(open_window: OpenWindow, text: Text) -> None:
    one, other = open_window("window-1"), open_window("window-2", person=make_staff("publisher"))
    assert other.get("edit-poll", since=0).json() == {"step_number": 0, "people": []}

    one.send(0, typed(1, "New. "))

    answer = other.get("edit-poll", since=0).json()
    assert (answer["since"], answer["step_number"]) == (0, 1)
    assert [entry["client"] for entry in answer["steps"]] == ["window-1"]
    assert "steps" not in other.get("edit-poll", since=1).json()


@pytest.mark.parametrize("since", ["", "x", "-1", "1.5", "9" * 12])
def test_polling_since_nothing_is_refused(window: Window, since: str) -> None:
    answer = window.get("edit-poll", since=since)

    assert (answer.status_code, bool(answer.json()["words"])) == (400, True)


def test_polling_is_one_query_however_many_are_here(
    window: Window, open_window: OpenWindow, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(10) as counted:
            window.get("edit-poll", since=0)
        return len([query for query in counted.captured_queries if "documents_text" in query["sql"]])

    alone = queries()
    for number in range(5):
        open_window(f"window-{number}", person=make_staff()).post("edit-presence", {"client": f"window-{number}"})

    assert (alone, queries(), len(window.get("edit-poll", since=0).json()["people"])) == (1, 1, 5)


def test_presence_shows_who_works_where_until_they_leave(open_window: OpenWindow, text: Text) -> None:
    colleague = make_staff("publisher")
    colleague.first_name, colleague.last_name = "Ada", "Example"
    colleague.save()
    one, other = open_window("window-1"), open_window("window-2", person=colleague)

    other.post("edit-presence", {"client": "window-2", "block": "first"})
    other.post("edit-presence", {"client": "window-2", "block": "second"})

    shown = {"client": "window-2", "person": colleague.pk, "name": "Ada Example", "block": "second"}
    assert one.get("edit-poll", since=0).json()["people"] == [shown]
    other.post("edit-presence", {"client": "window-2", "leaves": True})
    assert one.get("edit-poll", since=0).json()["people"] == []


def test_a_window_not_heard_of_for_long_is_taken_for_closed(window: Window, text: Text) -> None:
    EditorPresence.objects.create(text=text, person=window.person, client="gone", block="", seen_at="2026-01-01T00:00Z")

    assert window.get("edit-poll", since=0).json()["people"] == []


def test_nobody_sends_another_window_away(open_window: OpenWindow, text: Text) -> None:
    one, other = open_window("window-1"), open_window("window-2", person=make_staff("publisher"))
    one.post("edit-presence", {"client": "window-1"})

    other.post("edit-presence", {"client": "window-1", "leaves": True})

    assert [entry["client"] for entry in one.get("edit-poll", since=0).json()["people"]] == ["window-1"]


def test_without_a_sign_in_the_script_gets_the_address_of_the_sign_in(text: Text, editor: Person) -> None:
    answer = Window(Client(), text, editor, "window-1").send(0, typed(1, "x"))

    assert (answer.status_code, answer.json()["sign_in"].startswith("/accounts/login/")) == (401, True)
    assert text.steps.count() == 0


def test_who_signs_in_meanwhile_does_not_sign_for_another(open_window: OpenWindow, editor: Person, text: Text) -> None:
    window = open_window("window-1", person=make_staff("publisher"))
    window.person = editor

    answer = window.send(0, typed(1, "x"))

    assert (answer.status_code, "Someone else" in answer.json()["words"]) == (401, True)
    assert text.steps.count() == 0


def test_figures_have_their_present_wording(window: Window) -> None:
    chips = [
        {"key": "documents_test.counted:one:people", "reads": "auto"},
        {"key": "documents_test.counted:one:people", "reads": "approximately", "capital": True},
        {"key": "documents_test.counted:one:people", "reads": "ordinal-words"},
        {"key": "documents_test.counted:one:later", "reads": "auto"},
        {"key": "documents_test.counted:two:people", "reads": "auto"},
        {"key": "<script>"},
    ]

    shown = window.post("edit-figures", json.dumps({"chips": chips})).json()["chips"]

    assert [(chip["text"], chip["status"]) for chip in shown] == [
        ("178", "ok"),
        ("Approximately 180", "ok"),
        ("[cannot be shown in this format]", "does-not-read"),
        ("[not available yet]", "not-yet"),
        ("[figure not found]", "missing"),
        ("[figure not found]", "missing"),
    ]
    assert (shown[0]["label"], shown[0]["source"], shown[0]["source_url"]) == (
        "participants",
        "Register",
        "/workshops/",
    )


def test_a_language_written_after_the_issue_reads_its_frozen_figures(window: Window, text: Text) -> None:
    document = text.part.document
    document.symbol, document.issued_at = "IC/2010/90", "2010-09-01T00:00Z"
    document.save()
    words = {"en": "participants", "fr": "participants", "es": "participantes"}
    FrozenFigure.objects.create(
        document=document,
        key="documents_test.counted:one:people",
        kind="count",
        value=170,
        label=words,
        source=words,
        frozen_at="2010-09-01T00:00Z",
    )

    shown = window.post("edit-figures", {"chips": [{"key": "documents_test.counted:one:people"}]}).json()["chips"]

    assert [(chip["text"], chip["status"]) for chip in shown] == [("170", "ok")]


def test_the_ways_of_a_figure_are_offered_with_what_they_would_say(window: Window) -> None:
    chip = {"key": "documents_test.counted:one:people", "reads": "auto", "ways": True}

    ways = window.post("edit-figures", {"chips": [chip]}).json()["chips"][0]["ways"]

    assert [(way["reads"], way["text"]) for way in ways] == [
        ("auto", "178"),
        ("number", "178"),
        ("words", "one hundred and seventy-eight"),
        ("approximately", "approximately 180"),
        ("more-than", "more than 150"),
    ]
    assert all(way["rule"] for way in ways)


def test_the_picker_lists_figures_by_subject_with_their_values(window: Window) -> None:
    groups = window.get("edit-figure-list", app="documents_test").json()["groups"]

    assert [group for group in groups if group["subject"] == "documents_test.counted"] == [
        {
            "subject": "documents_test.counted",
            "app": "documents_test",
            "label": "The first",
            "figures": [
                {"key": "documents_test.counted:one:people", "label": "people", "text": "178", "status": "ok"},
                {
                    "key": "documents_test.counted:one:score.a",
                    "label": "score of A",
                    "text": "82%",
                    "status": "ok",
                },
                {
                    "key": "documents_test.counted:one:later",
                    "label": "later",
                    "text": "[not available yet]",
                    "status": "not-yet",
                },
            ],
            "exhibits": [],
        }
    ]


def _names(page: dict[str, Any]) -> list[str]:
    return [figure["key"].split(":")[2] for group in page["groups"] for figure in group["figures"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("score first", ["score.a"]),
        ("178", ["people"]),
        ("first 82", ["score.a"]),
        ("PEOPLE", ["people"]),
        ("178 x", []),
    ],
)
def test_the_picker_searches_words_of_app_subject_label_and_value(window: Window, words: str, found: list[str]) -> None:
    assert _names(window.get("edit-figure-list", app="documents_test", q=words).json()) == found


def test_the_picker_puts_first_what_can_be_cited_and_what_the_text_cites(window: Window, text: Text) -> None:
    def offered(**query: str) -> list[tuple[str, list[str]]]:
        groups = window.get("edit-figure-list", app="documents_test", **query).json()["groups"]
        return [(group["label"], [figure["status"] for figure in group["figures"]]) for group in groups]

    # Figures without a value are found by a search too, after all others.
    LISTED["two"] = "An earlier one"
    LISTED["one"] = LISTED.pop("one")
    assert offered() == [("The first", ["ok", "ok", "not-yet"])]
    assert offered(q="people") == [("The first", ["ok"]), ("An earlier one", ["missing"])]

    KNOWN.add("two")
    assert [label for label, _statuses in offered()] == ["An earlier one", "The first"]
    chip = {"type": "figure", "attrs": {"key": "documents_test.counted:one:people", "reads": "auto"}}
    text.content = {"type": "doc", "content": [paragraph("first", "There were ", chip)]}
    text.save()
    assert [label for label, _statuses in offered()] == ["The first", "An earlier one"]


def test_what_is_called_so_comes_before_what_is_about_a_subject_called_so(window: Window) -> None:
    LISTED["two"] = "An inquiry among people"
    LISTED["one"] = LISTED.pop("one")
    KNOWN.add("two")
    groups = window.get("edit-figure-list", app="documents_test", q="people").json()["groups"]
    assert [(group["label"], [figure["label"] for figure in group["figures"]]) for group in groups] == [
        ("An inquiry among people", ["people"]),
        ("The first", ["people"]),
        ("An inquiry among people", ["score of A", "later"]),
    ]


def test_the_picker_is_searched_without_accents_and_in_every_language(window: Window) -> None:
    LISTED["one"] = lazy(lambda: "Première réunion" if get_language() == "fr" else "The first", str)()
    for words in ("premiere reunion", "PREMIÈRE", "first"):
        groups = window.get("edit-figure-list", app="documents_test", q=words).json()["groups"]
        assert [(words, group["label"]) for group in groups] == [(words, "The first")]


def test_the_picker_answers_page_by_page(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.editing.picker.PAGE", 2)

    first = window.get("edit-figure-list", app="documents_test").json()
    second = window.get("edit-figure-list", app="documents_test", start=2).json()

    assert (_names(first), _names(second)) == (["people", "score.a"], ["later"])
    assert (first["more"], second["more"], first["found"]) == (2, None, 3)


def test_a_figure_that_changed_since_its_review_says_so_until_it_is_reviewed_again(window: Window) -> None:
    keys = ["documents_test.counted:one:people", "documents_test.counted:one:later"]

    def drifts() -> list[str | None]:
        answer = window.post("edit-figures", {"chips": [{"key": key} for key in keys]}).json()
        return [chip.get("drift") for chip in answer["chips"]]

    assert drifts() == [None, None]

    answer = window.post("edit-figures-reviewed", {"keys": keys})
    ReviewedFigure.objects.update(reviewed_at=dt.datetime(2010, 11, 12, tzinfo=dt.UTC))
    assert (answer.json(), drifts()) == ({"reviewed": 1}, [None, None])

    COUNTED["people"] = 177
    assert drifts() == ["178 when reviewed on 12 November 2010; now 177", None]
    window.post("edit-figures-reviewed", {"keys": keys, "only_new": True})
    assert drifts() == ["178 when reviewed on 12 November 2010; now 177", None]
    window.post("edit-figures-reviewed", {"keys": keys})
    assert drifts() == [None, None]


def test_too_many_figures_at_once_are_refused(window: Window) -> None:
    answer = window.post("edit-figures", {"chips": [{"key": "x"}] * 1001})

    assert (answer.status_code, "1000" in answer.json()["words"]) == (413, True)


def test_a_long_text_is_sent_compressed_and_without_secrets(window: Window, text: Text) -> None:
    window.send(0, typed(14, " And so on." * 2_000))
    plain = window.get("edit-state")

    packed = window.client.get(window.address("edit-state"), headers={"Accept-Encoding": "gzip"})

    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert (packed["Content-Encoding"], "Accept-Encoding" in packed["Vary"]) == ("gzip", True)
    assert (len(plain.content) > 20_000, len(packed.content) < 2_500) == (True, True)
    token = packed.cookies["csrftoken"].value
    assert token not in plain.content.decode()
