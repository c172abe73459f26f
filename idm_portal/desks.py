"""Desks: what awaits a person, gathered from every room's `desk.py`, soonest deadline first."""

import datetime as dt
import logging
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from foundation.pages.registries import DeskItem, Hit

log = logging.getLogger(__name__)

ROOMS = ("membership", "documents", "schedule", "workshops", "council", "votes", "surveys", "dialogue")
_FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


def _modules(name: str) -> Iterator[tuple[str, ModuleType]]:
    for room in ROOMS:
        if find_spec(f"{room}.{name}"):
            yield room, import_module(f"{room}.{name}")


def items(person: Any, now: dt.datetime) -> list[DeskItem]:
    found = [item for _room, module in _modules("desk") for item in module.items(person, now)]
    return sorted(found, key=lambda item: (not item.urgent, item.deadline or _FAR, item.title))


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Finds of every room over what this person may see; `person` is None for the public."""
    found = [hit for _room, module in _modules("search") for hit in module.hits(person, text, language)]
    return sorted(found, key=lambda hit: (-hit.rank, hit.title))
