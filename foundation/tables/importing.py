"""The base class of all table imports, and the plan that says what each line of a file would change.

An app subclasses `TableImport` in its `imports.py` and offers the import with the pages of `foundation.tables.pages`.
"""

import datetime as dt
import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.refusals import Refused
from foundation.tables.cells import DayOrder, OrderFound, as_day, order_of_days
from foundation.tables.incoming import Column, Table, read_table
from foundation.uploads.checks import CheckedFile

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
OUTCOMES = (NEW, CHANGED, UNCHANGED, REFUSED)
# The key of problems that concern a whole line and not one cell.
WHOLE = ""
# A file of refused rows has this column. It is ignored when the corrected file is uploaded.
_PROBLEM = Column("problem", gettext_lazy("Problem"), needed=False, taken=False)
Values = dict[str, Any]
Changes = Mapping[str, tuple[Any, Any]]


@dataclass
class Row:
    """A line of the file and what importing it would do. `values` holds the cells that could be read."""

    number: int
    cells: dict[str, str]
    values: Values = field(default_factory=dict)
    outcome: str = NEW
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, refused: Refused, column: str = WHOLE) -> None:
        """Mark the line as refused, and add each sentence to the cell that it names or otherwise to `column`."""
        self.outcome = REFUSED
        for sentence in refused.general:
            self.problems.setdefault(column, []).append(sentence)
        for name, sentences in refused.fields.items():
            self.problems.setdefault(name if name in self.cells else WHOLE, []).extend(sentences)

    @property
    def is_refused(self) -> bool:
        return self.outcome == REFUSED


@dataclass(frozen=True)
class Plan:
    """What importing a file would change in the database as it is now."""

    rows: list[Row]
    left_out: list[str]
    order: OrderFound

    @property
    def written(self) -> list[Row]:
        """The rows that would be created or changed."""
        return [row for row in self.rows if row.outcome in {NEW, CHANGED}]

    def marks(self) -> dict[str, str]:
        """Return a hash of what each line would change, by line number. Plans with equal hashes make equal changes."""
        return {str(row.number): _mark([row.outcome, row.cells, sorted(row.changes.items())]) for row in self.rows}


class TableImport(ABC):
    """An import of one kind of row, to be subclassed.

    `subject` identifies the object to which the rows belong, and `options` are those of the upload form. `key` names
    the columns that together identify a row; a file with the same key twice is refused.
    """

    kind: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    key: ClassVar[tuple[str, ...]] = ()

    def __init__(self, subject: str, options: Mapping[str, Any]) -> None:
        self.subject, self.options = subject, options

    @abstractmethod
    def lock(self) -> None:
        """Lock the stored rows that the file is compared with until the transaction ends.

        Called before an import but not before a preview.
        """

    @abstractmethod
    def prepare(self, rows: Sequence[Values]) -> None:
        """Read the stored rows to compare these rows with, in a constant number of queries."""

    @abstractmethod
    def compare(self, values: Values) -> Changes | None:
        """Return None for a new row, otherwise {column: (stored value, new value)} for every value that differs.

        Raises Refused, if possible for one column. Writes nothing and makes no query.
        """

    @abstractmethod
    def write(self, rows: Sequence[Values], *, actor: Any) -> None:
        """Write new and changed rows through the app's service, which checks rights and rules again."""


_kinds: dict[str, type[TableImport]] = {}


def table_import(made: type[TableImport]) -> type[TableImport]:
    """Register a subclass of `TableImport`, so that pages and jobs find it by its `kind`."""
    _kinds[made.kind] = made
    return made


def import_of(kind: str, subject: str, options: Mapping[str, Any]) -> TableImport:
    return _kinds[kind](subject, options)


def read_for(source: TableImport, file: CheckedFile) -> Table:
    """Return the table in the file, which may be a corrected file of refused rows.

    Raises Refused for the field `file`.
    """
    return read_table(file, (*source.columns, _PROBLEM))


def plan_of(source: TableImport, table: Table, chosen: DayOrder | None) -> Plan:
    """Return what importing the table would change in the database as it is now. Nothing is written."""
    days = [column.name for column in source.columns if column.is_day]
    found = order_of_days(
        (line.number, line.cells[name]) for line in table.lines for name in days if name in line.cells
    )
    order = chosen or found.order
    rows = [Row(line.number, line.cells) for line in table.lines]
    for row in rows:
        _read(source, row, order)
    _refuse_doubles(rows, source.key)
    whole = [row for row in rows if not row.is_refused]
    source.prepare([row.values for row in whole])
    for row in whole:
        try:
            changes = source.compare(row.values)
        except Refused as refused:
            row.refuse(refused)
            continue
        if changes is not None:
            row.outcome = CHANGED if changes else UNCHANGED
            row.changes = {name: (shown(before), shown(after)) for name, (before, after) in changes.items()}
    return Plan(rows, table.left_out, found)


def _read(source: TableImport, row: Row, order: DayOrder | None) -> None:
    for column in source.columns:
        if column.name not in row.cells:
            continue
        written = row.cells[column.name]
        try:
            row.values[column.name] = _value(column, written, order)
        except Refused as refused:
            row.refuse(refused, column.name)


def _value(column: Column, written: str, order: DayOrder | None) -> Any:
    if not written:
        if column.blank:
            return column.empty
        raise Refused(_("Fill in this cell."))
    return as_day(written, order) if column.is_day else column.read(written)


def _refuse_doubles(rows: Sequence[Row], key: Collection[str]) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row in rows:
        if not key or any(name not in row.values for name in key):
            continue
        number = first.setdefault(tuple(row.values[name] for name in key), row.number)
        if number != row.number:
            row.refuse(
                Refused(_("The same row is already in line %(first)s. Remove one of them.") % {"first": number}),
                next(iter(key)),
            )


def shown(value: Any) -> str:
    """Return a value as text for the preview."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _mark(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:12]


def columns_by_name(source: TableImport, names: Collection[str]) -> list[Column]:
    """Return the columns with these names in the order in which the import declares them."""
    return [column for column in source.columns if column.name in names]
