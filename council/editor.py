"""Data for the agenda editor: the whole tree, totals by day, recent changes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from council.models import AgendaChange, AgendaItem, Decision, Meeting, Paper
from council.tree import Node, full_numbers, tree_of, walk
from foundation.time.formats import clock_time, in_zone, span, weekday_date
from schedule.models import Slot, SlotKind

# Meeting days without slots count three hours in the morning and three in the afternoon.
USUAL_DAY = dt.timedelta(hours=6)
_NOT_FOR_ITEMS = (SlotKind.BREAK, SlotKind.SIDE_EVENT)


@dataclass
class EditorRow:
    item: AgendaItem
    number: str
    is_internal: bool
    day: str
    length: str
    papers: int
    children: list["EditorRow"] = field(default_factory=list)


@dataclass(frozen=True)
class DaySum:
    """How long the items of a day take and how much time is available."""

    day: str
    planned: str
    available: str
    overrun: str


class EditorPage:
    """One meeting's agenda as staff edit it. The number of queries does not grow with the number of items."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting

    @cached_property
    def items(self) -> list[AgendaItem]:
        return list(self.meeting.items.select_related("slot", "moved_to").prefetch_related("papers"))

    @cached_property
    def nodes(self) -> list[Node]:
        return tree_of(self.items, with_internal=True)

    @cached_property
    def rows(self) -> list[EditorRow]:
        return self._rows(self.nodes, full_numbers(self.nodes))

    @property
    def tombstones(self) -> list[AgendaItem]:
        return [item for item in self.items if not item.is_active]

    @cached_property
    def papers(self) -> list[Paper]:
        """Return all papers: staff may read every document."""
        return list(self.meeting.papers.select_related("document", "item").in_order())

    @cached_property
    def decisions(self) -> list[Decision]:
        return list(self.meeting.decisions.all())

    @cached_property
    def slots(self) -> list[Slot]:
        return list(self.meeting.occasion.slots.in_order())

    def _rows(self, nodes: Iterable[Node], numbers: dict[int, str]) -> list[EditorRow]:
        return [
            EditorRow(
                item=node.item,
                number=numbers[node.item.pk],
                is_internal=node.is_internal,
                day=weekday_date(node.item.day) if node.item.day else "",
                length=span(dt.timedelta(minutes=node.item.duration)) if node.item.duration else "",
                papers=len(node.item.papers.all()),
                children=self._rows(node.children, numbers),
            )
            for node in nodes
        ]

    @cached_property
    def days(self) -> list[DaySum]:
        planned = planned_by_day(self.nodes)
        there = self._time_there_is()
        return [self._day(day, planned.get(day, dt.timedelta()), there) for day in self.meeting.occasion.days]

    def _day(self, day: dt.date, planned: dt.timedelta, there: dict[dt.date, dt.timedelta]) -> DaySum:
        available = there.get(day, USUAL_DAY)
        return DaySum(
            day=weekday_date(day),
            planned=span(planned) if planned else "",
            available=span(available),
            overrun=span(planned - available) if planned > available else "",
        )

    def _time_there_is(self) -> dict[dt.date, dt.timedelta]:
        there: dict[dt.date, dt.timedelta] = {}
        for slot in self.slots:
            if slot.kind not in _NOT_FOR_ITEMS:
                day = in_zone(slot.starts_at, self.meeting.occasion.zone).date()
                there[day] = there.get(day, dt.timedelta()) + slot.duration
        return there

    @cached_property
    def warnings(self) -> list[str]:
        """Return slots whose items take longer than the slot lasts."""
        slots = {slot.pk: slot for slot in self.slots}
        taken: dict[int, dt.timedelta] = {}
        for node in walk(self.nodes):
            if node.item.slot_id in slots and node.item.duration:
                length = dt.timedelta(minutes=node.item.duration)
                taken[node.item.slot_id] = taken.get(node.item.slot_id, dt.timedelta()) + length
        return [
            _("The items in “%(slot)s” need %(taken)s, but the slot lasts %(there)s.")
            % {"slot": slots[pk].title, "taken": span(length), "there": span(slots[pk].duration)}
            for pk, length in taken.items()
            if length > slots[pk].duration
        ]


def planned_by_day(nodes: Iterable[Node], day: dt.date | None = None) -> dict[dt.date, dt.timedelta]:
    """Return the planned minutes by day. A duration set on an item covers its sub-items; otherwise theirs are added up.

    A day set on an item applies to its sub-items too.
    """
    sums: dict[dt.date, dt.timedelta] = {}
    for node in nodes:
        on = node.item.day or day
        if node.item.duration and on:
            sums[on] = sums.get(on, dt.timedelta()) + dt.timedelta(minutes=node.item.duration)
        else:
            for below, length in planned_by_day(node.children, on).items():
                sums[below] = sums.get(below, dt.timedelta()) + length
    return sums


def change_by_others(meeting_id: int, seen: int, viewer: Any) -> AgendaChange | None:
    """Return the latest change by another person after the version seen.

    One query, as pages poll it every two seconds.
    """
    later = AgendaChange.objects.filter(meeting=meeting_id, version__gt=seen).exclude(actor=viewer)
    return later.select_related("actor", "item", "meeting__occasion").order_by("-version").first()


def change_in_words(change: AgendaChange) -> str:
    """Return a change as `Ana Pérez, 10:42: “Opening” (moved)`."""
    who = str(change.actor) if change.actor else _("the portal")
    clock = clock_time(in_zone(change.at, change.meeting.occasion.zone))
    what = change.item.title if change.item else change.meeting.title
    return _("%(who)s, %(time)s: “%(what)s” (%(act)s)") % {
        "who": who,
        "time": clock,
        "what": what,
        "act": change.get_act_display(),
    }
