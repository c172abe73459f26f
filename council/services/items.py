"""Add, edit, remove and restore agenda items. Removed items keep their text."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from council.models import Act, AgendaItem, ItemKind, ItemState, Meeting
from council.permissions import edited_by
from council.services.locking import locked, record_change
from council.services.order import check_order, close_gaps, depth_below, tree_under_lock
from council.tree import DEEPEST, node_of, walk
from foundation.editing import Clash
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.text import in_languages
from foundation.text.slugs import slug_of
from schedule.models import Slot

ITEM_COLUMNS = (
    "title_en",
    "title_fr",
    "title_es",
    "description_en",
    "description_fr",
    "description_es",
    "kind",
    "day",
    "duration",
    "slot",
    "is_internal",
    "is_highlight",
    "inscription_opens_at",
    "inscription_closes_at",
)


def add_item(
    *,
    meeting: Meeting,
    title: str | Mapping[str, str],
    description: str | Mapping[str, str] = "",
    parent: AgendaItem | None = None,
    kind: str = ItemKind.ITEM,
    day: dt.date | None = None,
    duration: int | None = None,
    slot: Slot | None = None,
    is_internal: bool = False,
    is_highlight: bool = False,
    inscription_opens_at: dt.datetime | None = None,
    inscription_closes_at: dt.datetime | None = None,
    code: str = "",
    actor: Any = None,
) -> AgendaItem:
    """Add an item at the end of `parent`. `code` is its permanent id; by default it is made from the title."""
    texts = in_languages("title", title) | in_languages("description", description)
    with edited_by(actor):
        meeting_now = locked(meeting.pk)
        nodes = tree_under_lock(meeting_now)
        if parent is not None and depth_below(nodes, parent.pk) >= DEEPEST:
            raise Refused(
                _("An agenda can have at most %(levels)s levels. Place the item at a higher level.")
                % {"levels": DEEPEST}
            )
        above = node_of(nodes, parent.pk) if parent else None
        siblings = above.children if above else nodes
        item = AgendaItem(
            meeting=meeting_now,
            parent=parent,
            position=len(siblings),
            code=code or _free_code(meeting_now, texts.get("title_en") or kind),
            kind=kind,
            day=day,
            duration=duration,
            slot=slot,
            is_internal=is_internal,
            is_highlight=is_highlight,
            inscription_opens_at=inscription_opens_at,
            inscription_closes_at=inscription_closes_at,
            **texts,
        )
        _check_days(meeting_now, {"day": day, "slot": slot})
        check_row(item)
        item.save()
        record_change(meeting_now, Act.ADDED, item=item, actor=actor, reshaped=True)
    return item


def edit_item(*, item: AgendaItem, expected: int, actor: Any = None, **values: Any) -> AgendaItem:
    """Edit an item. Raises `Clash` if it was saved by another person or removed in the meantime."""
    with edited_by(actor):
        meeting = locked(item.meeting_id)
        current = AgendaItem.objects.filter(pk=item.pk).first()
        if current is None or not current.is_active:
            raise Clash(None, values)
        _check_days(meeting, values)
        # The current row: its position may have changed since the page was read.
        save_checked(current, expected=expected, allowed=ITEM_COLUMNS, **values)
        record_change(meeting, Act.EDITED, item=current, actor=actor)
    return current


def remove_item(
    *,
    item: AgendaItem,
    expected: int,
    expected_order: int,
    reason: str,
    moved_to: Meeting | None = None,
    actor: Any = None,
) -> list[AgendaItem]:
    """Remove an item and its sub-items from the agenda, with a reason. Each keeps its text.

    Raises `Clash` if another person changed the item or the order of the agenda, and so perhaps its sub-items.
    """
    if not reason.strip():
        raise Refused(reason=_("Enter a reason."))
    with edited_by(actor):
        meeting = locked(item.meeting_id)
        if moved_to is not None and moved_to.pk == meeting.pk:
            raise Refused(moved_to=_("The item is already on the agenda of this meeting. Choose another meeting."))
        nodes = tree_under_lock(meeting)
        node = node_of(nodes, item.pk)
        if node is None:
            raise Clash(None, {})
        if node.item.edit_version != expected:
            raise Clash(node.item, {})
        check_order(meeting, expected_order)
        taken = [below.item for below in walk([node])]
        for below in taken:
            below.state = ItemState.MOVED if moved_to else ItemState.DELETED
            below.reason, below.moved_to = reason.strip(), moved_to
            below.edit_version += 1
            check_row(below, constraints=False)
        AgendaItem.objects.bulk_update(taken, ["state", "reason", "moved_to", "edit_version"])
        close_gaps(meeting, item.parent_id)
        record_change(meeting, Act.REMOVED, item=item, actor=actor, reshaped=True)
    return taken


def restore_item(*, item: AgendaItem, actor: Any = None) -> AgendaItem:
    """Return a removed item to the end of its former parent, or to the top level if there is no place under it."""
    with edited_by(actor):
        meeting = locked(item.meeting_id)
        row = AgendaItem.objects.get(pk=item.pk)
        if row.is_active:
            raise Clash(row, {})
        nodes = tree_under_lock(meeting)
        above = node_of(nodes, row.parent_id) if row.parent_id else None
        if above is not None and above.depth + 1 >= DEEPEST:
            above = None
        row.parent = above.item if above else None
        row.position = len(above.children if above else nodes)
        row.state, row.reason, row.moved_to = ItemState.ACTIVE, "", None
        row.edit_version += 1
        check_row(row)
        row.save()
        record_change(meeting, Act.RESTORED, item=row, actor=actor, reshaped=True)
    return row


def _check_days(meeting: Meeting, values: Mapping[str, Any]) -> None:
    day, slot = values.get("day"), values.get("slot")
    if day is not None and not meeting.occasion.begins_on <= day <= meeting.occasion.ends_on:
        raise Refused(day=_("Choose one of the days of the meeting."))
    closes = values.get("inscription_closes_at")
    after = meeting.occasion.moment(meeting.occasion.ends_on + dt.timedelta(days=1), dt.time())
    if closes is not None and closes > after:
        raise Refused(
            inscription_closes_at=_(
                "The speakers’ list must close before the meeting ends. Enter an earlier closing time."
            )
        )
    if slot is not None and slot.occasion_id != meeting.occasion_id:
        raise Refused(slot=_("This slot belongs to another meeting or workshop. Choose a slot of this one."))


def _free_code(meeting: Meeting, words: str) -> str:
    taken = set(meeting.items.values_list("code", flat=True))
    return slug_of(words, otherwise="item", longest=54, is_taken=taken.__contains__)
