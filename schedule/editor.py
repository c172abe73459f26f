"""Data for the timetable editor: rows, totals, warnings, unpublished changes."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, gettext_lazy

from foundation.time.formats import clock_time, in_zone, span, weekday_date
from schedule.contents import changes_between, programme_content, text_in
from schedule.models import Appearance, Occasion, Release, Room, Slot
from schedule.registry import Owner, owner_of
from schedule.timetable import by_day, day_version
from schedule.warnings import Warning, warnings_for


@dataclass(frozen=True)
class SlotRow:
    slot: Slot
    starts: str
    ends: str
    length: str
    people: list[Appearance]
    languages: list[str]
    is_warned: bool


@dataclass(frozen=True)
class DayList:
    day: dt.date
    heading: str
    version: str
    rows: list[SlotRow]
    total: str
    is_outside: bool

    @property
    def list_id(self) -> str:
        return f"day-{self.day.isoformat()}"


class EditorPage:
    """The draft of one occasion. The number of queries does not grow with the number of slots."""

    def __init__(self, occasion: Occasion) -> None:
        self.occasion = occasion

    @cached_property
    def owner(self) -> Owner | None:
        return owner_of(self.occasion)

    @cached_property
    def rooms(self) -> list[Room]:
        return list(self.occasion.rooms.all())

    @cached_property
    def warnings(self) -> list[Warning]:
        return warnings_for(self.occasion)

    @cached_property
    def release(self) -> Release | None:
        return self.occasion.latest_release

    @cached_property
    def unreleased(self) -> int:
        """Return the number of changes since the last release."""
        draft = programme_content(self.occasion)
        return len(changes_between(self.release.content if self.release else {"slots": []}, draft))

    @cached_property
    def days(self) -> list[DayList]:
        slots = list(
            self.occasion.slots.in_order().select_related("room").prefetch_related("appearances", "interpretations")
        )
        warned = {pk for warning in self.warnings for pk in warning.slots}
        return [self._day(day, held, warned) for day, held in by_day(self.occasion, slots).items()]

    def _day(self, day: dt.date, slots: list[Slot], warned: set[int]) -> DayList:
        length = sum((slot.duration for slot in slots), dt.timedelta())
        return DayList(
            day=day,
            heading=weekday_date(day),
            version=day_version(slots),
            rows=[self._row(slot, slot.pk in warned) for slot in slots],
            total=span(length) if slots else "",
            is_outside=not self.occasion.begins_on <= day <= self.occasion.ends_on,
        )

    def _row(self, slot: Slot, is_warned: bool) -> SlotRow:
        return SlotRow(
            slot=slot,
            starts=clock_time(in_zone(slot.starts_at, self.occasion.zone)),
            ends=clock_time(in_zone(slot.ends_at, self.occasion.zone)),
            length=span(slot.duration),
            people=sorted(slot.appearances.all(), key=lambda a: (a.position, a.pk)),
            languages=[i.get_language_display() for i in slot.interpretations.all()],
            is_warned=is_warned,
        )


CHANGE_WORDS = {
    "added": gettext_lazy("added"),
    "moved": gettext_lazy("moved"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
}


def shown_changes(changes: list[dict[str, Any]], zone: str) -> list[dict[str, Any]]:
    """Return the changes of a release in the active language."""
    language = get_language() or "en"
    return [
        {
            "kind": change["kind"],
            "word": CHANGE_WORDS[change["kind"]],
            "title": text_in(change["title"], language),
            "before": _when(change["from"], zone, language) if change["kind"] == "moved" else "",
            "now": _when(change["to"], zone, language) if change["kind"] != "removed" else "",
        }
        for change in changes
    ]


def _when(place: dict[str, Any], zone: str, language: str) -> str:
    starts = in_zone(dt.datetime.fromisoformat(place["starts_at"]), zone)
    ends = in_zone(dt.datetime.fromisoformat(place["ends_at"]), zone)
    words = f"{weekday_date(starts.date(), language)}, {clock_time(starts)}–{clock_time(ends)}"
    room = text_in(place["room"], language)
    return f"{words}, {room}" if room else words
