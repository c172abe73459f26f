"""Export of tables as CSV and XLSX, without formulas."""

import csv
import datetime as dt
import io
import logging
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from foundation.uploads.names import safe_name

log = logging.getLogger("portal.exports")
# Spreadsheets take cells that begin with these characters for formulas.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def quoted(value: Any) -> Any:
    """Return a cell for CSV: text that looks like a formula is prefixed with an apostrophe, None becomes empty."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV file in UTF-8, with a byte order mark so that spreadsheets display accents correctly."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([quoted(cell) for cell in header])
    writer.writerows([quoted(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "Table") -> bytes:
    """Return an XLSX file. Text is always written as text, so the file has no formulas or links."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    # A fixed date, so that the same table gives the same bytes.
    book.set_properties({"created": dt.datetime(2000, 1, 1)})
    page = book.add_worksheet(sheet[:31])
    bold = book.add_format({"bold": True})
    for column, title in enumerate(header):
        page.write_string(0, column, str(title), bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                page.write_number(line, column, cell)
            elif cell is not None:
                page.write_string(line, column, str(cell))
    page.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def table_response(
    *, kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], viewer: Any = None
) -> HttpResponse:
    """Return a table as a `csv` or `xlsx` file, and log who downloaded it."""
    content = csv_bytes(header, rows) if kind == "csv" else xlsx_bytes(header, rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX)
    response["Content-Disposition"] = f'attachment; filename="{safe_name(name)}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    log.info("export %s.%s taken by %s", name, kind, getattr(viewer, "pk", None) or "the public")
    return response
