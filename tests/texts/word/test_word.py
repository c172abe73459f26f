import hashlib
import io
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from documents.models import Document
from foundation.uploads.refusals import FileRefused
from tests.factories.word_files import WordFile
from texts.rendering.pandoc import run_pandoc
from texts.schema import check_content, plain_text, walk
from texts.word.lines import TreeReader
from texts.word.observations import Observations
from texts.word.reader import read_word

NOTE = b"""# IDM 2010

1.  First paragraph with *emphasis*, **weight** and [a link](https://idm.example/x).[^a]

2.  Second, before a list:

    (a) one;
    (b) two.

# Next

(a) alpha;

(b) beta.

- bullet

> Somebody said so.

| Section | Score |
|---------|-------|
| One     | 82%   |

A picture: [underlined]{.underline} and $x^2$.

# Annex I. What they said

In the annex.

[^a]: The note.
"""


def word(markdown: bytes = NOTE) -> bytes:
    return run_pandoc(["-f", "markdown", "-t", "docx"], markdown)


def kinds(content: dict) -> list[str]:
    return [block["type"] for block in content["content"]]


def changed(entries: dict[str, bytes]) -> bytes:
    """Return the Word file with these entries added or replaced."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word(b"Words."))) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            if name not in entries:
                out.writestr(name, source.read(name))
        for name, content in entries.items():
            out.writestr(name, content)
    return made.getvalue()


def test_a_word_file_becomes_blocks_of_the_schema() -> None:
    imported = read_word(word())
    assert check_content(imported.main) == []
    assert kinds(imported.main) == [
        "heading", "paragraph", "paragraph", "lettered_list", "heading", "lettered_list", "bullet_list", "quotation",
        "table", "paragraph",
    ]  # fmt: skip
    numbered = [plain_text(b) for b in imported.main["content"] if b.get("attrs", {}).get("numbered")]
    assert numbered == ["First paragraph with emphasis, weight and a link.", "Second, before a list:"]
    notes = [plain_text({**node, "type": "doc"}) for node in walk(imported.main) if node["type"] == "footnote"]
    assert notes == ["The note."]
    assert [(annex.title, kinds(annex.content)) for annex in imported.annexes] == [("What they said", ["paragraph"])]


def test_what_was_not_imported_is_reported() -> None:
    assert read_word(word()).left_out == [
        "a formula (characters kept)",
        "underlining (text kept)",
    ]


def test_what_a_text_cannot_hold_is_named_in_the_words_of_the_reader() -> None:
    reader = TreeReader(Observations())
    note = {"t": "Note", "c": [{"t": kind} for kind in ("Table", "HorizontalRule", "Header", "Figure", "RawBlock")]}
    line = {"t": "Para", "c": [{"t": "Image"}, {"t": "RawInline"}, note]}
    reader.lines([{"t": "CodeBlock"}, {"t": "DefinitionList"}, {"t": "RawBlock"}, line])
    assert dict(reader.lost) == {
        "a block of code": 1,
        "a list of definitions": 1,
        "an unsupported element": 2,
        "a picture": 1,
        "a table inside a footnote": 1,
        "a horizontal line inside a footnote": 1,
        "a heading inside a footnote": 1,
        "a figure inside a footnote": 1,
        "an unsupported element inside a footnote": 1,
    }


@pytest.mark.django_db
def test_the_command_makes_a_draft_and_prints_its_report(tmp_path: Path, capsys) -> None:
    path = tmp_path / "A note.docx"
    path.write_bytes(word())
    call_command("import_document", str(path), symbol="IC/2010/9", language="en")
    document = Document.objects.get()
    printed = capsys.readouterr().out
    assert (document.symbol, document.title, document.is_draft, document.parts.count()) == (
        "IC/2010/9",
        "A note",
        True,
        2,
    )
    assert "Not imported:\n- a formula" in printed
    with pytest.raises(CommandError, match="The symbol IC/2010/9 is already in use"):
        call_command("import_document", str(path), symbol="IC/2010/9", language="en")
    assert Document.objects.count() == 1


# --- Hostile files ----------------------------------------------------------------------------------------------------
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: b"", "not a Word file"),
        (lambda: b"PK\x03\x04 nonsense", "damaged"),
        (lambda: b"%PDF-1.7", "not a Word file"),
        (lambda: changed({"../../evil.xml": b"<x/>"}), "unsafe name"),
        (lambda: changed({"/etc/cron.d/evil.xml": b"<x/>"}), "unsafe name"),
        (lambda: changed({"word/styles.xml": ENTITY}), "declares XML entities"),
        (lambda: changed({"word/styles.xml": ENTITY.decode().encode("utf-16")}), "declares XML entities"),
        (lambda: changed({"word/big.xml": b"\0" * (40 << 20)}), "too highly compressed"),
        (lambda: changed({f"word/x{n}.xml": b"" for n in range(5000)}), "more than 4000 parts"),
        (lambda: changed({"word/vbaProject.bin": b""}), "macros"),
        (lambda: word(b"Words.")[:-40], "damaged"),
    ],
    ids=["empty", "nonsense", "pdf", "parent", "absolute", "entity", "wide-entity", "bomb", "entries", "macros", "cut"],
)
def test_hostile_file_is_refused_with_a_message(content, message) -> None:
    with pytest.raises(FileRefused, match=message):
        read_word(content())


# --- Limits -----------------------------------------------------------------------------------------------------------
def filled(body: str) -> bytes:
    file = WordFile()
    file.body = [body]
    return file.bytes()


def paragraphs(length: int, count: int) -> str:
    """Return paragraphs with few repeated words, because files that compress too well are refused earlier."""
    words = (hashlib.sha512(str(place).encode()).hexdigest()[:length] for place in range(count))
    return "".join(f"<w:p><w:r><w:t>{word}</w:t></w:r></w:p>" for word in words)


@contextmanager
def peak_memory() -> Iterator[Callable[[], int]]:
    """Return `peak()`, the most memory in use at once. It rises if a bomb is unpacked, but not on a slow machine."""
    tracemalloc.start()
    held: list[int] = []
    try:
        yield lambda: held[0]
    finally:
        held.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda: paragraphs(100, 20_000), "has 2000000 characters. Shorten it to 1500000"),
        (lambda: paragraphs(20, 31_000), "has 31000 paragraphs. Split it into files of 30000"),
        (
            lambda: '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>' * 10_000,
            "10000 footnotes. Reduce them to 1000",
        ),
        (lambda: "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60, "more than 30 nested levels"),
        (lambda: "<w:p>" * 3000, "damaged"),
    ],
    ids=["letters", "paragraphs", "footnotes", "nested", "cut"],
)
def test_too_long_text_is_refused_with_a_message(body, message) -> None:
    content = filled(body())
    with peak_memory() as peak, pytest.raises(FileRefused, match=message):
        read_word(content)
    assert peak() < 100 << 20


def test_a_table_a_hundred_thousand_columns_wide_is_read_within_limits() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="100000"/></w:tcPr><w:p><w:r><w:t>Wide</w:t></w:r></w:p></w:tc>'
    imported = read_word(filled(f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>" + paragraphs(20, 1)))
    assert check_content(imported.main) == []


# --- Other content of Word files --------------------------------------------------------------------------------------
def test_unsupported_content_is_reported_and_no_text_is_lost_silently() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>".format
    box = (
        "<w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent>"
        f"<w:p>{run('In a box.')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("Contents 3")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    imported = read_word(
        filled(
            f"<w:p>{run('Kept,')}<w:ins>{run(' added,')}</w:ins><w:del><w:r><w:delText> gone,</w:delText></w:r></w:del>"
            f"<w:sdt><w:sdtContent>{run(' controlled,')}</w:sdtContent></w:sdt>"
            f"<w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r>{run(' at the end.')}{box}</w:p><w:p>{field}</w:p>"
        )
    )
    assert [plain_text(block) for block in imported.main["content"]] == [
        "Kept, added, controlled, at the end.",
        "In a box.",
    ]
    assert sorted(imported.left_out) == [
        "a table of contents (the portal creates its own)",
        "a text box (text placed after its paragraph)",
        "a tracked change (accepted) × 2",
        "hidden text",
    ]


def test_a_reference_of_word_to_a_numbered_paragraph_lives_on() -> None:
    number = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    file = WordFile()
    file.new_list("numbers")
    ref = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF _Ref7 \\r \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    file.body = [
        f'<w:p>{number}<w:r><w:t xml:space="preserve">See paragraph </w:t></w:r>{ref}<w:r><w:t>.</w:t></w:r></w:p>',
        f'<w:p>{number}<w:bookmarkStart w:id="1" w:name="_Ref7"/><w:r><w:t>Here.</w:t></w:r></w:p>',
    ]
    first, second = read_word(file.bytes()).main["content"]
    assert [node["type"] for node in first["content"]] == ["text", "cross_reference", "text"]
    assert first["content"][1]["attrs"] == {"target": second["attrs"]["id"], "reads": "number"}


@pytest.mark.parametrize(
    "line",
    [
        "International Organization for Migration",
        "IOM International Organization for Migration",
        "IOM • OIM",
        "INTERNATIONAL ORGANIZATION FOR MIGRATION (IOM) – ORGANISATION INTERNATIONALE POUR LES MIGRATIONS",
    ],
)
def test_the_organization_is_taken_for_the_masthead_however_it_names_itself(line) -> None:
    word = WordFile()
    word.table([[line, "IC/2031/4"]])
    word.p("Tides and people", align="center", bold=True)
    word.p("This note tells of the work on the delta.", num=word.new_list("numbers"))
    imported = read_word(word.bytes())
    assert (imported.masthead["symbol"], imported.title) == ("IC/2031/4", "Tides and people")
    assert plain_text(imported.parts[0].content) == "This note tells of the work on the delta."


def test_letters_typed_in_a_cell_become_a_list_and_are_not_missed() -> None:
    file = WordFile()
    file.table([["What", "Who"], ["(a) nets\n(b) boats", "Everybody"]])
    imported = read_word(file.bytes())
    cell = imported.main["content"][0]["content"][1]["content"][0]
    assert [block["type"] for block in cell["content"]] == ["lettered_list"]
    assert [plain_text(item) for item in cell["content"][0]["content"]] == ["nets", "boats"]
    assert imported.left_out == []
