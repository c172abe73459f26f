"""Alignment: the states of blocks, the structure of the original, and text with tags typed in a form."""

from typing import Any

import pytest

from documents.translating.alignment import Baseline, Row, Unit, align_structure, counts_of, rows_of, units_of
from documents.translating.tagged_text import Mistyped, from_tagged, legend_of, to_tagged
from tests.factories.documents import KEYS, NOTES
from texts.compact import content_from_compact
from texts.schema import plain_text

ENGLISH = ["First words.", "Second words.", "Third words."]


def content(*blocks: tuple[str, str], **more: Any) -> dict[str, Any]:
    return content_from_compact([{"n": words, "id": identity} for identity, words in blocks], keys=KEYS, notes=NOTES)


def baseline(unit: Unit, *, confirmed: bool) -> Baseline:
    return Baseline(unit.node, unit.hash, confirmed)


def states(rows: list[Row]) -> dict[str, str]:
    return {row.block: row.state for row in rows}


def test_each_state_of_a_block() -> None:
    original = content(
        ("one", "As before."), ("two", "New wording."), ("three", "Same."), ("four", "Fresh."), ("five", "{t:people}"),
        ("six", "Kept."), ("seven", "Changed since."),
    )  # fmt: skip
    older = {unit.block: unit for unit in units_of(content(("two", "Old wording."), ("seven", "Before.")))}
    now = {unit.block: unit for unit in units_of(original)}
    translation = content(
        ("one", "Comme avant."), ("two", "Ancien texte."), ("three", "Same."), ("five", "{t:people}"),
        ("six", "Gardé."), ("seven", "Before."), ("eight", "De trop."),
    )  # fmt: skip
    baselines = {
        "one": baseline(now["one"], confirmed=True),
        "two": baseline(older["two"], confirmed=True),
        "seven": baseline(older["seven"], confirmed=False),
    }
    rows = rows_of(original, translation, baselines)
    assert states(rows) == {
        "one": "confirmed",
        "two": "behind",
        "three": "untranslated",
        "four": "missing",
        "five": "wordless",
        "six": "translated",
        "seven": "untranslated",
        "eight": "surplus",
    }
    counts = counts_of(rows)
    assert (counts.total, counts.open, counts.sentence) == (
        6,
        4,
        "1 of 6 out of date, 3 of 6 not translated, 1 without an original",
    )


def test_a_translation_that_was_never_confirmed_falls_behind_too() -> None:
    before, after = content(("one", "Old.")), content(("one", "New."))
    rows = rows_of(after, content(("one", "Vieux.")), {"one": baseline(units_of(before)[0], confirmed=False)})
    assert states(rows) == {"one": "behind"}


def test_in_line_takes_order_and_form_from_the_original_and_words_from_the_translation() -> None:
    original = content_from_compact(
        [
            {"h1": "Head", "id": "head"},
            {"n": "Second.", "id": "two"},
            {"list": [{"item": ["alpha"], "id": "item-a"}, {"item": ["beta"], "id": "item-b"}], "id": "list"},
            {"p": "First.", "id": "one"},
        ]
    )
    translation = content_from_compact(
        [
            {"n": "Premier.", "id": "one"},
            {"p": "Propre à la traduction.", "id": "own"},
            {"n": "Deuxième.", "id": "two"},
            {"list": [{"item": ["bêta"], "id": "item-b"}], "id": "list"},
        ]
    )
    # The paragraphs in list items keep their ids too.
    translation["content"][3]["content"][0]["content"][0]["attrs"]["id"] = original["content"][2]["content"][1][
        "content"
    ][0]["attrs"]["id"]
    dropped = align_structure(original, translation, keep_surplus=False)
    aligned = align_structure(original, translation, keep_surplus=True)
    assert [plain_text(block) for block in dropped["content"]] == ["Head", "Deuxième.", "alphabêta", "Premier."]
    assert [block["attrs"].get("numbered") for block in dropped["content"] if block["type"] == "paragraph"] == [
        True,
        False,
    ]
    assert [block["attrs"]["id"] for block in aligned["content"]] == ["head", "two", "list", "one", "own"]


def test_rows_say_which_figures_and_footnotes_are_missing() -> None:
    (row,) = rows_of(
        content(("one", "There were {t:people} people.{note:rate}")), content(("one", "Il y avait des gens.")), {}
    )
    assert row.differences == ["2 figures are missing", "1 footnote is missing"]


MARKED = "There were {t:people} *people* and **more** {see:one}.{note:rate}"


def test_a_line_goes_through_the_form_and_comes_back_the_same() -> None:
    line = content(("one", MARKED))["content"][0]["content"]
    legend = legend_of(line, line)
    assert to_tagged(line, legend) == "There were {1} <2>people</2> and <3>more</3> {4}.{5}"
    assert from_tagged(to_tagged(line, legend), legend) == line


def test_words_are_typed_around_the_numbers() -> None:
    line = content(("one", MARKED))["content"][0]["content"]
    legend = legend_of(line, [])
    typed = from_tagged("Il y avait <2>{1} personnes</2>{5}.", legend)
    assert [node["type"] for node in typed] == ["text", "figure", "text", "footnote", "text"]
    assert (typed[1]["attrs"]["key"], typed[1]["marks"], typed[2]["text"]) == (
        "docs_tests.facts:one:people",
        [{"type": "emphasis"}],
        " personnes",
    )


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("{9} words", "Remove {9}: it does not exist"),
        ("{1} and {1}", "{1} appears twice"),
        ("<2>open", "<2> is not closed"),
        ("closed</2>", "Add <2> before </2>"),
        ("<7>x</7>", "Remove <7>: it does not exist"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(typed, why) -> None:
    legend = legend_of(content(("one", MARKED))["content"][0]["content"], [])
    with pytest.raises(Mistyped) as refused:
        from_tagged(typed, legend)
    assert why in str(refused.value)


def test_words_that_look_like_numbers_of_the_legend_are_left_to_the_editor() -> None:
    line = [{"type": "text", "text": "A literal {1} in the text"}]
    with pytest.raises(Mistyped, match=r"Translate this paragraph in the editor\."):
        to_tagged(line, legend_of(line, []))
