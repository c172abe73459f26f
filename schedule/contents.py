"""The content of a release as JSON, with each text in all its languages, and the changes between two releases."""

import datetime as dt
from typing import Any

from foundation.text import LANGUAGES
from membership.names import names_in_languages
from schedule.models import Occasion, Slot


def programme_content(occasion: Occasion) -> dict[str, Any]:
    """Return the public part of the draft in five queries, with entities' names on the occasion's first day."""
    slots = list(
        occasion.slots.for_the_public()
        .in_order()
        .select_related("room")
        .prefetch_related("interpretations", "appearances__entity")
    )
    entities = {a.entity_id for slot in slots for a in slot.appearances.all() if a.entity_id}
    names = names_in_languages(entities, occasion.begins_on)
    return {
        "zone": occasion.zone,
        "place": texts(occasion, "place"),
        "slots": [_slot_content(slot, names) for slot in slots],
    }


def texts(row: Any, field: str) -> dict[str, str]:
    """Return a translated field as `{"en": …}`, without empty languages."""
    values = ((language, getattr(row, f"{field}_{language}")) for language in LANGUAGES)
    return {language: value for language, value in values if value}


def text_in(texts_by_language: dict[str, str] | None, language: str) -> str:
    """Return the text in the language or, failing that, in English or any other."""
    held = texts_by_language or {}
    return held.get(language) or held.get("en") or next(iter(held.values()), "")


def _slot_content(slot: Slot, names: dict[int, dict[str, Any]]) -> dict[str, Any]:
    expected = [a for a in slot.appearances.all() if a.state in {"invited", "confirmed"}]
    return {
        "code": slot.code,
        "starts_at": _written(slot.starts_at),
        "ends_at": _written(slot.ends_at),
        "room": texts(slot.room, "name") if slot.room else {},
        "kind": slot.kind,
        "title": texts(slot, "title"),
        "description": texts(slot, "description"),
        "interpretation": sorted(i.language for i in slot.interpretations.all()),
        "appearances": [
            {
                "name": a.name,
                "function": texts(a, "function"),
                "entity": {code: name.short for code, name in names.get(a.entity_id, {}).items()},
                "capacity": a.capacity,
            }
            for a in sorted(expected, key=lambda a: (a.position, a.pk))
        ],
    }


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


_TIME_AND_PLACE = ("starts_at", "ends_at", "room")


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return slots added, moved (time or room), changed (otherwise) and removed, in the order of the new programme."""
    old = {slot["code"]: slot for slot in before.get("slots", ())}
    new = {slot["code"]: slot for slot in after.get("slots", ())}
    changes = []
    for code, slot in new.items():
        if code not in old:
            changes.append(_change("added", slot))
            continue
        fields = sorted(name for name in slot.keys() | old[code].keys() if slot.get(name) != old[code].get(name))
        if fields:
            kind = "moved" if any(name in fields for name in _TIME_AND_PLACE) else "changed"
            changes.append(_change(kind, slot, before=old[code], fields=fields))
    changes += [_change("removed", slot) for code, slot in old.items() if code not in new]
    return changes


def _change(
    kind: str, slot: dict[str, Any], *, before: dict[str, Any] | None = None, fields: list[str] | None = None
) -> dict[str, Any]:
    change = {"kind": kind, "code": slot["code"], "title": slot["title"], "to": _when_and_where(slot)}
    if before is not None:
        change |= {"from": _when_and_where(before), "fields": fields}
    return change


def _when_and_where(slot: dict[str, Any]) -> dict[str, Any]:
    return {name: slot.get(name) for name in _TIME_AND_PLACE}
