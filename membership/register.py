"""Load the register of States and organizations from the secretariat's data files.

A load adds what is missing and corrects what differs. It deletes nothing, since apps refer to entities permanently.
Errors name the file and line, and nothing is changed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import models, transaction

from foundation.tables.datafiles import Row, read_csv
from foundation.text import LANGUAGES, Language, fold
from membership.models import (
    Entity,
    EntityKind,
    EntityName,
    EntityStatus,
    Group,
    GroupMembership,
    Status,
    VotingSuspension,
)

Wanted = dict[tuple, dict[str, Any]]
PERIOD = {"from", "to"}
COORDINATOR = "coordinator"


@transaction.atomic
def load_register(*, folder: Path) -> dict[str, int]:
    """Load all files of the folder and return how many rows of each kind were added or corrected."""
    changed = {}
    regions = _read_groups(folder / "groups.csv")
    changed["groups"] = _write(Group, ("code",), regions)
    groups = dict(Group.objects.values_list("code", "pk"))
    changed["entities"] = _write(Entity, ("code",), _read_entities(folder / "entities.csv", regions))
    entities = dict(Entity.objects.values_list("code", "pk"))

    changed["names"] = _write(
        EntityName, ("entity_id", "language", "begins"), _read_names(folder / "names.csv", entities)
    )
    changed["statuses"] = _write(EntityStatus, ("entity_id", "begins"), _read_status(folder / "status.csv", entities))
    changed["suspensions"] = _write(
        VotingSuspension, ("entity_id", "begins"), _read_suspensions(folder / "voting_rights.csv", entities)
    )
    changed["group members"] = _write(
        GroupMembership,
        ("group_id", "entity_id", "begins"),
        _read_group_members(folder / "group_members.csv", groups, entities),
    )
    return changed


# --- Reading ----------------------------------------------------------------------------------------------------------


def _read_groups(path: Path) -> Wanted:
    wanted = {}
    for row in read_csv(path, columns={"code", "kind", "name_en", "name_fr", "name_es"}, unique=("code",)):
        names = {f"name_{language}": _filled(row, f"name_{language}") for language in LANGUAGES}
        keys = {f"sort_key_{language}": fold(names[f"name_{language}"]) for language in LANGUAGES}
        wanted[_filled(row, "code"),] = {"kind": _one_of(row, "kind", {"region", "group"}), **names, **keys}
    return wanted


def _read_entities(path: Path, regions: Wanted) -> Wanted:
    known = {code for (code,), values in regions.items() if values["kind"] == "region"}
    wanted = {}
    for row in read_csv(path, columns={"code", "kind", "region", "note"}, unique=("code",)):
        wanted[_filled(row, "code"),] = {
            "kind": _one_of(row, "kind", set(EntityKind.values)),
            "region": _one_of(row, "region", {"", *known}),
            "is_illustrative": row["note"].startswith("invented"),
        }
    return wanted


def _read_names(path: Path, entities: Mapping[str, int]) -> Wanted:
    columns = {"code", "language", "short", "formal", "article", "sort_key", "acronym", *PERIOD}
    rows = _Periods()
    for row in read_csv(path, columns=columns):
        key = _known(row, "code", entities), _one_of(row, "language", set(Language.values))
        values = {name: _filled(row, name) for name in ("short", "formal", "sort_key")}
        rows.add(row, key, values | {"article": row["article"], "acronym": row["acronym"]})
    return rows.wanted


def _read_status(path: Path, entities: Mapping[str, int]) -> Wanted:
    rows = _Periods()
    for row in read_csv(path, columns={"code", "status", "decision", "note", *PERIOD}):
        values = {
            "status": _one_of(row, "status", set(Status.values)),
            "decision": _filled(row, "decision"),
            "note": row["note"],
        }
        rows.add(row, (_known(row, "code", entities),), values)
    return rows.wanted


def _read_suspensions(path: Path, entities: Mapping[str, int]) -> Wanted:
    rows = _Periods()
    for row in read_csv(path, columns={"code", "right", "decision", "note", *PERIOD}):
        if row["right"] != "no":
            raise row.error("the register keeps suspensions alone (no): every other member has the right to vote")
        values = {"decision": _filled(row, "decision"), "note": row["note"]}
        rows.add(row, (_known(row, "code", entities),), values)
    return rows.wanted


def _read_group_members(path: Path, groups: Mapping[str, int], entities: Mapping[str, int]) -> Wanted:
    rows = _Periods()
    for row in read_csv(path, columns={"group", "entity", "role", *PERIOD}):
        key = _known(row, "group", groups), _known(row, "entity", entities)
        rows.add(row, key, {"is_coordinator": _one_of(row, "role", {"member", COORDINATOR}) == COORDINATOR})
    return rows.wanted


class _Periods:
    """Checks that rows of one key do not overlap in time."""

    def __init__(self) -> None:
        self.wanted: Wanted = {}
        self._held: dict[tuple, list[tuple[dt.date, dt.date, int]]] = defaultdict(list)

    def add(self, row: Row, key: tuple, values: dict[str, Any]) -> None:
        begins, ends = _day(row, "from"), _day(row, "to")
        first, after = begins or dt.date.min, ends or dt.date.max
        if first >= after:
            raise row.error("the period ends before it begins")
        for other_first, other_after, line in self._held[key]:
            if first < other_after and other_first < after:
                raise row.error(f"the period overlaps that of line {line}")
        self._held[key].append((first, after, row.line))
        self.wanted[(*key, begins)] = {"ends": ends, **values}


def _filled(row: Row, column: str) -> str:
    if not row[column]:
        raise row.error(f"{column} is empty")
    return row[column]


def _one_of(row: Row, column: str, allowed: set[str]) -> str:
    if row[column] not in allowed:
        raise row.error(f"{column}: {row[column]!r} is none of {', '.join(sorted(filter(None, allowed)))}")
    return row[column]


def _known(row: Row, column: str, ids: Mapping[str, int]) -> int:
    if row[column] not in ids:
        raise row.error(f"{column}: the register knows no {row[column]!r}")
    return ids[row[column]]


def _day(row: Row, column: str) -> dt.date | None:
    if not row[column]:
        return None
    try:
        return dt.date.fromisoformat(row[column])
    except ValueError as error:
        raise row.error(f"{column}: {row[column]!r} is no date (year-month-day)") from error


# --- Writing ----------------------------------------------------------------------------------------------------------


def _write(model: type[models.Model], key: tuple[str, ...], wanted: Wanted) -> int:
    """Write corrections first: an open period must end before its successor can begin."""
    held = {_key_of(row, key): row for row in model._default_manager.all()}
    corrected = [held[old] for old in wanted if old in held and _correct(held[old], wanted[old])]
    missing = [model(**dict(zip(key, new, strict=True)), **wanted[new]) for new in wanted if new not in held]
    columns = sorted({name for values in wanted.values() for name in values})
    if corrected:
        model._default_manager.bulk_update(corrected, columns)
    model._default_manager.bulk_create(missing)
    return len(corrected) + len(missing)


def _key_of(row: models.Model, key: Iterable[str]) -> tuple:
    return tuple(getattr(row, name) for name in key)


def _correct(row: models.Model, values: Mapping[str, Any]) -> bool:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)
