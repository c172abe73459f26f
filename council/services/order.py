"""Reorder an agenda. The caller names the order that the page showed; if it has changed, nothing is moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from council.models import Act, AgendaItem, Meeting
from council.permissions import edited_by
from council.services.locking import locked, record_change
from council.tree import DEEPEST, Node, Place, node_of, place_of, step, tree_of, walk
from foundation.editing import Clash
from foundation.refusals import Refused


@dataclass(frozen=True)
class Moved:
    """What was moved, from where, and the resulting order version: enough to undo the move."""

    item_id: int
    before: Place
    order_version: int


def move_item(
    *,
    item: AgendaItem,
    parent: AgendaItem | None,
    position: int,
    expected: int,
    order: Sequence[int] | None = None,
    actor: Any = None,
) -> Moved:
    """Move an item and its sub-items to that position (from 0) under `parent`, or at the top level.

    `order`, if the page sends it, holds the ids under that parent as the page shows them after the move.
    """
    with edited_by(actor):
        meeting = locked(item.meeting_id)
        return _move(meeting, item.pk, Place(parent.pk if parent else None, position), expected, order, actor)


def step_item(*, item: AgendaItem, direction: str, expected: int, actor: Any = None) -> Moved | None:
    """Move an item one step `up`, `down`, `in` or `out`. At the edge nothing happens."""
    if direction not in {"up", "down", "in", "out"}:
        raise Refused(_("An item can only be moved up, down, in or out."))
    with edited_by(actor):
        meeting = locked(item.meeting_id)
        check_order(meeting, expected)
        nodes = tree_under_lock(meeting)
        if node_of(nodes, item.pk) is None:
            raise Clash(None, {})
        place = step(nodes, item.pk, direction)
        return _move(meeting, item.pk, place, expected, None, actor) if place else None


def undo_move(*, meeting: Meeting, moved: Moved, actor: Any = None) -> Moved:
    """Undo the last move. Raises `Clash` if anything was moved since."""
    with edited_by(actor):
        return _move(locked(meeting.pk), moved.item_id, moved.before, moved.order_version, None, actor)


def check_order(meeting: Meeting, expected: int) -> None:
    if meeting.order_version != expected:
        raise Clash(meeting, {})


def tree_under_lock(meeting: Meeting) -> list[Node]:
    return tree_of(meeting.items.active(), with_internal=True)


def depth_below(nodes: list[Node], parent_id: int) -> int:
    """Return the depth of an item placed under that one. Removed items cannot have sub-items."""
    above = node_of(nodes, parent_id)
    if above is None:
        raise Clash(None, {})
    return above.depth + 1


def close_gaps(meeting: Meeting, parent_id: int | None) -> None:
    """Renumber positions under that item from 0 without gaps."""
    siblings = meeting.items.active().filter(parent_id=parent_id).order_by("position", "pk")
    _write([(item, parent_id, position) for position, item in enumerate(siblings)])


def _move(
    meeting: Meeting, item_id: int, place: Place, expected: int, order: Sequence[int] | None, actor: Any
) -> Moved:
    check_order(meeting, expected)
    nodes = tree_under_lock(meeting)
    node = node_of(nodes, item_id)
    if node is None:
        raise Clash(None, {})
    before = place_of(nodes, item_id)
    target = _siblings(nodes, node, place.parent)
    here = _siblings(nodes, node, before.parent)
    target = [other for other in target if other is not node]
    if not 0 <= place.position <= len(target):
        raise Refused(_("The item cannot be moved there. Reload the agenda and try again."))
    target.insert(place.position, node)
    if order is not None and [other.item.pk for other in target] != list(order):
        raise Refused(_("The order must contain every item exactly once. Reload the agenda and try again."))
    rows = [(other.item, place.parent, position) for position, other in enumerate(target)]
    if before.parent != place.parent:
        left = (other for other in here if other is not node)
        rows += [(other.item, before.parent, position) for position, other in enumerate(left)]
    _write(rows)
    record_change(meeting, Act.MOVED, item=node.item, actor=actor, reshaped=True)
    return Moved(item_id, before, meeting.order_version)


def _siblings(nodes: list[Node], node: Node, parent_id: int | None) -> list[Node]:
    """Return the items under that parent without the moved one. The parent must be on the agenda and not too deep."""
    if parent_id is None:
        return nodes
    parent = node_of(nodes, parent_id)
    if parent is None:
        raise Clash(None, {})
    if any(below.item.pk == parent_id for below in walk([node])):
        raise Refused(_("An item cannot be placed under itself. Choose another parent item."))
    if parent.depth + 1 + node.height > DEEPEST:
        raise Refused(
            _("An agenda can have at most %(levels)s levels. Place the item at a higher level.") % {"levels": DEEPEST}
        )
    return parent.children


def _write(rows: Sequence[tuple[AgendaItem, int | None, int]]) -> None:
    changed = []
    for item, parent_id, position in rows:
        if (item.parent_id, item.position) != (parent_id, position):
            item.parent_id, item.position = parent_id, position
            changed.append(item)
    if changed:
        AgendaItem.objects.bulk_update(changed, ["parent", "position"])
