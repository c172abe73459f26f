"""A footnote begins on the page of its call, wherever the page breaks."""

import random
import re
from typing import Any

import pytest

from tests.texts.printed_notes import notes_placed, words_placed
from texts.compact import content_from_compact
from texts.rendering import pdf
from texts.rendering.sample import sample

SENTENCE = "The exchange turned on what had worked, for whom, and what it asked of everybody concerned. "
ABOVE_THE_FOOT = 60  # points


@pytest.fixture(scope="module")
def renderer() -> None:
    pdf.warm()


def printed(blocks: list[Any], notes: dict[str, Any]) -> tuple[bytes, list[str]]:
    material = sample("en")
    text = content_from_compact(blocks, notes=notes)
    content, facts = pdf.render({**material, "parts": [{**material["parts"][0], "content": text}]})
    return content, facts["report"]


def lines(count: int) -> list[str]:
    return ["A line."] * count


TWO_LINES = SENTENCE * 2
KINDS = {
    "two calls in one line": lambda: {"n": SENTENCE + "One{note:a} two{note:b} three.{note:c} " + SENTENCE * 3},
    "call in the last line of a paragraph": lambda: {"n": SENTENCE * 4 + "End.{note:a}"},
    "call in the first line of a paragraph": lambda: {"n": "Begin{note:a} " + SENTENCE * 4},
    "call in the second line before one without room": lambda: {"n": SENTENCE + "{note:a}" + SENTENCE * 3},
    "call in a heading": lambda: {"h1": "Heading{note:a}"},
    "call in a list": lambda: {"list": ["one;", "two;{note:a}", SENTENCE * 2 + "three.{note:b}"], "style": "letters"},
    "call in a table": lambda: {
        "table": {
            "title": "Title",
            "head": ["What{note:a}", "How many"],
            "rows": [["One", "1"], [TWO_LINES + "Two{note:b}", "2{note:c}"], ["Three", "3"]],
        }
    },
    "call in a quotation": lambda: {"quote": [SENTENCE * 2 + "{note:a}", SENTENCE], "by": "Somebody"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_of_two_lines_is_on_the_page_of_its_call(renderer, kind) -> None:
    """Lines before it push the call past the foot of the first page, and notes before it fill that foot."""
    seen = set()
    for count in range(5, 16, 3):
        before = [*lines(count), {"n": SENTENCE * 3 + "Before.{note:x}"}]
        blocks = [*before, KINDS[kind](), {"n": SENTENCE * 5 + "{note:y}"}, *lines(3), {"n": SENTENCE * 5}]
        cited = dict.fromkeys(re.findall(r"{note:(\w)}", repr(blocks)))
        content, report = printed(blocks, dict.fromkeys(cited, TWO_LINES))
        placed = notes_placed(content)
        assert len(placed) == len(cited)
        assert [note.page for _call, note in placed] == [call.page for call, _note in placed], count
        assert all(call.height > note.height > ABOVE_THE_FOOT for call, note in placed)
        assert report == []
        seen |= {call.page for call, _note in placed[1:-1]}
    assert seen == {1, 2}


def test_a_long_note_begins_on_the_page_of_its_call_and_goes_on_over_the_next(renderer) -> None:
    long = "note1 " + " ".join(f"word{number}" for number in range(900)) + " end"
    for count in range(4, 17, 4):
        blocks = [
            *lines(count),
            {"n": SENTENCE * 2 + " call1{note:long} " + SENTENCE * 3},
            *lines(3),
            {"n": SENTENCE * 9},
        ]
        content, report = printed(blocks, {"long": long})
        placed = words_placed(content)
        assert placed["note1"].page == placed["call1"].page
        assert report == []


@pytest.mark.parametrize("seed", [9, 14, 17])
def test_notes_of_any_text_begin_on_the_page_of_their_call(renderer, seed) -> None:
    """Random texts for which WeasyPrint alone moves notes to another page than their calls."""
    blocks, notes = any_text(random.Random(seed))
    content, report = printed(blocks, notes)
    placed = notes_placed(content)
    assert len(placed) == len(notes)
    assert [note.page for _call, note in placed] == [call.page for call, _note in placed]
    assert report == []


def any_text(chance: random.Random) -> tuple[list[Any], dict[str, str]]:
    notes: dict[str, str] = {}

    def call(likely: float = 1) -> str:
        if chance.random() >= likely:
            return ""
        notes[f"k{len(notes)}"] = SENTENCE * chance.choice([1, 1, 1, 2, 2, 3, 8])
        return f"{{note:k{len(notes) - 1}}}"

    def words(sentences: int) -> str:
        return " ".join(
            SENTENCE[: chance.randint(20, 90)].strip() + call(0.12) + call(0.02) for _sentence in range(sentences)
        )

    def table() -> dict[str, Any]:
        rows = [[words(chance.randint(1, 3)), words(1)] for _row in range(chance.randint(1, 8))]
        return {"table": {"title": "Title", "head": [f"What{call(0.2)}", "How many"], "rows": rows}}

    makers = [
        *[lambda: {"n": words(chance.randint(1, 10))}] * 5,
        lambda: {"h1": f"Heading{call(0.4)}"},
        lambda: {"list": [words(chance.randint(1, 4)) for _item in range(chance.randint(1, 5))], "style": "letters"},
        lambda: {"quote": [words(chance.randint(1, 5))], "by": "Somebody"},
        table,
        lambda: f"A line.{call(0.3)}",
    ]
    return [chance.choice(makers)() for _block in range(chance.randint(20, 45))], notes


def test_a_note_that_cannot_begin_on_the_page_of_its_call_is_reported(renderer) -> None:
    """A note longer than two pages continues below; the line with the next call begins a page that it fills."""
    blocks = [{"n": "One{note:long}" + "two{note:short} "}]
    content, report = printed(blocks, {"long": SENTENCE * 120, "short": SENTENCE})
    assert [note.page == call.page for call, note in notes_placed(content)] == [True, False]
    assert report == ["Footnote 2 is not on the same page as its reference. Shorten the footnotes before it."]
