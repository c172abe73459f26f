"""Dashboards: what a person has to do, gathered from every app's `dashboard.py`, soonest deadline first."""

import datetime as dt
import logging
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from foundation.pages.registries import DashboardItem, Hit
from membership.models import RoleName
from membership.names import names_on

log = logging.getLogger(__name__)

APPS = ("membership", "documents", "schedule", "workshops", "council", "votes", "surveys", "dialogue", "idm_portal")
_FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


def _modules(name: str) -> Iterator[tuple[str, ModuleType]]:
    for app in APPS:
        if find_spec(f"{app}.{name}"):
            yield app, import_module(f"{app}.{name}")


def capacity(person: Any, day: dt.date, language: str) -> str:
    """Return whom the person acts for (`Head of delegation, Australia`) and the roles of secretariat staff."""
    rights = person.rights_on(day)
    roles = [RoleName(name).label for name in sorted(rights.roles)]
    held = rights.accreditations
    names = names_on((row.entity_id for row in held), day, language) if held else {}
    capacities = [
        f"{row.get_capacity_display()}, {names[row.entity_id].short if row.entity_id in names else row.entity.code}"
        for row in held
    ]
    return " · ".join(str(words) for words in (*roles, *capacities))


def items(person: Any, now: dt.datetime) -> list[DashboardItem]:
    """Return what the person has to do: urgent items first, then by deadline."""
    found = [item for _app, module in _modules("dashboard") for item in module.items(person, now)]
    return sorted(found, key=lambda item: (not item.urgent, item.deadline or _FAR, item.title))


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Return search results of every app that this person may see; `person` is None for the public."""
    found = [hit for _app, module in _modules("search") for hit in module.hits(person, text, language)]
    return sorted(found, key=lambda hit: (-hit.rank, hit.title))
