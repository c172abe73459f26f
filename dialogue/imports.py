"""Contributions from a CSV file, for the demonstration and for editors; every complaint names its line."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dialogue.models import Attribution
from foundation.refusals import Refused
from foundation.tables.datafiles import DataFileError, Row, read_csv
from foundation.text import LANGUAGES

COLUMNS = {
    "code",
    "topic",
    "text",
    "language",
    "written_on",
    "author_name",
    "author_description",
    "may_quote",
    "attribution",
}
MOST_ROWS = 5000


def rows_of(path: Path) -> list[dict[str, Any]]:
    """As `import_contributions` takes them."""
    rows = []
    for row in read_csv(path, columns=COLUMNS, unique=("topic", "code")):
        if len(rows) >= MOST_ROWS:
            raise row.error(f"more than {MOST_ROWS} contributions")
        rows.append(_read(row))
    return rows


def rows_of_bytes(content: bytes) -> list[dict[str, Any]]:
    """The same for a file that was sent; what is wrong with it is a `Refused` beside the field."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        try:
            return rows_of(Path(file.name))
        except UnicodeDecodeError as error:
            raise Refused(file=_("The file is not text in UTF-8.")) from error
        except DataFileError as error:
            where = _("Line %(line)s: %(why)s") % {"line": error.line or 1, "why": error.what}
            raise Refused(file=where) from error


def _read(row: Row) -> dict[str, Any]:
    if not row["topic"].isdecimal() or len(row["topic"]) > 3:
        raise row.error(f"{row['topic']!r} is no number of a question")
    if not row["text"]:
        raise row.error("the text is missing")
    for column, allowed in (
        ("language", LANGUAGES),
        ("may_quote", ("yes", "no")),
        ("attribution", Attribution.values),
    ):
        if row[column] not in allowed:
            raise row.error(f"{column}: {row[column]!r} is none of {', '.join(allowed)}")
    try:
        written_on = dt.date.fromisoformat(row["written_on"])
    except ValueError as error:
        raise row.error(f"{row['written_on']!r} is no date like 2010-07-12") from error
    return dict(row) | {
        "topic": int(row["topic"]),
        "may_quote": row["may_quote"] == "yes",
        "written_on": written_on,
    }
