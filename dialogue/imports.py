"""Read contributions from a CSV file. Every error names its line."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dialogue.models import Attribution
from foundation.refusals import Refused
from foundation.tables.datafiles import Row, read_csv
from foundation.tables.incoming import Column, as_day, as_yes_or_no, read_table
from foundation.text import LANGUAGES
from foundation.uploads.checks import CheckedFile

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
    """Return rows for `import_contributions`."""
    rows = []
    for row in read_csv(path, columns=COLUMNS, unique=("topic", "code")):
        if len(rows) >= MOST_ROWS:
            raise row.error(f"more than {MOST_ROWS} contributions")
        rows.append(_read(row))
    return rows


COLUMNS_SENT = (
    Column("code", ("código", "référence", "referencia")),
    Column("topic", ("question", "question number", "thème", "numéro de question", "tema", "pregunta")),
    Column("text", ("texte", "texto", "contribution", "contribución")),
    Column("language", ("langue", "idioma")),
    Column("written_on", ("date", "written on", "fecha", "rédigé le", "escrito el")),
    Column("author_name", ("author", "name", "nom", "auteur", "nom de l'auteur", "nombre", "autor")),
    Column("author_description", ("description", "description de l'auteur", "descripción", "descripción del autor")),
    Column("may_quote", ("may be quoted", "peut être cité", "citation autorisée", "se puede citar")),
    Column("attribution", ("attribuer à", "atribución")),
)


def rows_of_upload(file: CheckedFile) -> list[dict[str, Any]]:
    """The same for a file that was sent. Raises Refused beside `file`, with every line that is wrong (at most 20)."""
    rows: list[dict[str, Any]] = []
    wrong: list[str] = []
    seen: dict[tuple[int, str], int] = {}
    for line in read_table(file, COLUMNS_SENT):
        try:
            row = _taken(line.cells)
        except Refused as refused:
            wrong.append(line.refusal(str(refused)))
            continue
        first = seen.setdefault((row["topic"], row["code"]), line.number)
        if first != line.number:
            wrong.append(line.refusal(_("the same code is already in line %(first)s.") % {"first": first}))
        rows.append(row)
    if wrong:
        raise Refused(file=wrong[:20])
    return rows


def _taken(cells: dict[str, str]) -> dict[str, Any]:
    if not cells["topic"].isdecimal() or len(cells["topic"]) > 3:
        raise Refused(_("“%(written)s” is not the number of a question.") % {"written": cells["topic"][:50]})
    if not cells["text"]:
        raise Refused(_("the text is missing."))
    language, attribution = cells["language"].lower(), cells["attribution"].lower()
    for written, allowed in ((language, LANGUAGES), (attribution, Attribution.values)):
        if written not in allowed:
            raise Refused(
                _("“%(written)s” is none of these: %(allowed)s.")
                % {"written": written[:50], "allowed": ", ".join(allowed)}
            )
    return {
        **cells,
        "topic": int(cells["topic"]),
        "language": language,
        "attribution": attribution,
        "may_quote": as_yes_or_no(cells["may_quote"]),
        "written_on": as_day(cells["written_on"]),
    }


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
