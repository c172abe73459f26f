"""Search meetings, agenda items and decisions. Only staff find internal items."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from council.models import AgendaItem, Decision, Meeting
from council.permissions import may_edit
from council.tree import tree_of, walk
from foundation.pages.registries import Hit
from foundation.text import fold

LONGEST_EXCERPT = 240


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Return results in three queries.

    There are few meetings a year, so their texts are normalized and compared here.
    """
    words = fold(text).split()
    if not words:
        return []
    meetings = {row.pk: row for row in Meeting.objects.select_related("occasion")}
    shown = _shown_items(bool(person) and may_edit(person))
    found = [_hit(row, row.title, row.description, words, row.get_kind_display(), "") for row in meetings.values()]
    found += [
        _hit(meetings[row.meeting_id], row.title, row.description, words, _("agenda item"), row.code)
        for row in shown.values()
    ]
    for row in Decision.objects.all():
        item = shown.get(row.item_id)
        if row.item_id is None or item is not None:
            meeting = meetings[row.meeting_id]
            found.append(
                _hit(meeting, meeting.title, row.text, words, _("outcome"), item.code if item else "decisions")
            )
    return [hit for hit in found if hit is not None]


def _shown_items(with_internal: bool) -> dict[int, AgendaItem]:
    by_meeting: dict[int, list[AgendaItem]] = {}
    for row in AgendaItem.objects.active():
        by_meeting.setdefault(row.meeting_id, []).append(row)
    trees: Iterable[Any] = (tree_of(rows, with_internal=with_internal) for rows in by_meeting.values())
    return {node.item.pk: node.item for nodes in trees for node in walk(nodes)}


def _hit(meeting: Meeting, title: str, prose: str, words: list[str], kind: str, anchor: str) -> Hit | None:
    in_title, in_prose = fold(title), fold(prose or "")
    if not all(word in in_title or word in in_prose for word in words):
        return None
    url = f"{reverse('council:agenda', args=[meeting.slug])}#{anchor}" if anchor else meeting.get_absolute_url()
    return Hit(
        title=title,
        url=url,
        app="council",
        kind=str(kind),
        excerpt=_excerpt(prose or "", words),
        date=meeting.occasion.begins_on,
        rank=1.0 if all(word in in_title for word in words) else 0.5,
    )


def _excerpt(prose: str, words: list[str]) -> str:
    """Return the text around the first match, or its beginning."""
    lowered = prose.casefold()
    places = [lowered.find(word) for word in words]
    start = max(min((place for place in places if place >= 0), default=0) - LONGEST_EXCERPT // 3, 0)
    cut = prose[start : start + LONGEST_EXCERPT].strip()
    return f"{'… ' if start else ''}{cut}{' …' if start + LONGEST_EXCERPT < len(prose) else ''}"
