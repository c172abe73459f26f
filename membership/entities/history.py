"""The history of an entry: every change of its rows, by whom and when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from membership.models import Entity

# Columns that say which row it is.
_IDS = {"id", "entity", "group"}
MOST_SHOWN = 500


@dataclass(frozen=True)
class Event:
    """A change. `values` are (label, before, after); a new or removed row has only one side."""

    at: dt.datetime
    who: Any
    what: str
    act: str
    values: list[tuple[str, str, str]]


def history_of(entity: Entity) -> list[Event]:
    """Return the latest changes first."""
    subjects = {
        "EntityEvent": ({"pgh_obj_id": entity.pk}, _("Entry")),
        "EntityNameEvent": ({"entity_id": entity.pk}, _("Names")),
        "EntityStatusEvent": ({"entity_id": entity.pk}, _("Status")),
        "VotingSuspensionEvent": ({"entity_id": entity.pk}, _("Suspension of the right to vote")),
        "GroupMembershipEvent": ({"entity_id": entity.pk}, _("Membership of a group")),
    }
    found = []
    for model, (which, title) in subjects.items():
        rows = apps.get_model("membership", model).objects.filter(**which).order_by("pgh_id")
        if model == "GroupMembershipEvent":
            rows = rows.select_related("group")
        found += _events(list(rows.select_related("pgh_context")), title)
    people = get_user_model().objects.in_bulk({event[1] for event in found if event[1]})
    ordered = sorted(found, key=lambda event: (event[0], event[4]), reverse=True)[:MOST_SHOWN]
    return [Event(at, people.get(actor), what, act, values) for at, actor, what, act, _number, values in ordered]


def _events(rows: list[Any], title: str) -> list[tuple]:
    """Return what each event changed, compared with the event of the same row before it."""
    acts = {"insert": _("added"), "update": _("changed"), "delete": _("removed")}
    before: dict[int, Any] = {}
    found = []
    for row in rows:
        former = before.get(row.pgh_obj_id)
        before[row.pgh_obj_id] = row
        actor = row.pgh_context.metadata.get("actor") if row.pgh_context else None
        what = f"{title} ({row.language})" if hasattr(row, "language") else title
        if hasattr(row, "group"):
            what = f"{title}: {row.group.name}"
        values = _values(row, former)
        if values or row.pgh_label != "update":
            found.append((row.pgh_created_at, actor, what, acts[row.pgh_label], row.pgh_id, values))
    return found


def _values(row: Any, former: Any) -> list[tuple[str, str, str]]:
    labels, pairs = _labels(), []
    for field in row._meta.concrete_fields:
        if field.name.startswith("pgh_") or field.name in _IDS | {"language"}:
            continue
        now = _shown(row, field.name)
        was = _shown(former, field.name) if former is not None and row.pgh_label == "update" else ""
        if row.pgh_label == "delete":
            was, now = now, ""
        is_no = row.pgh_label == "insert" and getattr(row, field.name) is False
        if was != now and not is_no:
            pairs.append((labels.get(field.name, capfirst(str(field.verbose_name))), was, now))
    return pairs


def _labels() -> dict[str, str]:
    """Return the names of the columns as forms show them."""
    return {
        "code": _("Code"),
        "kind": _("Kind"),
        "region": _("Regional group"),
        "mailbox": _("Shared mailbox"),
        "mailbox_language": _("Language of the mailbox"),
        "is_illustrative": _("fictional"),
        "short": _("Short name"),
        "formal": _("Formal name"),
        "article": _("Article"),
        "sort_key": _("Sort key"),
        "acronym": _("Acronym"),
        "status": _("Status"),
        "decision": _("Decision"),
        "note": _("Note"),
        "is_coordinator": _("Coordinator"),
        "begins": _("From"),
        "ends": _("No longer valid from"),
    }


def _shown(row: Any, name: str) -> str:
    value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "" if value is None else str(value)
