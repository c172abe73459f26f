"""The public list of participants: by State in protocol order, then by category.

Entities are few and are ordered first, so that of 5,000 people only those of the page are read.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from foundation.text import fold
from membership.models import EntityStatus
from membership.names import names_on
from workshops.counts import CATEGORIES, HEADINGS, Counts, list_counts
from workshops.models import Participant, Workshop

ON_A_PAGE = 100
WHOLE_UP_TO = 200
_PLACES = {kind: place for place, kind in enumerate(CATEGORIES)}
_COLUMNS = ("entity_id", "honorific", "given_name", "surname", "function")


@dataclass(frozen=True)
class ListFilter:
    """Filters from the address. Invalid values are ignored."""

    category: str = ""
    entity: str = ""
    text: str = ""

    @classmethod
    def from_address(cls, query: dict[str, str]) -> "ListFilter":
        category = query.get("category", "")
        return cls(
            category=category if category in CATEGORIES else "",
            entity=query.get("entity", "")[:40],
            text=query.get("q", "").strip()[:100],
        )

    @property
    def address(self) -> str:
        given = {"category": self.category, "entity": self.entity, "q": self.text}
        return urlencode({name: value for name, value in given.items() if value})


class Entry(NamedTuple):
    """An entity on the list, with the number of its listed people who match the search."""

    entity_id: int
    code: str
    kind: str
    name: str
    sort_key: str
    has_status: bool
    shown: int
    all: int


class Listed(NamedTuple):
    """A person on the list."""

    name: str
    function: str


class Group(NamedTuple):
    """The people of one entity on a page. `heading` starts a new category."""

    name: str
    heading: str
    people: list[Listed]


def listed_entities(workshop: Workshop, language: str, text: str = "") -> list[Entry]:
    """Return the entities of everyone on the list, in order, with how many people match; three queries."""
    found = list(
        Participant.objects.on_the_list()
        .filter(workshop=workshop)
        .order_by()
        .values_list("entity_id", "entity__code", "entity__kind")
        .annotate(shown=Count("pk", filter=_matching(text)), everyone=Count("pk"))
    )
    day = workshop.occasion.begins_on if workshop.occasion else dt.date(workshop.year.year, 1, 1)
    ids = [pk for pk, *_rest in found]
    held = set(EntityStatus.objects.on(day).filter(entity__in=ids).values_list("entity_id", flat=True))
    names = names_on(ids, day, language)
    entries = [
        Entry(
            entity_id=pk,
            code=code,
            kind=kind,
            name=names[pk].short if pk in names else code,
            sort_key=names[pk].sort_key if pk in names else code,
            has_status=pk in held,
            shown=shown,
            all=everyone,
        )
        for pk, code, kind, shown, everyone in found
    ]
    return sorted(entries, key=lambda entry: (_PLACES[entry.kind], entry.sort_key, entry.code))


def _matching(text: str) -> Q:
    return Q(consents_to_listing=True) & (Q(name_key__contains=fold(text)) if text else Q())


class ParticipantList:
    """The list of a workshop. `entries` are its `listed_entities` for the text of the filter."""

    def __init__(self, workshop: Workshop, wanted: ListFilter, entries: list[Entry]) -> None:
        self.workshop, self.wanted, self.entries = workshop, wanted, entries

    @cached_property
    def counts(self) -> Counts:
        """Return counts of everyone on the list, including those who are not named."""
        return list_counts((entry.kind, entry.all, entry.has_status) for entry in self.entries)

    @property
    def everyone(self) -> int:
        return sum(entry.all for entry in self.entries)

    @cached_property
    def unnamed(self) -> int:
        """Return how many asked not to be listed; 0 during a search, which would reveal who they are."""
        return 0 if self.wanted.text else sum(entry.all - entry.shown for entry in self.entries)

    @cached_property
    def chosen(self) -> list[Entry]:
        return [
            entry
            for entry in self.entries
            if entry.shown
            and (not self.wanted.category or entry.kind == self.wanted.category)
            and (not self.wanted.entity or entry.code == self.wanted.entity)
        ]

    @cached_property
    def total(self) -> int:
        return sum(entry.shown for entry in self.chosen)

    @property
    def offered(self) -> list[Entry]:
        """The entities to filter by: those of the chosen category."""
        return [entry for entry in self.entries if not self.wanted.category or entry.kind == self.wanted.category]

    def page(self, number: str | int | None) -> Page:
        """Return that page of the list: a hundred people, or all of them if the second page would be short."""
        on_a_page = ON_A_PAGE if self.total > WHOLE_UP_TO else WHOLE_UP_TO
        return Paginator(range(self.total), on_a_page).get_page(number)

    def groups(self, page: Page | None = None) -> list[Group]:
        """Return the people of the page, or all, by entity."""
        spans = list(self._spans(page.start_index() - 1, page.end_index()) if page else self._spans(0, self.total))
        found = Participant.objects.on_the_list().filter(
            _matching(self.wanted.text),
            workshop=self.workshop,
            entity__in=[entry.entity_id for entry, _first, _last in spans],
        )
        people: dict[int, list[Listed]] = {}
        for entity_id, *names, function in found.order_by("entity_id", "name_key", "pk").values_list(*_COLUMNS):
            people.setdefault(entity_id, []).append(Listed(" ".join(filter(None, names)), function))
        groups, kind = [], ""
        for entry, start, end in spans:
            heading = str(HEADINGS[entry.kind]) if entry.kind != kind else ""
            groups.append(Group(entry.name, heading, people.get(entry.entity_id, [])[start:end]))
            kind = entry.kind
        return groups

    def _spans(self, first: int, last: int) -> Iterator[tuple[Entry, int, int]]:
        """Yield the part of each entity's people between two positions of the whole list."""
        begins = 0
        for entry in self.chosen:
            ends = begins + entry.shown
            if begins < last and ends > first:
                yield entry, max(first - begins, 0), min(last - begins, entry.shown)
            begins = ends

    def table(self) -> tuple[list[str], Iterator[tuple[str, str, str, str]]]:
        """Return the filtered list for CSV and XLSX."""
        header = [_("Category"), _("State or organization"), _("Name"), _("Function")]
        return header, self._table_rows()

    def _table_rows(self) -> Iterator[tuple[str, str, str, str]]:
        category = ""
        for group in self.groups():
            category = group.heading or category
            for name, function in group.people:
                yield category, group.name, name, function
