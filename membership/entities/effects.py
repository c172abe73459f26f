"""What a change of the register affects, said before it is saved.

Apps above add what they know under `@affected` in their `related.py`.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from foundation.time.clock import database_now
from foundation.time.formats import long_date
from membership.models import (
    Accreditation,
    Capacity,
    Entity,
    EntityKind,
    Group,
    GroupMembership,
    Status,
    VotingSuspension,
)
from membership.names import names_on


@dataclass(frozen=True)
class Change:
    """A change of an entry from a day on. `kind` is names, status, suspension, group or region."""

    kind: str
    entity: Entity
    begins: dt.date | None

    @property
    def name(self) -> str:
        named = names_on([self.entity.pk], database_now().date(), get_language() or "en")
        return named[self.entity.pk].short if self.entity.pk in named else self.entity.code


Affected = Callable[[Change], list[str]]
_affected: list[Affected] = []


def affected(sentences: Affected) -> Affected:
    """Register `sentences(change)`, which returns what an app above knows about the effects."""
    _affected.append(sentences)
    return sentences


def _from_above(change: Change) -> list[str]:
    return [sentence for sentences in _affected for sentence in sentences(change)]


def of_names(entity: Entity, begins: dt.date | None, *, is_correction: bool) -> list[str]:
    change = Change("names", entity, begins)
    if is_correction:
        said = [_("Pages, lists and drafts will show the corrected names at once, for all days of this period.")]
    else:
        day = long_date(begins) if begins else ""
        said = [_("Up to the day before %(day)s the former names apply, from that day the new ones.") % {"day": day}]
        if begins and begins < database_now().date():
            said.append(_("The day is in the past: lists of the time since will show the new names."))
    said.append(_("Documents that have been issued keep the names with which they were issued."))
    return said + _from_above(change)


def of_status(entity: Entity, values: Mapping[str, Any], row: Any = None) -> list[str]:
    """Return the effects of a new status, or of changed values of `row`."""
    begins = values.get("begins")
    change = Change("status", entity, begins)
    day = begins or database_now().date()
    before = Entity.objects.members(day)
    was_member = before.filter(pk=entity.pk).exists()
    is_member = entity.kind == EntityKind.STATE and values.get("status") == Status.MEMBER
    said = [_from_day(change, dict(Status.choices)[values["status"]])]
    if was_member != is_member:
        count = before.count()
        said.append(
            _("Number of Member States on that day: %(now)s instead of %(before)s.")
            % {"now": count + (1 if is_member else -1), "before": count}
        )
        said += _delegates(entity, day, may_vote=is_member)
    if values.get("ends"):
        said.append(
            _("From %(day)s there is no status, unless you record another one.") % {"day": long_date(values["ends"])}
        )
    return said + _past(begins) + _from_above(change)


def of_suspension(entity: Entity, values: Mapping[str, Any], row: Any = None) -> list[str]:
    begins = values.get("begins")
    change = Change("suspension", entity, begins)
    day = begins or database_now().date()
    said = [
        _("In votes that need the right to vote and open from %(day)s, %(name)s will not be entitled.")
        % {"day": long_date(day), "name": change.name}
    ]
    count = VotingSuspension.objects.on(day).exclude(entity=entity).count()
    said.append(
        ngettext(
            "On that day the right of %(count)s other State is suspended.",
            "On that day the rights of %(count)s other States are suspended.",
            count,
        )
        % {"count": count}
    )
    said.append(_("Consultations are not affected: all Member States take part in them."))
    return said + _past(begins) + _from_above(change)


def of_group(entity: Entity, values: Mapping[str, Any], row: Any = None) -> list[str]:
    begins, group = values.get("begins"), values["group"]
    change = Change("group", entity, begins)
    day = begins or database_now().date()
    others = GroupMembership.objects.on(day).filter(group=group).exclude(entity=entity)
    said = [
        ngettext(
            "The %(group)s will have %(count)s other member on that day.",
            "The %(group)s will have %(count)s other members on that day.",
            others.count(),
        )
        % {"group": group.name, "count": others.count()}
    ]
    if values.get("is_coordinator"):
        said.append(_("Delegates of %(name)s can make proposals for the group.") % {"name": change.name})
        named = names_on(
            others.filter(is_coordinator=True).values_list("entity_id", flat=True), day, get_language() or "en"
        )
        said += [
            _("%(name)s remains a coordinator too, until you change its membership.") % {"name": other.short}
            for other in named.values()
        ]
    elif not others.filter(is_coordinator=True).exists():
        said.append(_("The group has no coordinator on that day and cannot make proposals."))
    return said + _from_above(change)


def of_region(entity: Entity, before: str, after: str, day: dt.date) -> list[str]:
    if before == after:
        return []
    names = dict(Group.objects.filter(code__in=[before, after]).values_list("code", "name"))
    change = Change("region", entity, day)
    said = [
        _("From %(day)s, %(name)s belongs to %(after)s instead of %(before)s.")
        % {
            "day": long_date(day),
            "name": change.name,
            "after": names.get(after, _("no regional group")),
            "before": names.get(before, _("no regional group")),
        },
        _("Results of votes that are counted by regional group will show it there."),
    ]
    return said + _from_above(change)


OF_PERIODS = {"status": of_status, "suspension": of_suspension, "group": of_group}


def _from_day(change: Change, status: str) -> str:
    if change.begins is None:
        return _("%(name)s has always had this status: %(status)s.") % {"name": change.name, "status": status}
    return _("From %(day)s the status of %(name)s is: %(status)s. A status without an end date ends on that day.") % {
        "day": long_date(change.begins),
        "name": change.name,
        "status": status,
    }


def _delegates(entity: Entity, day: dt.date, *, may_vote: bool) -> list[str]:
    held = Accreditation.objects.on(day).filter(entity=entity, person__is_active=True)
    count = held.exclude(capacity=Capacity.FOCAL_POINT).values("person").distinct().count()
    if not count:
        return []
    if may_vote:
        words = ngettext(
            "%(count)s delegate can then vote, propose and answer questionnaires.",
            "%(count)s delegates can then vote, propose and answer questionnaires.",
            count,
        )
    else:
        words = ngettext(
            "%(count)s delegate can then no longer vote, propose or answer questionnaires.",
            "%(count)s delegates can then no longer vote, propose or answer questionnaires.",
            count,
        )
    return [words % {"count": count}]


def _past(begins: dt.date | None) -> list[str]:
    if begins is None or begins >= database_now().date():
        return []
    return [
        _("The day is in the past: lists since then will change. Votes that have opened keep their list of States.")
    ]
