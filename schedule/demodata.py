"""Load a programme of the demonstration into an occasion. The apps that own occasions call it."""

import datetime as dt
from pathlib import Path
from typing import Any

from foundation.tables.datafiles import DataFileError, read_json
from foundation.tables.demodata import DemoLoad
from membership.models import Entity
from schedule.models import Occasion, Room, Slot
from schedule.services import add_appearance, add_room, add_slot, edit_slot, release_programme


def load_programme(demo: DemoLoad, occasion: Occasion, *path: str) -> None:
    """Load rooms, slots, appearances and releases from one file. A programme that has slots is not changed."""
    if occasion.slots.exists():
        return
    file = demo.path("schedule", *path)
    data = read_json(file)
    rooms = {code: add_room(occasion=occasion, **values) for code, values in data["rooms"].items()}
    entities = _entities(file, data)
    first = data.get("first_release", {}).get("differs", {})
    slots: dict[str, Slot] = {}
    for entry in data["slots"]:
        if entry["code"] in slots:
            raise DataFileError(file, None, f"the slot {entry['code']} stands there twice")
        slots[entry["code"]] = _load_slot(occasion, rooms, entities, entry | first.get(entry["code"], {}))
    if "first_release" in data:
        release_programme(occasion=occasion, now=demo.moment(data["first_release"]["released_at"]))
        for entry in data["slots"]:
            if entry["code"] in first:
                starts_at, ends_at = _times(occasion, entry)
                slot = slots[entry["code"]]
                edit_slot(
                    slot=slot,
                    expected=slot.edit_version,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    room=rooms.get(entry.get("room")),
                )
    release_programme(occasion=occasion, now=demo.moment(data["released_at"]))


def _entities(file: Path, data: dict[str, Any]) -> dict[str, Entity]:
    codes = {person["entity"] for slot in data["slots"] for person in slot.get("people", ()) if person.get("entity")}
    known = {entity.code: entity for entity in Entity.objects.filter(code__in=codes)}
    if codes - known.keys():
        raise DataFileError(file, None, f"the register knows no {', '.join(sorted(codes - known.keys()))}")
    return known


def _times(occasion: Occasion, entry: dict[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    day = dt.date.fromisoformat(entry["day"])
    starts, ends = (dt.time.fromisoformat(entry[name]) for name in ("starts", "ends"))
    return occasion.moment(day, starts), occasion.moment(day, ends)


def _load_slot(occasion: Occasion, rooms: dict[str, Room], entities: dict[str, Entity], entry: dict[str, Any]) -> Slot:
    starts_at, ends_at = _times(occasion, entry)
    slot = add_slot(
        occasion=occasion,
        starts_at=starts_at,
        ends_at=ends_at,
        title=entry["title"],
        description=entry.get("description", ""),
        kind=entry["kind"],
        room=rooms.get(entry.get("room")),
        is_internal=entry.get("is_internal", False),
        interpretation=entry.get("interpretation", ()),
        code=entry["code"],
    )
    for person in entry.get("people", ()):
        add_appearance(
            occasion=occasion,
            slot=slot,
            name=person["name"],
            function=person.get("function", ""),
            entity=entities.get(person.get("entity")),
            capacity=person["capacity"],
            state=person.get("state", "confirmed"),
        )
    return slot
