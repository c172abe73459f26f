"""Kinds of files, and which of them each use accepts."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SPREADSHEET = f"{_OFFICE}spreadsheetml.sheet"


@dataclass(frozen=True)
class FileKind:
    """A kind of file. `name` is for readers, `media_type` for serving it; `reader` selects the check of its content.

    `signatures` are the media types that its first bytes may indicate. `main_part` is the content type that the main
    part of an Office file must have.
    """

    name: str
    endings: tuple[str, ...]
    media_type: str
    reader: str
    signatures: tuple[str, ...] = ()
    main_part: str = ""


PDF = FileKind("PDF", (".pdf",), "application/pdf", "pdf", ("application/pdf",))
WORD = FileKind(
    "Word",
    (".docx",),
    f"{_OFFICE}wordprocessingml.document",
    "office",
    (f"{_OFFICE}wordprocessingml.document",),
    f"{_OFFICE}wordprocessingml.document.main+xml",
)
POWERPOINT = FileKind(
    "PowerPoint",
    (".pptx",),
    f"{_OFFICE}presentationml.presentation",
    "office",
    (f"{_OFFICE}presentationml.presentation",),
    f"{_OFFICE}presentationml.presentation.main+xml",
)
EXCEL = FileKind("Excel", (".xlsx",), _SPREADSHEET, "office", (_SPREADSHEET,), f"{_SPREADSHEET}.main+xml")
TEXT = FileKind("TXT", (".txt",), "text/plain; charset=utf-8", "text")
# foundation.tables detects the encoding and the separators.
CSV = FileKind("CSV", (".csv", ".tsv", ".txt"), "text/csv", "table")
PNG = FileKind("PNG", (".png",), "image/png", "picture", ("image/png",))
JPEG = FileKind("JPEG", (".jpg", ".jpeg"), "image/jpeg", "picture", ("image/jpeg",))

# Kinds that each use of uploads accepts.
PAPERS = (PDF, WORD, POWERPOINT, EXCEL, TEXT)
LETTERS = (PDF, WORD)
WORD_FILES = (WORD,)
TABLES = (CSV, EXCEL)
PICTURES = (PNG, JPEG)

LARGEST_PAPER = 25 * MEGABYTE
LARGEST_WORD_FILE = 30 * MEGABYTE
LARGEST_TABLE = 5 * MEGABYTE
LARGEST_PICTURE = 10 * MEGABYTE
LARGEST_UPLOAD = max(LARGEST_PAPER, LARGEST_WORD_FILE, LARGEST_TABLE, LARGEST_PICTURE)


def endings_of(kinds: tuple[FileKind, ...]) -> list[str]:
    """Return the endings of all kinds."""
    return [ending for kind in kinds for ending in kind.endings]


def accepted_by_browser(kinds: tuple[FileKind, ...]) -> str:
    """Return the `accept` attribute of the field, with which browsers offer suitable files."""
    return ",".join([*endings_of(kinds), *(kind.media_type.partition(";")[0] for kind in kinds)])
