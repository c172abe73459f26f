"""Readers for data files (CSV, JSON) whose errors name the file and the line."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class DataFileError(Exception):
    """A data file is invalid; the message begins with `file, line n:`."""

    def __init__(self, path: Path, line: int | None, what: str) -> None:
        self.path, self.line, self.what = path, line, what
        place = f"{path.name}, line {line}" if line else path.name
        super().__init__(f"{place}: {what}")


class Row(dict):
    """A row of a CSV file with its line number."""

    def __init__(self, values: dict[str, str], path: Path, line: int) -> None:
        super().__init__(values)
        self.path, self.line = path, line

    def error(self, what: str) -> DataFileError:
        """Return an error for this row, to be raised."""
        return DataFileError(self.path, self.line, what)


def read_csv(path: Path, *, columns: set[str], unique: tuple[str, ...] = ()) -> Iterator[Row]:
    """Yield rows with stripped cells.

    Raises DataFileError for missing columns, rows of a different length and repeated values of the columns `unique`.
    """
    seen: dict[tuple[str, ...], int] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        missing = columns - set(reader.fieldnames or ())
        if missing:
            raise DataFileError(path, 1, f"the column {', '.join(sorted(missing))} is missing")
        try:
            for raw in reader:
                if None in raw or None in raw.values():
                    raise DataFileError(path, reader.line_num, "the number of cells differs from the header's")
                row = Row({name: value.strip() for name, value in raw.items()}, path, reader.line_num)
                if unique:
                    key = tuple(row[name] for name in unique)
                    if key in seen:
                        raise row.error(f"{' / '.join(key)} is already in line {seen[key]}")
                    seen[key] = row.line
                yield row
        except csv.Error as error:
            raise DataFileError(path, reader.line_num, str(error)) from error


def read_json(path: Path) -> Any:
    """Return the content of a JSON file. Raises DataFileError if it is not valid."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataFileError(path, error.lineno, f"not JSON ({error.msg})") from error
