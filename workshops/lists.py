"""The list of participants as the public reads it: by State in protocol order, then the other categories.

Ordered by what few rows say (the entities with their names of the day), so that of 5,000 people only those of the page
are read.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foundation.text import fold
from membership.names import Name, names_on
from workshops.counts import CATEGORIES, HEADINGS, Counts, list_counts
from workshops.models import Workshop

ON_A_PAGE = 100
_COLUMNS = ("entity_id", "honorific", "given_name", "surname", "function")


@dataclass(frozen=True)
class ListFilter:
    """What the address asks for; nonsense asks for nothing."""

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


@dataclass(frozen=True)
class Entry:
    """An entity on the list, with how many of its people may be named and match the search."""

    entity_id: int
    code: str
    kind: str
    name: str
    sort_key: str
    shown: int
    all: int


@dataclass
class Group:
    """People of one entity on a page. `heading` opens a new category."""

    name: str
    heading: str
    rows: list[tuple[str, str]] = field(default_factory=list)

    @property
    def people(self) -> SafeString:
        """The rows as list items. Joined here, since a template takes three times as long over a hundred of them."""
        items = ((name, f", {function}" if function else "") for name, function in self.rows)
        return format_html_join("", "<li><strong>{}</strong>{}</li>", items)


class ParticipantList:
    """Four queries, however many people: who is there by entity, names, status, the people of the page."""

    def __init__(self, workshop: Workshop, language: str, wanted: ListFilter) -> None:
        self.workshop, self.language, self.wanted = workshop, language, wanted
        self.day: dt.date = workshop.occasion.begins_on if workshop.occasion else dt.date(workshop.year.year, 1, 1)

    @property
    def _matching(self) -> Q:
        named = Q(consents_to_listing=True)
        return named & Q(name_key__contains=fold(self.wanted.text)) if self.wanted.text else named

    @cached_property
    def entries(self) -> list[Entry]:
        """Every entity on the list, in order; whatever the filter says of category and entity."""
        rows = list(
            self.workshop.participants.on_the_list()
            .values_list("entity_id", "entity__code", "entity__kind")
            .annotate(everyone=Count("pk"), named=Count("pk", filter=self._matching))
        )
        names = names_on((row[0] for row in rows), self.day, self.language)
        entries = [
            Entry(pk, code, kind, name.short, name.sort_key, shown, everyone)
            for pk, code, kind, everyone, shown in rows
            for name in (names.get(pk) or Name(code, code, "", code),)
        ]
        return sorted(entries, key=lambda entry: (CATEGORIES.index(entry.kind), entry.sort_key, entry.code))

    @cached_property
    def counts(self) -> Counts:
        """Of everybody on the list, also of those who are not named."""
        rows = ((entry.entity_id, entry.kind, entry.all) for entry in self.entries)
        return list_counts(self.workshop, self.day, rows)

    @property
    def everyone(self) -> int:
        return sum(entry.all for entry in self.entries)

    @cached_property
    def unnamed(self) -> int:
        """How many asked not to be named; unknown under a search, which would tell who they are."""
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
    def options(self) -> SafeString:
        """The entities of the chosen category, to filter by; joined here for the same reason as the people."""
        shown = (entry for entry in self.entries if not self.wanted.category or entry.kind == self.wanted.category)
        choices = (
            (entry.code, mark_safe(" selected") if entry.code == self.wanted.entity else "", entry.name)
            for entry in shown
        )
        return format_html_join("", '<option value="{}"{}>{}</option>', choices)

    def page(self, number: str | int | None) -> Page:
        return Paginator(range(self.total), ON_A_PAGE).get_page(number)

    def groups(self, first: int, last: int) -> list[Group]:
        """The people from the `first` to the `last` (from 0, without the last), under their entities."""
        spans = list(self._spans(first, last))
        people: dict[int, list[tuple[str, str]]] = {}
        rows = (
            self.workshop.participants.on_the_list()
            .filter(self._matching, entity_id__in=[entry.entity_id for entry, _first, _last in spans])
            .order_by("entity_id", "name_key", "pk")
            .values_list(*_COLUMNS)
        )
        for entity_id, honorific, given, surname, function in rows:
            name = " ".join(part for part in (honorific, given, surname) if part)
            people.setdefault(entity_id, []).append((name, function))
        groups, kind = [], ""
        for entry, start, end in spans:
            heading = str(HEADINGS[entry.kind]) if entry.kind != kind else ""
            groups.append(Group(entry.name, heading, people.get(entry.entity_id, [])[start:end]))
            kind = entry.kind
        return groups

    def _spans(self, first: int, last: int) -> Iterator[tuple[Entry, int, int]]:
        """Which part of which entity's people lies between two places of the whole list."""
        begins = 0
        for entry in self.chosen:
            ends = begins + entry.shown
            if begins < last and ends > first:
                yield entry, max(first - begins, 0), min(last - begins, entry.shown)
            begins = ends

    def table(self) -> tuple[list[str], Iterator[tuple[str, str, str, str]]]:
        """The whole list as it is filtered, for CSV and XLSX."""
        header = [_("Category"), _("State or organization"), _("Name"), _("Function")]
        return header, self._table_rows()

    def _table_rows(self) -> Iterator[tuple[str, str, str, str]]:
        category = ""
        for group in self.groups(0, self.total):
            category = group.heading or category
            for name, function in group.rows:
                yield category, group.name, name, function
