"""Word → portal → PDF of a ten-page note, compared word by word: none missing, none added but the masthead."""

import io
import re
from collections import Counter

import pytest
from pypdf import PdfReader

from documents.assembly import assemble
from documents.importing.services import draft_from_word
from documents.importing.word import read_word
from documents.masthead import WORDS
from documents.models import Document
from documents.rendering.formats import render_format
from tests.factories.word_notes import TYPINGS, SecretariatNote

pytestmark = pytest.mark.django_db


def words_of_pdf(content: bytes) -> Counter[str]:
    pages = PdfReader(io.BytesIO(content)).pages
    text = "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
    return Counter(re.sub(r"(?<=\w)-\n(?=[a-z])", "-", text).split())


def words_of_frame(document: Document, pages: int) -> Counter[str]:
    """The masthead, and the running head of every page behind the first."""
    head = assemble(document, "en")["masthead"]
    words = WORDS["en"]
    lines = [
        head["organization"], head["symbol"], head["body"], head["session"], words["draft"], head["date"],
        f"{words['distribution']}: {head['distribution']}", f"{words['original']}: {head['original']}", head["kind"],
        head["title"], head["subtitle"],
    ]  # fmt: skip
    frame = Counter(" ".join(lines).split())
    for page in range(2, pages + 1):
        frame.update([head["symbol"], words["page"], str(page)])
    return frame


def parted(words: Counter[str]) -> Counter[str]:
    """Without what a line break, a call of a footnote or a sign beside a word may join or part."""
    bare: Counter[str] = Counter()
    for word, count in words.items():
        for piece in re.findall(r"[^\W\d_]+|\d+", word):
            bare[piece.lower()] += count
    return bare


@pytest.mark.parametrize("typing", TYPINGS)
def test_no_word_is_missing_and_none_is_added_but_the_masthead(typing) -> None:
    note = SecretariatNote.of_ten_pages()
    imported = read_word(note.write(TYPINGS[typing]))
    assert imported.left_out == []
    document = draft_from_word(imported=imported, actor=None, language="en", symbol="DP/2031/4")
    content, facts = render_format(assemble(document, "en"), "pdf")
    shown = parted(words_of_pdf(content)) - parted(words_of_frame(document, facts["pages"]))
    expected = parted(note.words())
    # The running head of an annex names it.
    assert expected - shown == Counter()
    assert set(shown - expected) <= {"annex", "i", "ii"}
    assert facts["pages"] >= 7


def test_however_it_was_typed_it_is_the_same_text() -> None:
    def skeleton(typing: str) -> list[object]:
        imported = read_word(SecretariatNote.of_ten_pages().write(TYPINGS[typing]))
        return [(part.title, [_bare(block) for block in part.content["content"]]) for part in imported.parts]

    assert skeleton("typed") == skeleton("automatic")
    assert skeleton("hurried") == skeleton("automatic")


def _bare(node: dict) -> dict:
    """A node without the ids that every import makes anew."""
    attrs = {name: value for name, value in (node.get("attrs") or {}).items() if name not in {"id", "target"}}
    children = [_bare(child) for child in node.get("content") or ()]
    return {**node, "attrs": attrs, "content": children}
