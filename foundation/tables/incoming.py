"""Readers for tables that people upload: XLSX files, and CSV files as spreadsheets save them in different countries.

CSV files may use other encodings and separators than UTF-8 and commas. A formula in a CSV file is read as text.
"""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from charset_normalizer import from_bytes
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.tables.exports import FORMULA_STARTS
from foundation.tables.workbooks import rows_of_workbook
from foundation.text import LANGUAGES, fold
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import EXCEL

MOST_ROWS = 5000
MOST_COLUMNS = 200
LARGEST_CELL = 4 * 1024 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LEGACY = ["cp1252"]
_SEPARATORS = ";,\t"


@dataclass(frozen=True)
class Column:
    """A column of an uploaded table.

    - `name`: the name that the import uses
    - `label`: the heading on pages and in exports, in the reader's language
    - `headings`: other headings that are accepted
    - `read`: converts a cell to a value, or raises Refused
    - `is_day`: the column holds dates, which are read in the file's order of day and month
    - `needed`: the column must be present
    - `blank`: cells may be empty and then have the value `empty`
    - `taken`: the column is imported; otherwise it may be present but is ignored
    - `hint`: says what to enter
    """

    name: str
    label: str | Promise = ""
    headings: tuple[str, ...] = ()
    read: Callable[[str], Any] = str
    empty: Any = ""
    is_day: bool = False
    needed: bool = True
    blank: bool = False
    taken: bool = True
    hint: str | Promise = ""

    @property
    def title(self) -> str:
        return str(self.label or self.name)


@dataclass(frozen=True)
class Line:
    """A row of a table: its cells by column name, and the number of its first line in the file."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The rows of a file; `left_out` has the headings of columns that are not imported."""

    lines: list[Line]
    left_out: list[str]


def read_table(file: CheckedFile, columns: Sequence[Column]) -> Table:
    """Return the rows below the headings; the columns may be in any order.

    Raises Refused for the field `file` if the table cannot be read as a whole.
    """
    csv.field_size_limit(LARGEST_CELL)
    if file.kind == EXCEL:
        rows = rows_of_workbook(file.content)
    else:
        text = _decoded(file.content)
        rows = _rows_of_text(text, _separator(text, columns))
    rows = [(number, [_unquoted(cell.strip()) for cell in cells]) for number, cells in rows]
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if any("\0" in cell for _number, cells in rows for cell in cells):
        raise Refused(file=_("The file contains NUL characters. Save it again as CSV in UTF-8."))
    if len(rows) <= 1:
        raise Refused(file=_("The file contains no rows. Add at least one row below the headings."))
    if len(rows) > MOST_ROWS + 1:
        raise Refused(file=_("The file has more than %(limit)s rows. Split it.") % {"limit": MOST_ROWS})
    return _table(rows, columns)


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        best = from_bytes(content, cp_isolation=_LEGACY).best() if encoding == "utf-8" else None
        if best is None:
            raise Refused(file=_("The encoding of the file is unknown. Save it as CSV in UTF-8.")) from error
        return str(best)


def _separator(text: str, columns: Sequence[Column]) -> str:
    """Return the separator with which the most headings are recognized. Blank rows may precede the headings."""
    known = _known(columns)

    def recognized(sign: str) -> int:
        first = next((row for _number, row in _rows(text, sign) if any(map(str.strip, row))), [])
        return sum(_heading(_unquoted(cell.strip())) in known for cell in first)

    return max(_SEPARATORS, key=recognized)


def _rows_of_text(text: str, separator: str) -> list[tuple[int, list[str]]]:
    return list(itertools.islice(_rows(text, separator), 4 * MOST_ROWS))


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its first line. Raises Refused for a line that is not valid CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    try:
        for row in reader:
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise Refused(
            file=_("Line %(line)s: %(why)s")
            % {"line": before + 1, "why": _("the line cannot be read as CSV. Save the file as CSV again.")}
        ) from error


def _unquoted(cell: str) -> str:
    """Remove the apostrophe that our exports put before cells that look like formulas."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _known(columns: Sequence[Column]) -> dict[str, str]:
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            known |= {_heading(column.title): column.name for column in columns}
    return known | {_heading(heading): column.name for column in columns for heading in (column.name, *column.headings)}


def _heading(written: str) -> str:
    return re.sub(r"[\s_]+", " ", fold(written)).strip(" :*")


def _table(rows: list[tuple[int, list[str]]], columns: Sequence[Column]) -> Table:
    (_number, heads), *body = rows
    known = _known(columns)
    named = [known.get(_heading(head), "") for head in heads[:MOST_COLUMNS]]
    refusals = []
    unknown = [head for head, name in zip(heads, named, strict=False) if head and not name]
    if unknown:
        refusals.append(_("Remove these columns, which cannot be imported: %(names)s.") % {"names": ", ".join(unknown)})
    missing = [column.name for column in columns if column.needed and column.taken and column.name not in named]
    if missing:
        refusals.append(_("Add these columns: %(names)s.") % {"names": ", ".join(missing)})
    twice = sorted({name for name in named if name and named.count(name) > 1})
    if twice:
        refusals.append(_("These columns appear twice: %(names)s. Remove one of each.") % {"names": ", ".join(twice)})
    if refusals:
        raise Refused(file=[sentence[:500] for sentence in refusals])
    wrong = [
        _("Line %(line)s: %(why)s")
        % {"line": number, "why": _("a cell has no heading above it. Add a heading or delete the cell.")}
        for number, cells in body
        if any(cell for place, cell in enumerate(cells) if place >= len(named) or not named[place])
    ]
    if wrong:
        raise Refused(file=wrong[:20])
    taken = {column.name for column in columns if column.taken}
    places = [(place, name) for place, name in enumerate(named) if name in taken]
    lines = [
        Line(number, {name: cells[place] if place < len(cells) else "" for place, name in places})
        for number, cells in body
    ]
    return Table(lines, [head for head, name in zip(heads, named, strict=False) if name and name not in taken])
