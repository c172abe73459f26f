"""Warnings to check before a release. They never block it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from foundation.time.formats import clock_time, in_zone
from schedule.models import Appearance, Occasion, Room, RoomClosure, Slot
from schedule.timetable import day_of


@dataclass(frozen=True)
class Warning:
    """`kind` is room-overlap, speaker-twice, room-closed or outside-dates; `slots` are the ids concerned."""

    kind: str
    sentence: str
    slots: tuple[int, ...]


def warnings_for(occasion: Occasion) -> list[Warning]:
    """Return all warnings in four queries, however many slots there are."""
    slots = list(occasion.slots.in_order())
    rooms = {room.pk: room for room in occasion.rooms.all()}
    closures = list(RoomClosure.objects.filter(room__occasion=occasion))
    appearances = list(occasion.appearances.expected().exclude(slot=None).in_order())
    return [
        *_outside(occasion, slots),
        *_room_overlaps(occasion, slots, rooms),
        *_closed_rooms(occasion, slots, rooms, closures),
        *_speakers_twice(occasion, slots, appearances),
    ]


def _overlap(one: Slot | RoomClosure, other: Slot | RoomClosure) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _at(occasion: Occasion, moment: dt.datetime) -> str:
    return clock_time(in_zone(moment, occasion.zone))


def _outside(occasion: Occasion, slots: list[Slot]) -> list[Warning]:
    sentence = _("“%(title)s” is outside the dates of the meeting or workshop.")
    return [
        Warning("outside-dates", sentence % {"title": slot.title}, (slot.pk,))
        for slot in slots
        if not occasion.begins_on <= day_of(slot, occasion.tzinfo) <= occasion.ends_on
    ]


def _pairs(slots: list[Slot]) -> list[tuple[Slot, Slot]]:
    """Yield pairs of slots that overlap. The slots are in order of their start."""
    found, running = [], []
    for slot in slots:
        running = [other for other in running if other.ends_at > slot.starts_at]
        found += [(other, slot) for other in running]
        running.append(slot)
    return found


def _room_overlaps(occasion: Occasion, slots: list[Slot], rooms: dict[int, Room]) -> list[Warning]:
    sentence = _("“%(one)s” and “%(other)s” are both in %(room)s at %(time)s.")
    return [
        Warning(
            "room-overlap",
            sentence
            % {
                "time": _at(occasion, other.starts_at),
                "one": one.title,
                "other": other.title,
                "room": rooms[one.room_id].name,
            },
            (one.pk, other.pk),
        )
        for one, other in _pairs(slots)
        if one.room_id and one.room_id == other.room_id
    ]


def _closed_rooms(
    occasion: Occasion, slots: list[Slot], rooms: dict[int, Room], closures: list[RoomClosure]
) -> list[Warning]:
    sentence = _("%(room)s is closed at %(time)s, during “%(title)s”.")
    return [
        Warning(
            "room-closed",
            sentence
            % {
                "room": rooms[slot.room_id].name,
                "time": _at(occasion, max(slot.starts_at, closure.starts_at)),
                "title": slot.title,
            },
            (slot.pk,),
        )
        for slot in slots
        for closure in closures
        if closure.room_id == slot.room_id and _overlap(slot, closure)
    ]


def _speakers_twice(occasion: Occasion, slots: list[Slot], appearances: list[Appearance]) -> list[Warning]:
    sentence = _("%(name)s is in “%(one)s” and “%(other)s” at the same time.")
    speaking: dict[int, dict[str, str]] = {}
    for appearance in appearances:
        speaking.setdefault(appearance.slot_id, {})[appearance.name_key] = appearance.name
    warnings = []
    for one, other in _pairs(slots):
        first, second = speaking.get(one.pk, {}), speaking.get(other.pk, {})
        for key in sorted(first.keys() & second.keys()):
            words = {"name": first[key], "one": one.title, "other": other.title}
            warnings.append(Warning("speaker-twice", sentence % words, (one.pk, other.pk)))
    return warnings
