"""Content of higher apps on pages of lower ones: dashboard items, search results, related content.

Apps write `dashboard.py` (`items(person, now)`), `search.py` (`hits(person, text, language)`) and `related.py`
(functions under `@related(subject)`); `idm_portal` discovers the files, so that no app imports another for this.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DashboardItem:
    """A task: a title, one action and a deadline (None: no deadline)."""

    title: str
    url: str
    action: str
    app: str
    deadline: dt.datetime | None = None
    zone: str = "UTC"
    detail: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Hit:
    """One search result. `excerpt` is plain text; the page marks the words."""

    title: str
    url: str
    app: str
    kind: str = ""
    excerpt: str = ""
    date: dt.date | None = None
    rank: float = 0.0


Fragment = Callable[[Any, Any], str]
_fragments: dict[str, list[Fragment]] = {}


def related(subject: str) -> Callable[[Fragment], Fragment]:
    """Register `fragment(subject, viewer) -> safe HTML or ""` for pages of a lower app, e.g. `workshops.workshop`."""

    def register(fragment: Fragment) -> Fragment:
        _fragments.setdefault(subject, []).append(fragment)
        return fragment

    return register


def fragments(subject: str) -> list[Fragment]:
    """Return the registered fragments for a subject."""
    return list(_fragments.get(subject, ()))
