"""Footnotes typed by hand become real ones if calls and notes have the same numbers in the same order."""

import re

import pytest

from tests.factories.word_files import WordFile
from tests.factories.word_notes import TYPINGS, SecretariatNote
from tests.texts.word.test_word_by_word import _bare
from texts.schema import Content, walk
from texts.word.reader import Imported, read_word

UNMATCHED = "Marks such as 1/ or [1] look like typed footnotes, but they do not match any notes. They were kept as text"


def imported(*lines: str) -> Imported:
    file = WordFile()
    file.p("A note on notes", style="Title")
    for line in lines:
        file.p(line)
    return read_word(file.bytes())


def footnotes(content: Content) -> list[str]:
    notes = [node for node in walk(content) if node["type"] == "footnote"]
    return ["".join(inner.get("text", "") for inner in note["content"]) for note in notes]


def texts_in(content: Content) -> list[str]:
    return ["".join(n.get("text", "*") for n in block.get("content") or ()) for block in content["content"]]


@pytest.mark.parametrize(
    ("calls", "notes"),
    [
        (("1/", "2/"), ("1/ ", "2/\t")),
        ((" 1/", " 2/"), ("1/ ", "2/ ")),
        (("[1]", "[2]"), ("[1] ", "[2] ")),
        (("^1^", "^2^"), ("^1^ ", "^2^ ")),
        (("^1/^", "^2/^"), ("^1/^ ", "^2/^ ")),
        (("^1^", "^2^"), ("1/ ", "2/ ")),
    ],
)
def test_calls_and_notes_that_match_become_footnotes(calls, notes) -> None:
    made = imported(
        f"Boats came.{calls[0]} Nets were mended, in 2009/10 and again{calls[1]}, by 1/2 of the crews.",
        "Then they left.",
        "_______",
        f"{notes[0]}See *IC/2010/9*.",
        f"{notes[1]}By hand.",
    )
    assert footnotes(made.main) == ["See IC/2010/9.", "By hand."]
    assert texts_in(made.main) == [
        "Boats came.* Nets were mended, in 2009/10 and again*, by 1/2 of the crews.",
        "Then they left.",
    ]
    assert (made.left_out, made.notices) == ([], ["2 typed footnotes converted"])


def test_notes_may_be_numbered_from_one_on_each_page() -> None:
    made = imported("First.1/ Second.2/", "1/ One.", "2/ Two.", "Next page.1/", "1/ Three.")
    assert footnotes(made.main) == ["One.", "Two.", "Three."]
    assert texts_in(made.main) == ["First.* Second.*", "Next page.*"]


@pytest.mark.parametrize(
    "lines",
    [
        ("First.1/ Second.2/", "1/ One."),
        ("First.1/ Second.3/", "1/ One.", "3/ Three."),
        ("First.2/ Second.1/", "1/ One.", "2/ Two."),
        ("1/ One.", "First.1/"),
    ],
    ids=["one without a note", "a gap", "another order", "before its call"],
)
def test_what_does_not_match_stays_as_it_was_typed(lines) -> None:
    made = imported(*lines)
    assert footnotes(made.main) == []
    assert (texts_in(made.main), made.left_out, made.notices) == (list(lines), [], [UNMATCHED])


def test_raised_signs_without_notes_are_unchanged() -> None:
    made = imported("A pond of 12 m^2^ and 3 km^2^.")
    assert (texts_in(made.main), made.notices) == (["A pond of 12 m2 and 3 km2."], [])


class ByHand(WordFile):
    """Builds a file with typed footnotes: the call in the text, the note below the paragraph or table."""

    def p(self, words: str = "", **look: object) -> None:
        waiting: list[str] = []

        def call(found: re.Match[str]) -> str:
            self.notes_typed = getattr(self, "notes_typed", 0) + 1
            waiting.append(f"{self.notes_typed}/ {found[1]}")
            return f" {self.notes_typed}/"

        super().p(re.sub(r"\{(.+?)\}", call, words, flags=re.DOTALL), **look)
        for note in waiting:
            super().p(note)


@pytest.mark.parametrize("typing", TYPINGS)
def test_a_whole_note_with_typed_footnotes_is_the_same_as_with_real_ones(typing) -> None:
    note = SecretariatNote.of_ten_pages()
    file = ByHand(header="DP/2031/4 Page 2")
    TYPINGS[typing](file, note)
    by_hand, real = read_word(file.bytes()), read_word(note.write(TYPINGS[typing]))
    assert by_hand.left_out == []
    assert [_bare(part.content) for part in by_hand.parts] == [_bare(part.content) for part in real.parts]
    assert len(footnotes(by_hand.main)) == len(footnotes(real.main)) > 0
