"""Readers for tables that people upload: XLSX, and CSV as spreadsheets write it in our languages.

Formulas are read as text.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from foundation.refusals import Refused
from foundation.tables.exports import FORMULA_STARTS
from foundation.text import fold
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import EXCEL

MOST_ROWS = 5000
MOST_COLUMNS = 200
LARGEST_CELL = 4 * 1024 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LEGACY = ["cp1252"]
_SEPARATORS = ";,\t"
_YES = {"yes", "y", "true", "oui", "o", "vrai", "si", "s", "verdadero", "1"}
_NO = {"no", "n", "false", "non", "faux", "falso", "0"}
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class Column:
    """A column of an import. `headings` are alternatives to `name` above the column, in any language."""

    name: str
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row with its cells by column, and the number of its first line in the file."""

    number: int
    cells: dict[str, str]

    def refusal(self, why: str) -> str:
        """Return a sentence about this row."""
        return _("Line %(line)s: %(why)s") % {"line": self.number, "why": why}


def read_table(file: CheckedFile, columns: Sequence[Column]) -> list[Line]:
    """Return the rows below the headings, with columns in any order.

    Raises Refused, beside the field `file`, if the table as a whole cannot be read.
    """
    csv.field_size_limit(LARGEST_CELL)
    if file.kind == EXCEL:
        rows = _rows_of_workbook(file.content)
    else:
        text = _decoded(file.content)
        rows = max((_rows_of_text(text, sign) for sign in _SEPARATORS), key=lambda rows: _recognized(rows, columns))
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if not rows:
        raise Refused(file=_("The file contains no rows."))
    if len(rows) > MOST_ROWS + 1:
        raise Refused(file=_("The file has more than %(limit)s rows. Split it.") % {"limit": MOST_ROWS})
    return _lines(rows, columns)


def as_day(written: str) -> dt.date:
    """Return an ISO date or a date in the order day, month, year. Raises Refused for anything else."""
    try:
        found = _DAY_FIRST.fullmatch(written)
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else dt.date.fromisoformat(written)
    except ValueError as error:
        raise Refused(
            _("“%(written)s” is not a date. Write it like 12/07/2010 (day first) or 2010-07-12.")
            % {"written": written[:50]}
        ) from error


def as_yes_or_no(written: str) -> bool:
    """Return whether the text means yes in English, French or Spanish. Raises Refused if it is neither yes nor no."""
    folded = fold(written).strip()
    if folded not in _YES | _NO:
        raise Refused(_("“%(written)s” is neither yes nor no.") % {"written": written[:50]})
    return folded in _YES


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        best = from_bytes(content, cp_isolation=_LEGACY).best() if encoding == "utf-8" else None
        if best is None:
            raise Refused(file=_("The encoding of the file is unknown. Save it as CSV in UTF-8.")) from error
        text = str(best)
    if "\0" in text:
        raise Refused(file=_("The file contains NUL characters. Save it again as CSV in UTF-8."))
    return text


def _rows_of_text(text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, before = [], 0
    try:
        for row in reader:
            rows.append((before + 1, [_unquoted(cell.strip()) for cell in row]))
            before = reader.line_num
            if len(rows) > 4 * MOST_ROWS:
                break
    except csv.Error as error:
        raise Refused(
            file=_("Line %(line)s: %(why)s") % {"line": before + 1, "why": _("the line cannot be read as CSV.")}
        ) from error
    return rows


def _rows_of_workbook(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as error:
        raise Refused(file=_("The workbook cannot be read. Save it again as XLSX.")) from error
    return [(number, [_written(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _written(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return _unquoted(str(cell).strip())


def _unquoted(cell: str) -> str:
    """Remove the apostrophe that our exports put before cells that look like formulas."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _known(columns: Sequence[Column]) -> dict[str, str]:
    return {_heading(said): column.name for column in columns for said in (column.name, *column.headings)}


def _heading(written: str) -> str:
    return re.sub(r"[\s_]+", " ", fold(written)).strip(" :*")


def _recognized(rows: list[tuple[int, list[str]]], columns: Sequence[Column]) -> int:
    first = next((cells for _number, cells in rows if any(cells)), [])
    known = _known(columns)
    return sum(_heading(cell) in known for cell in first)


def _lines(rows: list[tuple[int, list[str]]], columns: Sequence[Column]) -> list[Line]:
    (_number, heads), *body = rows
    known = _known(columns)
    named = [known.get(_heading(head), "") for head in heads[:MOST_COLUMNS]]
    refusals = []
    unknown = [head for head, name in zip(heads, named, strict=False) if head and not name]
    if unknown:
        refusals.append(_("Remove these columns, which are not known here: %(names)s.") % {"names": ", ".join(unknown)})
    missing = [column.name for column in columns if column.name not in named]
    if missing:
        refusals.append(_("Add these columns: %(names)s.") % {"names": ", ".join(missing)})
    twice = sorted({name for name in named if name and named.count(name) > 1})
    if twice:
        refusals.append(_("These columns appear twice: %(names)s.") % {"names": ", ".join(twice)})
    if refusals:
        raise Refused(file=[sentence[:500] for sentence in refusals])
    lines, wrong = [], []
    for number, cells in body:
        if any(cell for place, cell in enumerate(cells) if place >= len(named) or not named[place]):
            wrong.append(_("Line %(line)s: %(why)s") % {"line": number, "why": _("a cell has no heading above it.")})
        padded = [*cells, *[""] * (len(named) - len(cells))]
        lines.append(Line(number, {name: padded[place] for place, name in enumerate(named) if name}))
    if wrong:
        raise Refused(file=wrong[:20])
    return lines
