"""Files for upload, ordinary and malicious."""

import io
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image

from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import EXCEL, PDF, POWERPOINT, TEXT, WORD, FileKind

_MAIN = {WORD: "word/document.xml", EXCEL: "xl/workbook.xml", POWERPOINT: "ppt/presentation.xml"}
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(words: str = "A paper.", **catalog: pikepdf.Object) -> bytes:
    """Return a PDF of one page; `catalog` is added to the document's dictionary."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    page.Contents = made.make_stream(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
    for name, value in catalog.items():
        made.Root[f"/{name}"] = value
    buffer = io.BytesIO()
    made.save(buffer, static_id=True)
    return buffer.getvalue()


def action(kind: str, **values: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **values)


def office(
    kind: FileKind = WORD,
    parts: dict[str, bytes] | None = None,
    *,
    defaults: dict[str, str] | None = None,
    overrides: dict[str, str] | None = None,
    main_type: str = "",
) -> bytes:
    """Return a small Office file. `parts` are added or replaced; `defaults` and `overrides` are content types."""
    main = _MAIN[kind]
    types = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    own = {main: main_type or kind.main_part, **(overrides or {})}
    written = "".join(
        f'<Default Extension="{ending}" ContentType="{media_type}"/>'
        for ending, media_type in {**types, **(defaults or {})}.items()
    ) + "".join(f'<Override PartName="/{name}" ContentType="{media_type}"/>' for name, media_type in own.items())
    entries = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{written}'
        "</Types>",
        "_rels/.rels": relationships(f'Type="{RELATIONSHIPS}/officeDocument" Target="{main}"'),
        main: "<x/>",
        **(parts or {}),
    }
    return zipped(entries)


def relationships(*each: str) -> str:
    listed = "".join(f'<Relationship Id="r{place}" {attributes}/>' for place, attributes in enumerate(each))
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{listed}</Relationships>'
    )


def zipped(entries: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_lying_size(content: bytes, name: str, size: int) -> bytes:
    """Return the archive with a false unpacked size of one entry in both of its headers."""
    altered = bytearray(content)
    for signature, offset, length in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        place = altered.find(signature)
        while altered[place + length : place + length + len(name)] != name.encode():
            place = altered.find(signature, place + 4)
        altered[place + offset : place + offset + 4] = struct.pack("<I", size)
    return bytes(altered)


def with_declared_entries(count: int, declared: int) -> bytes:
    """Return an archive with a list of `count` entries that declares `declared` entries."""
    head = b"PK\x03\x04" + b"\0" * 26
    entry = b"PK\x01\x02" + b"\0" * 42
    listed = entry * count
    return head + listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, declared, declared, len(listed), len(head), 0)


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return buffer.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """Return a few bytes of PNG whose header declares this size in pixels."""
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def checked(name: str = "paper.pdf", content: bytes | None = None) -> CheckedFile:
    """Return a file as services take it, for tests that are not about the check."""
    kinds = {".pdf": PDF, ".docx": WORD, ".pptx": POWERPOINT, ".xlsx": EXCEL, ".txt": TEXT}
    kind = kinds[name[name.rindex(".") :]]
    return CheckedFile(name=name, kind=kind, content=pdf() if content is None else content)
