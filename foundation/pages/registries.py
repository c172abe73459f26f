"""What a lower room shows of an upper one: entries of desks, hits of the search, fragments beside a page.

Rooms write `desk.py` (`items(person, now)`), `search.py` (`hits(person, text, language)`) and `beside.py` (functions
under `@beside(subject)`); the frame discovers the files. No room imports another for it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DeskItem:
    """One thing that awaits a person: a title, the one action, and until when (None: no deadline)."""

    title: str
    url: str
    action: str
    room: str
    deadline: dt.datetime | None = None
    zone: str = "UTC"
    detail: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Hit:
    """One find of the search. `excerpt` is plain text; the page marks the words."""

    title: str
    url: str
    room: str
    kind: str = ""
    excerpt: str = ""
    date: dt.date | None = None
    rank: float = 0.0


Fragment = Callable[[Any, Any], str]
_fragments: dict[str, list[Fragment]] = {}


def beside(subject: str) -> Callable[[Fragment], Fragment]:
    """Registers `fragment(subject, viewer) -> safe HTML or ""` for pages of a lower room, e.g. `workshops.workshop`."""

    def register(fragment: Fragment) -> Fragment:
        _fragments.setdefault(subject, []).append(fragment)
        return fragment

    return register


def fragments(subject: str) -> list[Fragment]:
    return list(_fragments.get(subject, ()))
