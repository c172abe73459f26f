"""Which files are accepted or refused, and the messages."""

import io
import tracemalloc
import zipfile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from foundation.uploads import kinds, pdf_inspection, zipped
from foundation.uploads.checks import check_file
from foundation.uploads.kinds import EXCEL, JPEG, PAPERS, PDF, PICTURES, PNG, POWERPOINT, TEXT, WORD
from foundation.uploads.pdf import _inspected
from foundation.uploads.refusals import FileRefused
from tests.factories import files
from tests.factories.files import RELATIONSHIPS, action, office, pdf, relationships

MZ = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
BIN = {"bin": "application/vnd.openxmlformats-officedocument.oleObject"}


def accepted(name: str, content: bytes, of: tuple = PAPERS, **how: object) -> tuple[str, object]:
    checked = check_file(name=name, content=content, kinds=of, largest=kinds.LARGEST_PAPER, **how)
    return checked.name, checked.kind


def refusal(name: str, content: bytes, of: tuple = PAPERS, **how: object) -> str:
    with pytest.raises(FileRefused) as refused:
        accepted(name, content, of, **how)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("note.pdf", pdf(), PDF),
        ("NOTE.PDF", pdf("A paper that says /JavaScript and /Launch"), PDF),
        ("note.docx", office(WORD), WORD),
        (
            "slides.pptx",
            office(POWERPOINT, {"ppt/media/film.mp4": b"\0" * 40}, defaults={"mp4": "video/mp4"}),
            POWERPOINT,
        ),
        ("sheet.xlsx", office(EXCEL, {"xl/printerSettings1.bin": b"printer"}, defaults=BIN), EXCEL),
        ("programme.txt", "Première journée\r\n".encode(), TEXT),
        ("with a mark.txt", "\ufeffProgramme".encode(), TEXT),
    ],
    ids=["pdf", "pdf-words", "docx", "pptx", "xlsx", "txt", "txt-bom"],
)
def test_a_file_that_is_what_its_name_says_is_accepted(name, content, kind) -> None:
    assert accepted(name, content) == (name, kind)


def test_a_picture_of_a_usual_size_is_accepted() -> None:
    assert accepted("logo.png", files.picture("PNG"), PICTURES) == ("logo.png", PNG)
    assert accepted("portrait.JPEG", files.picture("JPEG"), PICTURES) == ("portrait.JPEG", JPEG)


def test_each_refusal_says_what_to_do() -> None:
    assert [
        refusal("film.exe", MZ),
        refusal("note.pdf", b""),
        refusal("note.pdf", MZ),
        refusal("note.docx", pdf()),
        refusal("note.txt", "Équipe".encode("cp1252")),
    ] == [
        "Upload a file of one of these types: .pdf, .docx, .pptx, .xlsx or .txt.",
        "The file is empty. Choose another one.",
        "The file is not a PDF file, although its name says so. Save it again in that format.",
        "The file is not a Word file, although its name says so. Save it again in that format.",
        "The text is not encoded in UTF-8. Save it again as UTF-8.",
    ]


def test_the_size_is_refused_before_anything_is_read() -> None:
    with pytest.raises(FileRefused, match=r"larger than 25 MB"):
        check_file(
            name="a.pdf", content=b"%PDF-1.7" + b"\0" * kinds.LARGEST_PAPER, kinds=PAPERS, largest=kinds.LARGEST_PAPER
        )


# --- Office files -----------------------------------------------------------------------------------------------------
VBA = "application/vnd.ms-office.vbaProject"
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
REMOTE = f'Type="{RELATIONSHIPS}/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"'
LOCAL = f'Type="{RELATIONSHIPS}/attachedTemplate" Target="file:///C:\\Templates\\Note.dotm" TargetMode="External"'
SHARE = f'Type="{RELATIONSHIPS}/attachedTemplate" Target="\\\\evil.example\\t.dotm" TargetMode="External"'
LINK = f'Type="{RELATIONSHIPS}/hyperlink" Target="https://idm.example/" TargetMode="External"'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (files.zipped({"evil.exe": MZ}), "damaged"),
        (office(WORD, {"word/evil.exe": MZ}), "does not belong in a Word file: word/evil.exe"),
        (office(WORD, {"word/evil.exe": MZ}, defaults={"exe": "image/png"}), "does not belong in a Word file"),
        (office(WORD, {"word/media/a.png": MZ}, defaults={"png": "image/png"}), "contains a program: word/media/a.png"),
        (office(WORD, {"index.html": b"<html>"}), "does not belong in a Word file: index.html"),
        (office(WORD, {"word/vbaProject.bin": OLE}, defaults={"bin": VBA}), "contains macros"),
        (office(WORD, {"word/other.bin": OLE}, defaults={"bin": VBA}), "contains macros"),
        (office(WORD, main_type=MACRO_MAIN), "contains macros"),
        (office(WORD, {"word/activeX/activeX1.xml": b"<x/>"}), "contains macros"),
        (office(WORD, {"word/embeddings/oleObject1.bin": OLE}, defaults=BIN), "contains an embedded object"),
        (office(WORD, main_type=EXCEL.main_part), "not a Word file"),
        (office(EXCEL), "not a Word file"),
        (office(WORD, {"word/_rels/settings.xml.rels": relationships(REMOTE)}), "opens another file on the network"),
        (office(WORD, {"word/_rels/settings.xml.rels": relationships(SHARE)}), "opens another file on the network"),
        (office(WORD, {"word/styles.xml": b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'}), "declares XML entities"),
        (office(WORD, {"../evil.xml": b"<x/>"}), "unsafe name: ../evil.xml"),
        (office(WORD, {"WORD/DOCUMENT.XML": b"<x/>"}), "unsafe name: WORD/DOCUMENT.XML"),
        (b"<html><script>" + office(WORD), "not a Word file"),
        (office(WORD) + b"<html><script>", "as another type of file"),
        (b"PK\x03\x04 nonsense", "damaged"),
    ],
    ids=[
        "a program", "program beside words", "program with a type", "program as a picture", "a page", "macros",
        "renamed macros", "macro type", "active x", "object", "type of another", "a workbook", "template on the web",
        "template on a share", "entity", "leads out", "the same name twice", "page before", "page behind", "nonsense",
    ],
)  # fmt: skip
def test_a_word_file_that_is_more_than_words_is_refused(content, message) -> None:
    assert message in refusal("note.docx", content)


def test_a_template_of_the_office_and_links_in_the_text_are_accepted() -> None:
    content = office(WORD, {"word/_rels/settings.xml.rels": relationships(LOCAL, LINK)})
    assert accepted("note.docx", content) == ("note.docx", WORD)


def test_a_workbook_inside_a_presentation_is_looked_into_as_well() -> None:
    def slides(book: bytes) -> bytes:
        return office(POWERPOINT, {"ppt/embeddings/book.xlsx": book}, defaults={"xlsx": EXCEL.media_type})

    assert accepted("slides.pptx", slides(office(EXCEL)))[1] == POWERPOINT
    macros = office(EXCEL, {"xl/vbaProject.bin": OLE}, defaults={"bin": VBA})
    assert "contains macros" in refusal("slides.pptx", slides(macros))
    program = office(EXCEL, {"xl/media/a.png": MZ}, defaults={"png": "image/png"})
    assert "contains a program" in refusal("slides.pptx", slides(program))


def test_a_file_that_is_only_read_may_hold_objects_and_links_but_no_macros() -> None:
    parts = {"word/embeddings/oleObject1.bin": OLE, "word/_rels/settings.xml.rels": relationships(REMOTE)}
    assert accepted("note.docx", office(WORD, parts, defaults=BIN), is_served=False)[1] == WORD
    macros = office(WORD, {"word/vbaProject.bin": OLE}, defaults={"bin": VBA})
    assert "contains macros" in refusal("note.docx", macros, is_served=False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            lambda: office(WORD, {"word/media/big.png": b"\0" * (40 << 20)}, defaults={"png": "image/png"}),
            "too highly compressed",
        ),
        (lambda: _of_random(120 << 20), "larger than 100 MB"),
        (lambda: files.with_lying_size(_of_random(4 << 20), "word/media/0.png", 100), "damaged"),
        (lambda: files.with_declared_entries(500_000, 65535), "more than 4000 parts"),
        (lambda: files.with_declared_entries(500_000, 1), "more than 4000 parts"),
    ],
    ids=["ratio", "sum", "a size that lies", "500,000 entries", "a number that lies"],
)
def test_a_bomb_is_refused_before_it_takes_memory(content, message) -> None:
    made = content()
    tracemalloc.start()
    try:
        assert message in refusal("note.docx", made)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 100 << 20


def _of_random(size: int) -> bytes:
    """Return parts that unpack to this many bytes, each compressed within the allowed ratio."""
    piece = (b"\x89PNG" + bytes(range(256)) * 64)[:4096]
    whole = piece * (4 << 20 >> 12)
    parts = {}
    for number in range(size // len(whole)):
        noise = bytearray(whole)
        # Bytes that do not repeat, so that the ratio stays below the limit.
        noise[::512] = bytes(
            (number * 7 + place * 31 + (place * place >> 5)) & 255 for place in range(len(noise[::512]))
        )
        parts[f"word/media/{number}.png"] = bytes(noise)
    return office(WORD, parts, defaults={"png": "image/png"})


# --- PDFs -------------------------------------------------------------------------------------------------------------
def with_page(**values: object) -> bytes:
    made = pikepdf.open(io.BytesIO(pdf()))
    for name, value in values.items():
        made.pages[0][f"/{name}"] = made.make_indirect(value)
    buffer = io.BytesIO()
    made.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def annotation(kind: str, **values: object) -> Array:
    return Array([Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=[0, 0, 9, 9], **values)])


def hidden_script() -> bytes:
    """Write the name of the script with an escape, keeping the position of every byte."""
    plain = pdf(OpenAction=action("JavaScript", JS=String("123")))
    hidden = plain.replace(b"(123) /S /JavaScript", b"(1) /S /Java#53cript")
    assert hidden != plain
    return hidden


def with_attachment() -> bytes:
    made = pikepdf.open(io.BytesIO(pdf()))
    made.attachments["evil.exe"] = MZ
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def with_password() -> bytes:
    buffer = io.BytesIO()
    pikepdf.open(io.BytesIO(pdf())).save(buffer, encryption=pikepdf.Encryption(owner="o", user="u"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pdf(OpenAction=action("JavaScript", JS=String("app.alert(1)"))), "contains a script"),
        (hidden_script(), "contains a script"),
        (pdf(Names=Dictionary(JavaScript=Dictionary(Names=[]))), "contains a script"),
        (with_page(AA=Dictionary(O=action("JavaScript", JS=String("1")))), "contains a script"),
        (with_page(Annots=annotation("Link", A=action("Launch", F=String("cmd.exe")))), "starts a program"),
        (with_page(Annots=annotation("RichMedia")), "contains video"),
        (pdf(AcroForm=Dictionary(XFA=String("<x/>"))), "dynamic form"),
        (with_attachment(), "attached files"),
        (with_password(), "password-protected"),
        (b"<html><script>alert(1)</script>" + pdf(), "not a PDF file"),
        (pdf() + office(WORD), "as another type of file"),
        (pdf() + b"<html><script>alert(1)</script>", "as another type of file"),
        (pdf().replace(b"%PDF-", b"%PDF-1.7\n%<script>alert(1)</script>\n%PDF-", 1), "another type of file"),
        (b"\n" + pdf(), "not a PDF file"),
        (b"%PDF-1.7\nnothing else", "damaged"),
        (pdf()[:-200], "damaged"),
    ],
    ids=[
        "script", "hidden script", "named script", "script of a page", "launch", "media", "form", "attachment",
        "password", "page before", "archive behind", "page behind", "page in a comment", "a line before", "nothing",
        "cut",
    ],
)  # fmt: skip
def test_a_pdf_that_runs_or_is_something_else_is_refused(content, message) -> None:
    assert message in refusal("note.pdf", content)


def test_a_link_in_a_pdf_and_a_password_for_changes_only_are_accepted() -> None:
    link = with_page(Annots=annotation("Link", A=action("URI", URI=String("https://idm.example/"))))
    buffer = io.BytesIO()
    pikepdf.open(io.BytesIO(pdf())).save(buffer, encryption=pikepdf.Encryption(owner="o", user=""))
    assert [accepted("a.pdf", content) for content in (link, buffer.getvalue())] == [("a.pdf", PDF)] * 2


def test_a_pdf_that_unpacks_to_gigabytes_ends_only_the_program_that_reads_it() -> None:
    made = pikepdf.new()
    made.add_blank_page()
    for _each in range(120_000):
        made.make_indirect(Dictionary(A=Array([1, 2, 3]), B=Name("/X")))
    made.Root.Z = Array(list(made.objects))
    buffer = io.BytesIO()
    made.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert _inspected(buffer.getvalue()) == "limits"
    assert (pdf_inspection.MEMORY, pdf_inspection.PROCESSOR_SECONDS) == (100 << 20, 2)


# --- Pictures and names -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("big.png", files.png_that_says(30_000, 30_000), "too many pixels"),
        ("long.png", files.png_that_says(9_000, 10), "9000 × 10 pixels"),
        ("other.png", files.picture("JPEG"), "not a PNG file"),
        ("page.png", files.picture("PNG")[:8] + b"<html><script>", "as another type of file"),
        ("zip.png", files.picture("PNG") + files.zipped({"a": b"b"}), "as another type of file"),
        ("cut.png", files.picture("PNG")[:40], "not a PNG picture"),
        ("drawn.svg", b"<svg onload='alert(1)'/>", "Upload a file of one of these types: .png, .jpg or .jpeg."),
    ],
)
def test_a_picture_is_measured_before_it_is_decoded(name, content, message) -> None:
    assert message in refusal(name, content, PICTURES)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("note\r\nSet-Cookie: a=b.pdf", "noteSet-Cookie- a=b.pdf"),
        ("note\u202efdp.pdf", "notefdp.pdf"),
        ("../../note.pdf", "-..-note.pdf"),
        (f"{'é' * 4000}.pdf", f"{'é' * 146}.pdf"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
    ],
)
def test_the_name_is_made_safe_and_keeps_its_ending(name, clean) -> None:
    assert accepted(name, pdf()) == (clean, PDF)


def test_html_svg_and_programs_under_the_name_of_a_text_are_refused() -> None:
    contents = [b"<!doctype html><script>", b"<svg onload='x'>", MZ, b"#!/bin/sh\nrm -rf /", b"a\0b"]
    assert ["note" for content in contents if refusal("a.txt", content)] == ["note"] * 5


def test_the_limits_hold_for_what_zipfile_reads() -> None:
    """`zipfile` reads the whole list of entries, whatever number the archive declares, so the check counts them."""

    with pytest.raises(FileRefused, match="more than 4000"):
        zipped.open_archive(files.with_declared_entries(5000, 1))
    with zipfile.ZipFile(io.BytesIO(files.with_declared_entries(5000, 1))) as archive:
        assert len(archive.infolist()) == 5000
