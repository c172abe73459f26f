import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from documents.importing import archive
from documents.importing.archive import NotWord, check_archive
from documents.importing.word import read_word
from documents.models import Document
from documents.rendering.pandoc import run_pandoc
from documents.schema import check_content, plain_text, walk

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
    """A Word file with these entries added or replaced."""
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


def test_what_was_not_carried_over_is_told() -> None:
    assert read_word(word()).left_out == [
        "a formula (its characters are kept)",
        "underlined words (the words are kept)",
    ]


@pytest.mark.django_db
def test_the_command_makes_a_draft_and_prints_its_report(tmp_path: Path, capsys) -> None:
    path = tmp_path / "A note.docx"
    path.write_bytes(word())
    call_command("import_document", str(path), symbol="IC/2010/9", language="en")
    document = Document.objects.get()
    said = capsys.readouterr().out
    assert (document.symbol, document.title, document.is_draft, document.parts.count()) == (
        "IC/2010/9",
        "A note",
        True,
        2,
    )
    assert "Not carried over:\n- a formula" in said
    with pytest.raises(CommandError, match="The symbol IC/2010/9 is taken"):
        call_command("import_document", str(path), symbol="IC/2010/9", language="en")
    assert Document.objects.count() == 1


# --- Hostile files ----------------------------------------------------------------------------------------------------
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
RELATIONSHIP = (
    b'<Relationships xmlns="x"><Relationship Id="r" Type="http://x/attachedTemplate" TargetMode="External" '
    b'Target="http://127.0.0.1:9/x.dotm"/></Relationships>'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "not a Word file"),
        (lambda: b"PK\x03\x04 nonsense", "not a Word file"),
        (lambda: b"%PDF-1.7", "not a Word file"),
        (lambda: changed({"../../evil": b"x"}), "leads out of it"),
        (lambda: changed({"/etc/cron.d/evil": b"x"}), "leads out of it"),
        (lambda: changed({"word/styles.xml": ENTITY}), "declares entities"),
        (lambda: changed({"word/_rels/settings.xml.rels": RELATIONSHIP}), "refers to something outside"),
        (lambda: changed({"word/media/big": b"\0" * (40 << 20)}), "packed too tightly"),
        (lambda: changed({f"word/x{n}": b"" for n in range(3000)}), "more than 2000 entries"),
        (lambda: truncated(), "not a Word file"),
    ],
    ids=["empty", "nonsense", "pdf", "parent", "absolute", "entity", "template", "bomb", "entries", "cut"],
)
def test_a_hostile_file_is_refused_in_words_before_it_is_unpacked(content, said) -> None:
    made = content()
    began = time.monotonic()
    with pytest.raises(NotWord, match=said):
        check_archive(made)
    assert time.monotonic() - began < 2


def truncated() -> bytes:
    return word(b"Words.")[:-40]


def test_a_list_of_a_hundred_thousand_entries_is_not_even_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 0, 0, 0)
    with pytest.raises(NotWord, match="entries"):
        check_archive(b"x" * 100 + end)


def test_a_file_above_the_limit_is_not_opened(monkeypatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_FILE", 10)
    with pytest.raises(NotWord, match="larger than"):
        check_archive(word(b"Words."))
