"""The public agenda: numbered rows with days, times (once the programme is published), papers and decisions."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from council.models import AgendaItem, Decision, ItemKind, Meeting, Paper
from council.tree import Node, full_numbers, tree_of, walk
from foundation.text import fold
from foundation.time.formats import clock_time, in_zone, weekday_date, zone_name
from schedule.contents import text_in
from schedule.models import Release


@dataclass(frozen=True)
class PaperLink:
    symbol: str
    title: str
    url: str


@dataclass(frozen=True)
class When:
    """A day and, from the release, a time and room: `10:00–11:30, Assembly room`."""

    day: dt.date | None = None
    words: str = ""
    place: str = ""


@dataclass
class Row:
    code: str
    number: str
    depth: int
    title: str
    description: str
    kind: str
    is_highlight: bool
    is_internal: bool
    when: When
    papers: list[PaperLink] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    speakers_url: str = ""


class AgendaPage:
    """One meeting's agenda for one reader. The number of queries does not grow with the number of items."""

    def __init__(self, meeting: Meeting, viewer: Any, now: dt.datetime, *, for_staff: bool = False) -> None:
        self.meeting, self.viewer, self.now, self.for_staff = meeting, viewer, now, for_staff

    @cached_property
    def items(self) -> list[AgendaItem]:
        return list(self.meeting.items.select_related("slot", "moved_to"))

    @cached_property
    def nodes(self) -> list[Node]:
        return tree_of(self.items, with_internal=self.for_staff)

    @cached_property
    def release(self) -> Release | None:
        return self.meeting.occasion.latest_release

    @cached_property
    def zone(self) -> str:
        """Return the time zone's name on the first day, to show above the times."""
        occasion = self.meeting.occasion
        return zone_name(occasion.moment(occasion.begins_on, dt.time(12)), occasion.zone)

    @cached_property
    def papers(self) -> list[Paper]:
        """Return the papers whose document this reader may see. Items that are not shown have none."""
        held = self.meeting.papers.visible_to(self.viewer, self.now).select_related("document").in_order()
        shown = {node.item.pk for node in walk(self.nodes)} | {None}
        return [paper for paper in held if paper.item_id in shown]

    @cached_property
    def decisions(self) -> list[Decision]:
        shown = {node.item.pk for node in walk(self.nodes)} | {None}
        return [decision for decision in self.meeting.decisions.all() if decision.item_id in shown]

    @property
    def meeting_papers(self) -> list[PaperLink]:
        return [_link(paper) for paper in self.papers if paper.item_id is None]

    @property
    def meeting_decisions(self) -> list[Decision]:
        return [decision for decision in self.decisions if decision.item_id is None]

    @cached_property
    def rows(self) -> list[Row]:
        papers, decisions = _by_item(self.papers), _by_item(self.decisions)
        return [self._row(node, papers, decisions) for node in walk(self.nodes)]

    @property
    def highlights(self) -> list[Row]:
        return [row for row in self.rows if row.is_highlight]

    @property
    def tombstones(self) -> list[AgendaItem]:
        """Return removed items with their reasons; of removed items with sub-items, only the topmost."""
        gone = {item.pk for item in self.items if not item.is_active}
        return [
            item for item in self.items if not item.is_active and not item.is_internal and (item.parent_id not in gone)
        ]

    @cached_property
    def _acts_for_delegation(self) -> bool:
        return bool(self.viewer) and self.viewer.rights_on(self.now.date()).acts_for_delegation

    @cached_property
    def _released(self) -> dict[str, dict[str, Any]]:
        return {slot["code"]: slot for slot in self.release.content["slots"]} if self.release else {}

    @cached_property
    def _items_a_slot(self) -> Counter[int | None]:
        return Counter(node.item.slot_id for node in walk(self.nodes))

    def _row(self, node: Node, papers: dict[int, list[Paper]], decisions: dict[int, list[Decision]]) -> Row:
        item = node.item
        row = Row(
            code=item.code,
            number=node.number,
            depth=node.depth,
            title=item.title,
            description=item.description,
            kind=self._kind(item),
            is_highlight=item.is_highlight,
            is_internal=node.is_internal,
            when=self._when(item),
            papers=[_link(paper) for paper in papers.get(item.pk, ())],
            decisions=decisions.get(item.pk, []),
            people=self._people(item),
        )
        if self._acts_for_delegation and item.inscription_opens_at and not node.is_internal:
            row.speakers_url = reverse("council:speakers", args=[self.meeting.slug, item.code])
        return row

    def _kind(self, item: AgendaItem) -> str:
        """Return the item's kind, or nothing for ordinary items and where the title already names the kind."""
        label = str(item.get_kind_display())
        return "" if item.kind == ItemKind.ITEM or fold(label) in fold(item.title) else label

    def _people(self, item: AgendaItem) -> list[str]:
        """Return the slot's published people if only this item uses the slot.

        In a shared slot their item is unknown.
        """
        slot = self._released.get(item.slot.code) if item.slot and self._items_a_slot[item.slot_id] == 1 else None
        language = get_language() or "en"
        return [
            ", ".join(part for part in (person["name"], text_in(person["function"], language)) if part)
            for person in (slot["appearances"] if slot else ())
        ]

    def _when(self, item: AgendaItem) -> When:
        words = weekday_date(item.day) if item.day else ""
        slot = self._released.get(item.slot.code) if item.slot else None
        if slot is None:
            return When(item.day, words)
        zone = self.release.content["zone"]
        starts = in_zone(dt.datetime.fromisoformat(slot["starts_at"]), zone)
        ends = in_zone(dt.datetime.fromisoformat(slot["ends_at"]), zone)
        place = (f"{clock_time(starts)}–{clock_time(ends)}", text_in(slot["room"], get_language() or "en"))
        return When(starts.date(), weekday_date(starts.date()), ", ".join(part for part in place if part))

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Return the agenda as rows for a spreadsheet, with full item numbers."""
        numbers = full_numbers(self.nodes)
        by_code = {node.item.code: numbers[node.item.pk] for node in walk(self.nodes)}
        header = [_("Number"), _("Item"), _("Day"), _("Time and room"), _("Papers")]
        rows = [
            [
                by_code[row.code],
                row.title,
                row.when.day.isoformat() if row.when.day else "",
                row.when.place,
                ", ".join(paper.symbol for paper in row.papers),
            ]
            for row in self.rows
        ]
        return header, rows


def _link(paper: Paper) -> PaperLink:
    document = paper.document
    return PaperLink(document.symbol or "", document.title, document.get_absolute_url())


def _by_item(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.item_id, []).append(row)
    return grouped
