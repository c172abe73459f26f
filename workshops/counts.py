"""Count participants and entities: the only place that does, for pages, figures and exhibits."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.text import list_in_words
from membership.models import EntityKind, EntityStatus
from workshops.models import Participant

# Categories in the order of lists and sentences.
CATEGORIES = (
    EntityKind.STATE,
    EntityKind.ORGANIZATION,
    EntityKind.NGO,
    EntityKind.PRIVATE_SECTOR,
    EntityKind.ACADEMIA,
    EntityKind.MEDIA,
    EntityKind.OTHER,
)
# Named without a number: "as well as the private sector, academia and the media".
FURTHER = {
    EntityKind.PRIVATE_SECTOR: gettext_lazy("the private sector"),
    EntityKind.ACADEMIA: gettext_lazy("academia"),
    EntityKind.MEDIA: gettext_lazy("the media"),
    EntityKind.OTHER: gettext_lazy("other bodies"),
}
HEADINGS = {
    EntityKind.STATE: gettext_lazy("States"),
    EntityKind.ORGANIZATION: gettext_lazy("International organizations"),
    EntityKind.NGO: gettext_lazy("Non-governmental organizations"),
    EntityKind.PRIVATE_SECTOR: gettext_lazy("Private sector"),
    EntityKind.ACADEMIA: gettext_lazy("Academia"),
    EntityKind.MEDIA: gettext_lazy("Media"),
    EntityKind.OTHER: gettext_lazy("Others"),
}


@dataclass
class Counts:
    """Counts of one workshop: people by category and distinct entities; only States with a status on its first day."""

    people: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    states_with_status: int = 0

    @property
    def participants(self) -> int:
        return self.people.total()

    @property
    def further(self) -> list[str]:
        """Return the categories that are named without a number."""
        return [kind for kind in FURTHER if self.people[kind]]

    def sentence(self, language: str) -> str:
        """Return `178 participants from 66 Member and Observer States, … as well as the private sector, …`."""
        people = ngettext("%(number)d participant", "%(number)d participants", self.participants) % {
            "number": self.participants
        }
        counted = [
            words % {"number": number}
            for number, words in (
                (
                    self.states_with_status,
                    ngettext(
                        "%(number)d Member or Observer State",
                        "%(number)d Member and Observer States",
                        self.states_with_status,
                    ),
                ),
                (
                    self.entities[EntityKind.ORGANIZATION],
                    ngettext(
                        "%(number)d international organization",
                        "%(number)d international organizations",
                        self.entities[EntityKind.ORGANIZATION],
                    ),
                ),
                (
                    self.entities[EntityKind.NGO],
                    ngettext(
                        "%(number)d non-governmental organization",
                        "%(number)d non-governmental organizations",
                        self.entities[EntityKind.NGO],
                    ),
                ),
            )
            if number
        ]
        further = [str(FURTHER[kind]) for kind in self.further]
        if not counted:
            return people
        words = {"people": people, "entities": list_in_words(counted, language)}
        if not further:
            return _("%(people)s from %(entities)s") % words
        words["further"] = list_in_words(further, language)
        return _("%(people)s from %(entities)s, as well as %(further)s") % words


def attendance_counts(days: Mapping[int, dt.date]) -> dict[int, Counts]:
    """Return counts of those present by workshop, in two queries. `days` are the workshops' first days."""
    rows = Participant.objects.attended().filter(workshop_id__in=days)
    return _counted(days, rows.values_list("workshop_id", "entity_id", "entity__kind").annotate(Count("pk")))


def list_counts(rows: Iterable[tuple[str, int, bool]]) -> Counts:
    """Return counts from rows of (kind, people, status on the first day) already read. No query."""
    counts = Counts()
    for kind, people, has_status in rows:
        if people:
            counts.people[kind] += people
            counts.entities[kind] += 1
            counts.states_with_status += kind == EntityKind.STATE and has_status
    return counts


def _counted(days: Mapping[int, dt.date], rows: Iterable[tuple[int, int, str, int]]) -> dict[int, Counts]:
    counts = {pk: Counts() for pk in days}
    states: list[tuple[int, int]] = []
    for workshop_id, entity_id, kind, people in rows:
        if people:
            counts[workshop_id].people[kind] += people
            counts[workshop_id].entities[kind] += 1
            if kind == EntityKind.STATE:
                states.append((workshop_id, entity_id))
    periods: dict[int, list[tuple[dt.date | None, dt.date | None]]] = {}
    held = EntityStatus.objects.filter(entity_id__in={entity_id for _workshop, entity_id in states})
    for entity_id, begins, ends in held.values_list("entity_id", "begins", "ends"):
        periods.setdefault(entity_id, []).append((begins, ends))
    for workshop_id, entity_id in states:
        day = days[workshop_id]
        if any(
            (not begins or begins <= day) and (not ends or ends > day) for begins, ends in periods.get(entity_id, ())
        ):
            counts[workshop_id].states_with_status += 1
    return counts
