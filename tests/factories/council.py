"""Meetings with agendas, for tests. Sessions are from 29 November to 2 December 2010 by default."""

import datetime as dt
import itertools
from typing import Any

from council import services
from council.models import AgendaItem, Meeting
from council.tree import full_numbers, tree_of, walk

FIRST_DAY = dt.date(2010, 11, 29)
_numbers = itertools.count(200)


def make_meeting(number: int | None = None, *, kind: str = "session", **more: Any) -> Meeting:
    values = {
        "title": {"en": f"Session {number or ''}".strip(), "fr": "Session"},
        "begins_on": FIRST_DAY,
        "ends_on": FIRST_DAY + dt.timedelta(days=3),
        "place": "Geneva",
    }
    return services.create_meeting(kind=kind, number=number or next(_numbers), **(values | more))


def make_coming_meeting(number: int | None = None, **more: Any) -> Meeting:
    """Create a meeting that begins in ten days."""
    first = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=10)
    return make_meeting(number, begins_on=first, ends_on=first + dt.timedelta(days=3), **more)


def make_item(meeting: Meeting, title: str, parent: AgendaItem | None = None, **more: Any) -> AgendaItem:
    return services.add_item(meeting=meeting, title=title, parent=parent, **more)


def make_agenda(meeting: Meeting | None = None) -> tuple[Meeting, dict[str, AgendaItem]]:
    """Create Opening; Segment with Keynotes and Launch; Debate; Closing. Returns the items by title."""
    meeting = meeting or make_meeting()
    items = {title: make_item(meeting, title) for title in ("Opening", "Segment", "Debate", "Closing")}
    for title in ("Keynotes", "Launch"):
        items[title] = make_item(meeting, title, items["Segment"])
    meeting.refresh_from_db()
    return meeting, items


def make_open_item(meeting: Meeting | None = None, title: str = "Debate", **more: Any) -> AgendaItem:
    """Create an item whose speakers' list opened a day ago and closes in ten days; by default in a coming meeting."""
    now = dt.datetime.now(dt.UTC)
    window = {
        "inscription_opens_at": now - dt.timedelta(days=1),
        "inscription_closes_at": now + dt.timedelta(days=10),
    }
    return make_item(meeting or make_coming_meeting(), title, **(window | more))


def outline(meeting: Meeting) -> list[str]:
    """Return the agenda in the database as lines: `2.1 Keynotes`."""
    nodes = tree_of(meeting.items.all(), with_internal=True)
    numbers = full_numbers(nodes)
    return [f"{numbers[node.item.pk]} {node.item.title}".strip() for node in walk(nodes)]


def is_whole(meeting: Meeting) -> bool:
    """Return whether positions run from 0 without gaps under every item, and active items have active parents."""
    below: dict[int | None, list[int]] = {}
    active = {item.pk: item for item in meeting.items.active()}
    for item in active.values():
        below.setdefault(item.parent_id, []).append(item.position)
    hangs = all(parent is None or parent in active for parent in below)
    return hangs and all(sorted(places) == list(range(len(places))) for places in below.values())
