"""What protocol officers change in the register. Every service checks the role again."""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.editing import Clash, check_version, content_version
from foundation.editing.history import recorded
from foundation.refusals import Refused, check_row
from foundation.text import LANGUAGES, fold
from foundation.text.letters import clean_name
from foundation.time.clock import database_now
from membership.entities.list_import import NAME_FIELDS, lock_register, move_to_region
from membership.entities.rights import keepers_alone
from membership.models import (
    Entity,
    EntityKind,
    EntityName,
    EntityStatus,
    Group,
    GroupMembership,
    Person,
    VotingSuspension,
)
from membership.names import as_sort_key

log = logging.getLogger("portal.membership")

Names = Mapping[str, Mapping[str, str]]
PeriodRow = EntityStatus | VotingSuspension | GroupMembership


@dataclass(frozen=True)
class PeriodKind:
    model: type[Any]
    fields: tuple[str, ...]


PERIODS = {
    "status": PeriodKind(EntityStatus, ("status", "begins", "ends", "decision", "note")),
    "suspension": PeriodKind(VotingSuspension, ("begins", "ends", "decision", "note")),
    "group": PeriodKind(GroupMembership, ("group", "is_coordinator", "begins", "ends")),
}


# --- Entries ----------------------------------------------------------------------------------------------------------


def create_entity(*, code: str, kind: str, names: Names, region: str = "", actor: Person) -> Entity:
    """Create a State or organization with its present names and, for a State, its regional group."""
    keepers_alone(actor)
    code = code.strip().lower()
    if kind == EntityKind.STATE and (len(code) != 2 or not code.isalpha()):
        raise Refused(code=_("The code of a State is its two-letter ISO code in lower case, for example ke."))
    entity = Entity(code=code, kind=kind, region=region)
    check_row(entity)
    with recorded(actor):
        lock_register()
        entity.save()
        for row in _names(entity, names, begins=None):
            row.save()
        if region:
            move_to_region(entity, _region(region).pk, None)
    log.info("entry %s created by %s", code, actor.pk)
    return entity


def details_version(entity: Entity) -> int:
    return content_version([entity.mailbox, entity.mailbox_language, entity.region])


def change_details(
    *,
    entity: Entity,
    mailbox: str,
    mailbox_language: str,
    region: str,
    region_from: dt.date | None,
    expected: int,
    actor: Person,
) -> Entity:
    """Change the mailbox and the regional group. The State leaves its former group on the day on which it joins."""
    keepers_alone(actor)
    with recorded(actor):
        lock_register()
        held = Entity.objects.select_for_update().get(pk=entity.pk)
        check_version(held, current=details_version(held), expected=expected)
        before = held.region
        held.mailbox, held.mailbox_language, held.region = mailbox, mailbox_language, region
        check_row(held)
        held.save(update_fields=["mailbox", "mailbox_language", "region"])
        if region != before:
            day = region_from or database_now().date()
            move_to_region(held, _region(region).pk if region else None, day)
    log.info("details of entry %s changed by %s", held.code, actor.pk)
    return held


def _region(code: str) -> Group:
    found = Group.objects.filter(code=code, kind="region").first()
    if found is None:
        raise Refused(region=_("Choose a regional group from the list."))
    return found


# --- Names ------------------------------------------------------------------------------------------------------------


def names_of_period(name: EntityName) -> list[EntityName]:
    """Return the names in all languages that begin on the same day as this one."""
    return list(EntityName.objects.filter(entity=name.entity_id, begins=name.begins).order_by("language"))


def names_version(rows: list[EntityName]) -> int:
    return content_version([[getattr(row, name) for name in ("language", *NAME_FIELDS)] for row in rows])


def correct_names(*, name: EntityName, names: Names, expected: int, actor: Person) -> None:
    """Correct the names of a period, in all its languages. Its days stay."""
    keepers_alone(actor)
    with recorded(actor):
        lock_register()
        held = names_of_period(name)
        if not held:
            raise Clash(None, {})
        check_version(held[0], current=names_version(held), expected=expected)
        known = {row.language: row for row in held}
        for wanted in _names(name.entity, names, begins=name.begins):
            row = known.get(wanted.language) or wanted
            for field in NAME_FIELDS:
                setattr(row, field, getattr(wanted, field))
            row.ends = held[0].ends
            check_row(row)
            row.save()
    log.info("names of entry %s corrected by %s", name.entity.code, actor.pk)


def succeed_names(*, entity: Entity, begins: dt.date, names: Names, actor: Person) -> None:
    """Let new names follow the present ones on that day. Raises Refused if later names are recorded already."""
    keepers_alone(actor)
    rows = _names(entity, names, begins=begins)
    with recorded(actor):
        lock_register()
        later = EntityName.objects.filter(entity=entity, begins__gte=begins)
        if later.exists():
            raise Refused(begins=_("Names from this day or a later one are recorded already. Correct those."))
        EntityName.objects.filter(Q(ends=None) | Q(ends__gt=begins), entity=entity).update(ends=begins)
        for row in rows:
            check_row(row)
            row.save()
    log.info("names of entry %s from %s recorded by %s", entity.code, begins, actor.pk)


def _names(entity: Entity, names: Names, begins: dt.date | None) -> list[EntityName]:
    """Return unsaved names with checked values. A State needs all languages, others need English."""
    rows = []
    for language in LANGUAGES:
        given = {field: clean_name(names.get(language, {}).get(field, "")) for field in NAME_FIELDS}
        if not given["short"]:
            if language == "en" or entity.kind == EntityKind.STATE:
                raise Refused(**{f"short_{language}": _("Enter the short name.")})
            if any(given.values()):
                raise Refused(**{f"short_{language}": _("Enter the short name too.")})
            continue
        given["formal"] = given["formal"] or given["short"]
        given["sort_key"] = as_sort_key(given["sort_key"] or given["short"])
        row = EntityName(entity=entity, language=language, begins=begins, **given)
        try:
            check_row(row, exclude=["entity"], constraints=False)
        except Refused as refused:
            fields = {f"{name}_{language}": sentences for name, sentences in refused.fields.items()}
            raise Refused(*refused.general, **fields) from refused
        rows.append(row)
    return rows


# --- Status, suspensions and groups -----------------------------------------------------------------------------------


def period_version(row: Any) -> int:
    return content_version([str(getattr(row, field)) for field in PERIODS[kind_of(row)].fields])


def kind_of(row: Any) -> str:
    return next(kind for kind, period in PERIODS.items() if isinstance(row, period.model))


def add_period(*, kind: str, entity: Entity, actor: Person, **values: Any) -> Any:
    """Add a status, suspension or membership of a group. A new status ends the one before on its first day."""
    keepers_alone(actor)
    row = PERIODS[kind].model(entity=entity, **_period_values(kind, values))
    with recorded(actor):
        lock_register()
        if kind == "status" and row.begins:
            former = EntityStatus.objects.on(row.begins).filter(entity=entity, ends=None).first()
            if former is not None and former.begins != row.begins:
                former.ends = row.begins
                former.save(update_fields=["ends"])
        check_row(row)
        row.save()
    log.info("%s of entry %s added by %s", kind, entity.code, actor.pk)
    return row


def change_period(*, row: PeriodRow, expected: int, actor: Person, **values: Any) -> Any:
    """Correct a row, or end it by its last day. Raises Clash if it was changed since it was opened."""
    keepers_alone(actor)
    kind = kind_of(row)
    with recorded(actor):
        lock_register()
        held = _unchanged(row, expected)
        for name, value in _period_values(kind, values).items():
            setattr(held, name, value)
        check_row(held)
        held.save()
    log.info("%s of entry %s changed by %s", kind, held.entity.code, actor.pk)
    return held


def remove_period(*, row: PeriodRow, expected: int, actor: Person) -> None:
    """Remove a row that was entered by mistake. Its history stays."""
    keepers_alone(actor)
    with recorded(actor):
        lock_register()
        _unchanged(row, expected).delete()
    log.info("%s %s of entry %s removed by %s", kind_of(row), row.pk, row.entity.code, actor.pk)


def _unchanged(row: PeriodRow, expected: int) -> Any:
    held = type(row).objects.select_for_update(of=("self",)).select_related("entity").filter(pk=row.pk).first()
    if held is None:
        raise Clash(None, {})
    check_version(held, current=period_version(held), expected=expected)
    return held


def _period_values(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    foreign = set(values) - set(PERIODS[kind].fields)
    if foreign:
        raise TypeError(f"not for officers to edit: {', '.join(sorted(foreign))}")
    begins, ends = values.get("begins"), values.get("ends")
    if begins and ends and ends <= begins:
        raise Refused(ends=_("The end date must be after the start date."))
    return dict(values)


# --- Groups -----------------------------------------------------------------------------------------------------------


def group_version(group: Group) -> int:
    return content_version([getattr(group, f"name_{language}") for language in LANGUAGES])


def create_group(*, code: str, kind: str, names: Mapping[str, str], actor: Person) -> Group:
    keepers_alone(actor)
    group = Group(code=code.strip().lower(), kind=kind, **_group_names(names))
    check_row(group, exclude=["name", "sort_key"])
    with recorded(actor):
        group.save()
    log.info("group %s created by %s", group.code, actor.pk)
    return group


def rename_group(*, group: Group, names: Mapping[str, str], expected: int, actor: Person) -> Group:
    keepers_alone(actor)
    with recorded(actor):
        held = Group.objects.select_for_update().get(pk=group.pk)
        check_version(held, current=group_version(held), expected=expected)
        for name, value in _group_names(names).items():
            setattr(held, name, value)
        check_row(held, exclude=["name", "sort_key"])
        held.save()
    log.info("group %s renamed by %s", held.code, actor.pk)
    return held


def _group_names(names: Mapping[str, str]) -> dict[str, str]:
    cleaned = {language: clean_name(names.get(language, "")) for language in LANGUAGES}
    for language, name in cleaned.items():
        if not name:
            raise Refused(**{f"name_{language}": _("Enter the name in this language.")})
    return {f"name_{language}": name for language, name in cleaned.items()} | {
        f"sort_key_{language}": fold(name) for language, name in cleaned.items()
    }
