"""A released programme for display, read from the release without a query."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from foundation.time.formats import clock_time, in_zone, weekday_date, zone_name, zone_of
from schedule.contents import text_in
from schedule.models import AppearanceCapacity, InterpretationLanguage, Release, SlotKind


@dataclass(frozen=True)
class Person:
    name: str
    capacity: str
    words: str


@dataclass(frozen=True)
class Entry:
    code: str
    moment: str
    time: str
    room: str
    kind: str
    title: str
    description: str
    interpretation: str
    people: list[Person]


@dataclass(frozen=True)
class Day:
    anchor: str
    heading: str
    zone: str
    entries: list[Entry]


def programme_days(release: Release, language: str) -> list[Day]:
    """Return the slots by day, in the time zone of the release."""
    zone = zone_of(release.content["zone"])
    kinds, capacities = _labels(SlotKind), _labels(AppearanceCapacity)
    languages = _labels(InterpretationLanguage)
    days: dict[dt.date, Day] = {}
    for slot in release.content["slots"]:
        starts = in_zone(dt.datetime.fromisoformat(slot["starts_at"]), zone)
        ends = in_zone(dt.datetime.fromisoformat(slot["ends_at"]), zone)
        date = starts.date()
        if date not in days:
            days[date] = Day(date.isoformat(), weekday_date(date, language), zone_name(starts, zone, language), [])
        days[date].entries.append(
            Entry(
                code=slot["code"],
                moment=starts.isoformat(),
                time=f"{clock_time(starts)}–{clock_time(ends)}",
                room=text_in(slot["room"], language),
                kind="" if slot["kind"] in _UNSAID else kinds[slot["kind"]],
                title=text_in(slot["title"], language),
                description=text_in(slot["description"], language),
                interpretation=", ".join(languages[code] for code in slot["interpretation"]),
                people=[_person(appearance, capacities, language) for appearance in slot["appearances"]],
            )
        )
    return list(days.values())


# Kinds that titles already name.
_UNSAID = {SlotKind.OPENING.value, SlotKind.CLOSING.value, SlotKind.BREAK.value, SlotKind.OTHER.value}


def _labels(choices: Any) -> dict[str, str]:
    return {value: str(label) for value, label in choices.choices}


def _person(appearance: dict[str, Any], capacities: dict[str, str], language: str) -> Person:
    parts = (text_in(appearance["function"], language), text_in(appearance["entity"], language))
    return Person(appearance["name"], capacities[appearance["capacity"]], ", ".join(part for part in parts if part))
