"""The list of participants as the public reads it: by State in protocol order, then the other categories.

Ordered by what few rows say (the entities with their names of the day), so that of 5,000 people only those of the page
are read.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foundation.pages.compiled import Among, CompiledQuery
from foundation.pages.joined import filled, joined
from foundation.text import fold
from membership.models import Entity, EntityStatus
from membership.names import name_of_the_day
from workshops.counts import CATEGORIES, HEADINGS, Counts, list_counts
from workshops.models import Participant, Workshop

ON_A_PAGE = 100
WHOLE_UP_TO = 200
_PLACES = {kind: place for place, kind in enumerate(CATEGORIES)}
_SELECTED = mark_safe(" selected")
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


class Entry(NamedTuple):
    """An entity on the list, with how many of its people may be named and match the search."""

    entity_id: int
    code: str
    kind: str
    name: str
    sort_key: str
    has_status: bool
    shown: int
    all: int


class Group(NamedTuple):
    """People of one entity on a page, each a name and a function. `heading` opens a new category."""

    name: str
    heading: str
    rows: list[tuple[str, str]]


# --- Queries, whose SQL is made once ----------------------------------------------------------------------------------


def _of_workshop(workshop: int) -> QuerySet[Participant]:
    return Participant.objects.on_the_list().filter(workshop_id=workshop)


def _searched(workshop: int, text: str) -> QuerySet[Participant]:
    return _of_workshop(workshop).alias(place_of_text=StrIndex("name_key", Value(text)))


# Who may be named and whose name holds the text that is searched for; an empty one stands in every name.
_MATCHING = Q(consents_to_listing=True, place_of_text__gt=0)


def _counted(workshop: int, text: str) -> QuerySet:
    rows = _searched(workshop, text).values_list("entity_id")
    return rows.annotate(everyone=Count("pk"), named=Count("pk", filter=_MATCHING)).order_by()


def _entities(entities: list[int], day: dt.date, language: str) -> QuerySet:
    """An entity with two names stands there twice, the one in the reader's language last."""
    there = Entity.objects.filter(Among("pk", entities))
    held = Exists(EntityStatus.objects.on(day).filter(entity=OuterRef("pk")))
    named = there.annotate(name=name_of_the_day(day, language), has_status=held)
    rows = named.order_by(Case(When(name__language=language, then=Value(1)), default=Value(0)))
    return rows.values_list("pk", "code", "kind", "name__short", "name__sort_key", "has_status")


def _people(workshop: int, text: str, entities: list[int]) -> QuerySet:
    rows = _searched(workshop, text).filter(_MATCHING, Among("entity_id", entities))
    return rows.order_by("entity_id", "name_key", "pk").values_list(*_COLUMNS)


_COUNTED = CompiledQuery(_counted, workshop=int, text=str)
_ENTITIES = CompiledQuery(_entities, entities=list, day=dt.date, language=str)
_PEOPLE = CompiledQuery(_people, workshop=int, text=str, entities=list)


class ParticipantList:
    """Three queries, however many people: how many by entity, the entities with their names, the people of the page."""

    def __init__(self, workshop: Workshop, language: str, wanted: ListFilter) -> None:
        self.workshop, self.language, self.wanted = workshop, language, wanted
        self.day: dt.date = workshop.occasion.begins_on if workshop.occasion else dt.date(workshop.year.year, 1, 1)
        self.text = fold(wanted.text)

    @cached_property
    def entries(self) -> list[Entry]:
        """Every entity on the list, in order; whatever the filter says of category and entity."""
        counted = {
            pk: (shown, everyone) for pk, everyone, shown in _COUNTED.rows(workshop=self.workshop.pk, text=self.text)
        }
        entities = _ENTITIES.rows(entities=list(counted), day=self.day, language=self.language)
        entries = {
            pk: Entry(pk, code, kind, name or code, sort_key or code, has_status, *counted[pk])
            for pk, code, kind, name, sort_key, has_status in entities
        }
        return sorted(entries.values(), key=lambda entry: (_PLACES[entry.kind], entry.sort_key, entry.code))

    @cached_property
    def counts(self) -> Counts:
        """Of everybody on the list, also of those who are not named."""
        return list_counts((entry.kind, entry.all, entry.has_status) for entry in self.entries)

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
        return joined(
            '<option value="%s"%s>%s</option>',
            (
                (entry.code, _SELECTED if entry.code == self.wanted.entity else "", entry.name)
                for entry in self.entries
                if not self.wanted.category or entry.kind == self.wanted.category
            ),
        )

    def page(self, number: str | int | None) -> Page:
        """A hundred people, or all of them where a second page would be short."""
        on_a_page = ON_A_PAGE if self.total > WHOLE_UP_TO else WHOLE_UP_TO
        return Paginator(range(self.total), on_a_page).get_page(number)

    def groups(self, first: int, last: int) -> list[Group]:
        """The people from the `first` to the `last` (from 0, without the last), under their entities."""
        spans = list(self._spans(first, last))
        people: dict[int, list[tuple[str, str]]] = {}
        ids = [entry.entity_id for entry, _first, _last in spans]
        for entity_id, *names, function in _PEOPLE.rows(workshop=self.workshop.pk, text=self.text, entities=ids):
            people.setdefault(entity_id, []).append((" ".join(filter(None, names)), function))
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

    def sections(self, page: Page) -> SafeString:
        """The groups of a page as HTML; joined here, since a template takes three times as long over them."""
        groups = self.groups(page.start_index() - 1, page.end_index()) if self.total else []
        everyone = ((name, function and f", {function}") for group in groups for name, function in group.rows)
        people = iter(filled("<li><strong>%s</strong>%s</li>", everyone))
        return joined(
            '%s<section aria-label="%s"><h3>%s</h3><ul>%s</ul></section>',
            (
                (
                    joined("<h2>%s</h2>", [(group.heading,)]) if group.heading else "",
                    group.name,
                    group.name,
                    mark_safe("".join(islice(people, len(group.rows)))),  # noqa: S308 - escaped by `filled`
                )
                for group in groups
            ),
        )

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
