"""Write the lines of a list of States and organizations into the register.

`plan_line` says what a line would change, without a query; `import_lines` writes the lines, all or none.
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.refusals import Refused, check_row
from foundation.tables.datafiles import read_csv
from foundation.text import LANGUAGES, Language, fold
from foundation.text.letters import clean_name
from foundation.time.clock import database_now
from membership.entities.rights import keepers_and_administrators_alone
from membership.models import (
    Entity,
    EntityKind,
    EntityName,
    EntityStatus,
    Group,
    GroupMembership,
    RegisterRevision,
)
from membership.names import as_sort_key

SHIPPED = settings.BASE_DIR / "data" / "register" / "un-states.csv"
NAME_FIELDS = ("short", "formal", "article", "sort_key", "acronym")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_STATE_CODE = re.compile(r"[a-z]{2}")
Line = Mapping[str, Any]


@dataclass
class Known:
    """The rows of the register to compare lines with, as they are on `day`, read in a constant number of queries."""

    day: dt.date
    regions: Collection[str]
    entities: dict[str, Entity] = field(default_factory=dict)
    names: dict[tuple[str, str], EntityName] = field(default_factory=dict)
    statuses: dict[str, EntityStatus] = field(default_factory=dict)


@dataclass
class Wanted:
    """The rows that a line describes, unsaved, and what differs from the register: {column: (stored, new)}."""

    entity: Entity
    is_new: bool
    names: dict[str, EntityName]
    status: EntityStatus | None
    changes: dict[str, tuple[Any, Any]]


@cache
def shipped_regions() -> dict[str, dict[str, str]]:
    """Return the regional groups of the United Nations, by code, with their names in all languages."""
    columns = {"code", "kind", *(f"name_{language}" for language in LANGUAGES)}
    rows = read_csv(SHIPPED.with_name("groups.csv"), columns=columns, unique=("code",))
    return {
        row["code"]: {f"name_{language}": row[f"name_{language}"] for language in LANGUAGES}
        for row in rows
        if row["kind"] == "region"
    }


def known_rows(codes: Collection[str]) -> Known:
    day = database_now().date()
    regions = {*shipped_regions(), *Group.objects.filter(kind="region").values_list("code", flat=True)}
    known = Known(day, regions)
    known.entities = {row.code: row for row in Entity.objects.filter(code__in=codes)}
    named = EntityName.objects.on(day).filter(entity__code__in=codes).select_related("entity")
    known.names = {(row.entity.code, row.language): row for row in named}
    held = EntityStatus.objects.on(day).filter(entity__code__in=codes).select_related("entity")
    known.statuses = {row.entity.code: row for row in held}
    return known


def plan_line(line: Line, known: Known) -> Wanted:
    """Return what the line describes. Raises Refused, if possible for one column."""
    code = line["code"]
    held = known.entities.get(code)
    wanted = Wanted(_entity_of(line, held, known), held is None, {}, None, {})
    _compare_entity(wanted, held)
    for language in LANGUAGES:
        _plan_name(wanted, line, language, known)
    _plan_status(wanted, line, known)
    return wanted


def _entity_of(line: Line, held: Entity | None, known: Known) -> Entity:
    code, kind = line["code"], line.get("kind") or (held.kind if held else EntityKind.STATE.value)
    if not _CODE.fullmatch(code) or len(code) > 40:
        raise Refused(code=_("Use lowercase letters, digits and hyphens, for example ke or org-au."))
    if kind == EntityKind.STATE and not _STATE_CODE.fullmatch(code):
        raise Refused(code=_("The code of a State is its two-letter ISO code in lower case, for example ke."))
    if held and held.kind != kind:
        raise Refused(
            kind=_(
                "In the register, this code belongs to an entry of a different kind. Correct the kind, or use a "
                "different code."
            )
        )
    region = line.get("region", held.region if held else "")
    if region and region not in known.regions:
        names = ", ".join(sorted(known.regions))
        raise Refused(region=_("Enter the code of a regional group: %(names)s.") % {"names": names})
    mailbox = line.get("mailbox", held.mailbox if held else "")
    entity = Entity(
        pk=held.pk if held else None,
        code=code,
        kind=kind,
        region=region,
        mailbox=mailbox,
        mailbox_language=held.mailbox_language if held else Language.ENGLISH,
        is_illustrative=held.is_illustrative if held else False,
    )
    check_row(entity, constraints=False)
    return entity


def _compare_entity(wanted: Wanted, held: Entity | None) -> None:
    if held is None:
        return
    for name in ("region", "mailbox"):
        before, after = getattr(held, name), getattr(wanted.entity, name)
        if before != after:
            wanted.changes[name] = (before, after)


def _plan_name(wanted: Wanted, line: Line, language: str, known: Known) -> None:
    given = {name: clean_name(line.get(f"{name}_{language}", "")) for name in NAME_FIELDS}
    held = known.names.get((wanted.entity.code, language))
    begins = line.get("names_from")
    if not given["short"]:
        if language == Language.ENGLISH or (wanted.is_new and wanted.entity.kind == EntityKind.STATE):
            raise Refused(**{f"short_{language}": _("Enter the short name.")})
        if any(given.values()):
            raise Refused(**{f"short_{language}": _("Enter the short name too.")})
        return
    if held and (not begins or begins == held.begins):
        # A correction leaves what the file has no column for, except a sort key of a name that is corrected.
        kept = ("formal", "article", "acronym", *(("sort_key",) if given["short"] == held.short else ()))
        given |= {name: getattr(held, name) for name in kept if f"{name}_{language}" not in line}
    given["formal"] = given["formal"] or given["short"]
    given["sort_key"] = as_sort_key(given["sort_key"] or given["short"])
    if held and begins and held.begins and begins < held.begins:
        raise Refused(
            names_from=_(
                "The current names apply from a later date than this one. Correct the names on the entry’s page."
            )
        )
    row = EntityName(entity=wanted.entity, language=language, begins=begins, **given)
    with_language = {name: f"{name}_{language}" for name in NAME_FIELDS}
    try:
        check_row(row, exclude=["entity"], constraints=False)
    except Refused as refused:
        named = {with_language.get(name, name): sentences for name, sentences in refused.fields.items()}
        raise Refused(*refused.general, **named) from refused
    differing = {
        with_language[name]: (getattr(held, name) if held else "", given[name])
        for name in NAME_FIELDS
        if (getattr(held, name) if held else "") != given[name]
    }
    if differing:
        wanted.names[language] = row
        if not wanted.is_new:
            wanted.changes |= differing


def _plan_status(wanted: Wanted, line: Line, known: Known) -> None:
    status, begins, decision = line.get("status", ""), line.get("status_from"), line.get("decision", "")
    if not status:
        if begins or decision:
            raise Refused(status=_("Enter the status to which this date and decision apply."))
        return
    held = known.statuses.get(wanted.entity.code)
    if not decision:
        raise Refused(decision=_("Enter the decision on which the status is based."))
    row = EntityStatus(status=status, begins=begins, decision=decision)
    check_row(row, exclude=["entity"], constraints=False)
    if held and held.status != status and (begins is None or (held.begins and begins <= held.begins)):
        raise Refused(
            status_from=_(
                "This row changes the status. Enter the first day of the new status. It must be later than the first "
                "day of the current status."
            )
        )
    before = (held.status, held.begins, held.decision) if held else ("", None, "")
    names = ("status", "status_from", "decision")
    differing = {
        name: ("" if was is None else was, "" if now is None else now)
        for name, was, now in zip(names, before, (status, begins, decision), strict=True)
        if was != now
    }
    if differing:
        wanted.status = row
        if not wanted.is_new:
            wanted.changes |= differing


def lock_register() -> None:
    """Lock the register until the transaction ends, so that two imports wait for each other."""
    RegisterRevision.objects.get_or_create(pk=1, defaults={"number": 1})
    list(RegisterRevision.objects.select_for_update())


def import_lines(lines: Sequence[Line], *, actor: Any) -> dict[str, int]:
    """Write the lines, all or none, and return how many entries are new and how many changed.

    `actor` is None for the command line.
    """
    if actor is not None:
        keepers_and_administrators_alone(actor)
    done = {"new": 0, "changed": 0}
    with recorded(actor):
        lock_register()
        known = known_rows({line["code"] for line in lines})
        _make_regions({line.get("region", "") for line in lines})
        groups = dict(Group.objects.filter(kind="region").values_list("code", "pk"))
        for line in lines:
            wanted = plan_line(line, known)
            if wanted.is_new or wanted.changes:
                _write(wanted, known, groups)
                done["new" if wanted.is_new else "changed"] += 1
    return done


def _make_regions(codes: Collection[str]) -> None:
    missing = set(codes) & set(shipped_regions()) - set(Group.objects.values_list("code", flat=True))
    for code in sorted(missing):
        names = shipped_regions()[code]
        keys = {f"sort_key_{language}": fold(names[f"name_{language}"]) for language in LANGUAGES}
        Group.objects.create(code=code, kind="region", **names, **keys)


def _write(wanted: Wanted, known: Known, groups: Mapping[str, int]) -> None:
    entity = wanted.entity
    if wanted.is_new:
        check_row(entity)
        entity.save(force_insert=True)
    elif {"region", "mailbox"} & set(wanted.changes):
        entity.save(update_fields=["region", "mailbox"])
    if entity.region and (wanted.is_new or "region" in wanted.changes):
        move_to_region(entity, groups[entity.region], None if wanted.is_new else known.day)
    elif "region" in wanted.changes:
        move_to_region(entity, None, known.day)
    for language, row in wanted.names.items():
        _write_name(entity, row, known.names.get((entity.code, language)))
    if wanted.status is not None:
        _write_status(entity, wanted.status, known.statuses.get(entity.code))


def move_to_region(entity: Entity, group_id: int | None, day: dt.date | None) -> None:
    """End the memberships of regional groups on that day, and begin one of this group. None: since always."""
    others = GroupMembership.objects.filter(entity=entity, group__kind="region", ends=None).exclude(group_id=group_id)
    for row in others:
        if day is None or (row.begins and row.begins >= day):
            row.delete()
        else:
            row.ends = day
            row.save(update_fields=["ends"])
    if group_id and not GroupMembership.objects.filter(entity=entity, group_id=group_id, ends=None).exists():
        GroupMembership.objects.create(entity=entity, group_id=group_id, begins=day)


def _write_name(entity: Entity, row: EntityName, held: EntityName | None) -> None:
    """Succeed the present name from the day that the line names, or else correct it."""
    row.entity = entity
    if held is None or (row.begins and row.begins != held.begins):
        if held is not None:
            row.ends = held.ends
            held.ends = row.begins
            held.save(update_fields=["ends"])
            check_row(row)
        row.save()
        return
    for name in NAME_FIELDS:
        setattr(held, name, getattr(row, name))
    held.save(update_fields=list(NAME_FIELDS))


def _write_status(entity: Entity, row: EntityStatus, held: EntityStatus | None) -> None:
    row.entity = entity
    if held is not None and held.status == row.status:
        held.begins, held.decision = row.begins, row.decision
        check_row(held)
        held.save(update_fields=["begins", "decision"])
        return
    if held is not None:
        row.ends = held.ends
        held.ends = row.begins
        held.save(update_fields=["ends"])
    check_row(row)
    row.save()
