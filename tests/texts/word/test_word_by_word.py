"""A ten-page note from Word through the portal to PDF: no word is lost, and none added except the masthead."""

import io
import re
from collections import Counter

import pytest
from pypdf import PdfReader

from documents.assembly import assemble
from documents.importing.services import draft_from_word
from documents.models import Document
from tests.factories.word_notes import TYPINGS, SecretariatNote
from texts.masthead import WORDS
from texts.rendering.formats import render_format
from texts.schema import walk
from texts.word.reader import read_word

pytestmark = pytest.mark.django_db


def text_of_pdf(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    text = "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"(?<=\w)-\n(?=[a-z])", "-", text)


def pieces(text: str) -> list[str]:
    """Return the words and numbers of the text in lower case, in order, without punctuation."""
    return [piece.lower() for piece in re.findall(r"[^\W\d_]+|\d+", text)]


def lost_from(wanted: list[str], shown: list[str]) -> list[str]:
    """Return the words around the first one of `wanted` that does not follow in `shown`, or an empty list.

    Other words may come between.
    """
    following = iter(shown)
    for place, word in enumerate(wanted):
        if word not in following:
            return wanted[max(place - 3, 0) : place + 5]
    return []


def words_of_frame(document: Document, pages: int) -> Counter[str]:
    """Return the words of the masthead, and of the running head on every page after the first."""
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
    """Count words and numbers in lower case, each part of a compound separately."""
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
    text = text_of_pdf(content)
    shown = parted(Counter(text.split())) - parted(words_of_frame(document, facts["pages"]))
    expected = parted(note.words())
    # The running head of an annex has its name.
    assert expected - shown == Counter()
    assert set(shown - expected) <= {"annex", "i", "ii"}
    assert facts["pages"] >= 7
    # In the order of writing; notes are at the foot of their pages.
    lines, read = note.lines(), pieces(text)
    assert lost_from(pieces(" ".join(re.sub(r"\{.+?\}", " ", line) for line in lines)), read) == []
    notes = re.findall(r"\{(.+?)\}", "\n".join(lines))
    assert lost_from(pieces(" ".join(notes)), read) == []
    swapped = [*lines[:4], lines[5], lines[4], *lines[6:]]
    assert lost_from(pieces(" ".join(swapped)), read) != []


def test_however_it_was_typed_it_is_the_same_text() -> None:
    def skeleton(typing: str) -> list[object]:
        imported = read_word(SecretariatNote.of_ten_pages().write(TYPINGS[typing]))
        return [(part.title, [_bare(block) for block in part.content["content"]]) for part in imported.parts]

    assert skeleton("typed") == skeleton("automatic")
    assert skeleton("hurried") == skeleton("automatic")


def _bare(node: dict) -> dict:
    """Return the node without ids, which every import creates again."""
    attrs = {name: value for name, value in (node.get("attrs") or {}).items() if name not in {"id", "target"}}
    children = [_bare(child) for child in node.get("content") or ()]
    return {**node, "attrs": attrs, "content": children}


def test_every_word_is_in_order_after_export_and_import() -> None:
    imported = read_word(SecretariatNote.of_ten_pages().write(TYPINGS["typed"]))
    material = assemble(draft_from_word(imported=imported, actor=None, language="en", symbol="DP/2031/4"), "en")
    again = read_word(render_format(material, "docx")[0])
    before = [_in_order(part["content"]) for part in material["parts"]]
    assert [_in_order(part.content) for part in again.parts] == before
    assert sum(map(len, before)) > 2500


def _in_order(content: dict) -> list[str]:
    return [piece for node in walk(content) for piece in pieces(node.get("text", ""))]
