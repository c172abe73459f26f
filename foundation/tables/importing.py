"""One kind of table that comes in, and what its lines would do: the base of every import of the portal.

An app derives `TableImport` in its `imports.py` and offers it with the pages of `foundation.tables.pages`.
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
# What is wrong with a line as a whole.
WHOLE = ""
_PROBLEM = Column(
    "problem", gettext_lazy("Problem"), needed=False, taken=False
)  # of a table of refused rows that was corrected
Values = dict[str, Any]
Changes = Mapping[str, tuple[Any, Any]]


@dataclass
class Row:
    """A line and what would become of it. `values` are those of its cells that could be read."""

    number: int
    cells: dict[str, str]
    values: Values = field(default_factory=dict)
    outcome: str = NEW
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, refused: Refused, column: str = WHOLE) -> None:
        """Put each sentence beside the cell that it names, or beside `column`."""
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
    """What importing a file would do now."""

    rows: list[Row]
    left_out: list[str]
    order: OrderFound

    @property
    def written(self) -> list[Row]:
        """The rows that would write something."""
        return [row for row in self.rows if row.outcome in {NEW, CHANGED}]

    def marks(self) -> dict[str, str]:
        """Return for each line a mark of what it would do: two plans with the same marks do the same."""
        return {str(row.number): _mark([row.outcome, row.cells, sorted(row.changes.items())]) for row in self.rows}


class TableImport(ABC):
    """Derive it for one kind of rows. `subject` says whose rows they are, `options` what was chosen beside the file.

    `key` are the columns that name a row together: the same key twice in a file is refused.
    """

    kind: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    key: ClassVar[tuple[str, ...]] = ()

    def __init__(self, subject: str, options: Mapping[str, Any]) -> None:
        self.subject, self.options = subject, options

    @abstractmethod
    def lock(self) -> None:
        """Lock what the rows are compared with until the transaction ends.

        Called before an import, not for a preview.
        """

    @abstractmethod
    def prepare(self, rows: Sequence[Values]) -> None:
        """Read what these rows are compared with, in a number of queries that does not depend on how many they are."""

    @abstractmethod
    def compare(self, values: Values) -> Changes | None:
        """Return None for a new row, otherwise before and after of what differs (nothing: unchanged).

        Raises Refused, beside the column where it can. Writes nothing and makes no query.
        """

    @abstractmethod
    def write(self, rows: Sequence[Values], *, actor: Any) -> None:
        """Write new and changed rows through the app's service, which checks rights and rules again."""


_kinds: dict[str, type[TableImport]] = {}


def table_import(made: type[TableImport]) -> type[TableImport]:
    """Register a kind of import, so that a job finds it by its name. For the class in an app's `imports.py`."""
    _kinds[made.kind] = made
    return made


def import_of(kind: str, subject: str, options: Mapping[str, Any]) -> TableImport:
    return _kinds[kind](subject, options)


def read_for(source: TableImport, file: CheckedFile) -> Table:
    """Return the table. Raises Refused beside `file`. A corrected table of refused rows is read as well."""
    return read_table(file, (*source.columns, _PROBLEM))


def plan_of(source: TableImport, table: Table, chosen: DayOrder | None) -> Plan:
    """Return what each line would do, compared with the database as it is now. Nothing is written."""
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
            row.refuse(Refused(_("The same row is already in line %(first)s.") % {"first": number}), next(iter(key)))


def shown(value: Any) -> str:
    """Return a value as the preview shows it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _mark(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:12]


def columns_by_name(source: TableImport, names: Collection[str]) -> list[Column]:
    """Return the columns of a file in the order in which the import names them."""
    return [column for column in source.columns if column.name in names]
