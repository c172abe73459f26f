"""Read XLSX files as rows of strings.

The extent of the sheets is checked first, because the library reserves memory for every cell between the first and
the last filled one.
"""

import datetime as dt
import io
import zipfile
from contextlib import suppress
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from foundation.refusals import Refused
from foundation.uploads.refusals import FileRefused
from foundation.uploads.zipped import open_archive

# Cells in the rectangle from the first to the last filled cell of a sheet.
MOST_CELLS = 1_000_000
# Characters in all cells of a sheet. A text that several cells share counts once for each of them.
MOST_CHARACTERS = 32 * 1024 * 1024


def rows_of_workbook(content: bytes) -> list[tuple[int, list[str]]]:
    """Return (row number, cells) for each row of the first sheet. Raises Refused for the field `file`."""
    try:
        _check_extent(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, FileRefused, expat.ExpatError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused(file=_("The workbook cannot be read. Save it again as XLSX.")) from error
    return [(number, [_written(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _written(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _check_extent(content: bytes) -> None:
    """Raise Refused if a sheet is too large.

    All sheets are checked, so that it does not matter which one the library takes for the first.
    """
    with open_archive(content) as archive:
        parts = [name for name in archive.namelist() if name.lower().endswith(".xml")]
        lengths: list[int] = []
        for name in parts:
            _parse(archive, name, _Strings(lengths))
        for name in parts:
            _parse(archive, name, _Extent(lengths))


class _Handler:
    """The callbacks for parts whose root element is `root`. Parsing of other parts stops at their root."""

    root = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def text(self, data: str) -> None: ...


class _OtherPart(Exception):
    pass


def _parse(archive: zipfile.ZipFile, name: str, handler: _Handler) -> None:
    """Parse a part with expat. Creating an object for each element would take as long as the rest of the import."""
    parser = expat.ParserCreate()
    opened = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal opened
        local = tag.rpartition(":")[2]
        if not opened and local != handler.root:
            raise _OtherPart
        opened = True
        handler.start(local, attributes)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: handler.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = handler.text
    parser.buffer_text = True
    with archive.open(name) as part, suppress(_OtherPart):
        parser.ParseFile(part)


class _Strings(_Handler):
    """Collect the length of each shared string."""

    root = "sst"

    def __init__(self, lengths: list[int]) -> None:
        self.lengths, self.length = lengths, 0

    def text(self, data: str) -> None:
        self.length += len(data)

    def end(self, tag: str) -> None:
        if tag == "si":
            self.lengths.append(self.length)
            self.length = 0


class _Extent(_Handler):
    """Track the filled cells of a sheet, and raise Refused as soon as they would take too much memory."""

    root = "worksheet"

    def __init__(self, lengths: list[int]) -> None:
        self.lengths = lengths
        self.row = self.column = self.characters = 0
        self.top = self.bottom = self.left = self.right = 0
        self.is_shared = self.is_filled = False
        self.value: list[str] = []
        self.numbers: dict[str, int] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            self.column = self._number(letters) if letters else self.column + 1
            self.is_shared, self.is_filled, self.value = attributes.get("t") == "s", False, []
        elif tag == "row":
            self.row, self.column = int(attributes.get("r") or self.row + 1), 0
        elif tag in {"v", "is", "f"}:
            self.is_filled = True

    def text(self, data: str) -> None:
        self.value.append(data)

    def end(self, tag: str) -> None:
        if tag == "c" and self.is_filled:
            self._count()

    def _count(self) -> None:
        self.top, self.bottom = min(self.top or self.row, self.row), max(self.bottom, self.row)
        self.left, self.right = min(self.left or self.column, self.column), max(self.right, self.column)
        self.characters += self._length()
        cells = (self.bottom - self.top + 1) * (self.right - self.left + 1)
        if cells > MOST_CELLS or self.bottom > MOST_CELLS:
            raise Refused(
                file=_("The workbook has content too far from the table. Delete the cells outside the table.")
            )
        if self.characters > MOST_CHARACTERS:
            raise Refused(file=_("The workbook contains too much text. Split it."))

    def _length(self) -> int:
        text = "".join(self.value).strip()
        if not self.is_shared:
            return len(text)
        place = int(text) if text.isdecimal() else -1
        return self.lengths[place] if 0 <= place < len(self.lengths) else 0

    def _number(self, letters: str) -> int:
        if letters not in self.numbers:
            number = 0
            for letter in letters[:4].upper():
                number = number * 26 + ord(letter) - ord("A") + 1
            self.numbers[letters] = number
        return self.numbers[letters]
