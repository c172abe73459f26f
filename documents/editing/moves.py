"""A block that was moved takes along what others wrote into it meanwhile.

A move is a deletion and an insertion. Moved over the steps of others, the deletion takes their letters with it, while
the insertion brings the block as its mover knew it. What was removed and what came back are compared here; where they
differ, what was removed is right.
"""

from collections.abc import Iterable

from prosemirror.model import Fragment, Node, Slice
from prosemirror.transform import ReplaceStep
from prosemirror.transform import Step as Change

from documents.schema import WITH_ID, schema


def _closed_blocks(cut: Slice) -> list[str]:
    """The ids of the blocks that such a piece of text consists of; none where it is no row of whole blocks."""
    nodes = cut.content.content
    if cut.open_start or cut.open_end or not nodes:
        return []
    held = [node.attrs.get("id") or "" for node in nodes if node.type.name in WITH_ID and not node.is_inline]
    return held if len(held) == len(nodes) and all(held) else []


class Removed:
    """The rows of blocks that one batch has removed so far, each as it stood when it was removed."""

    def __init__(self) -> None:
        self.rows: dict[str, Slice] = {}

    def note(self, before: Node, change: Change) -> None:
        if isinstance(change, ReplaceStep) and change.to > change.from_:
            row = before.slice(change.from_, change.to)
            for held in _closed_blocks(row):
                self.rows[held] = row

    def restoring(self, after: Node, change: Change) -> ReplaceStep | None:
        """The step that gives a row, which this change has brought back, what it had when it was removed."""
        if not isinstance(change, ReplaceStep):
            return None
        returned = _closed_blocks(change.slice)
        row = self.rows.get(returned[0]) if returned else None
        if row is None or not set(returned) <= set(_closed_blocks(row)):
            return None
        # Of a row that came back in part, only what came back is compared.
        kept = _without_the_rest(row.content.content, returned)
        return _difference(change.slice.content, kept, change.from_)


def _without_the_rest(nodes: Iterable[Node], returned: list[str]) -> Fragment:
    """From the first block that came back to the last, with what stood between and behind them since."""
    row = list(nodes)
    held = [node.attrs["id"] for node in row]
    return Fragment.from_array(row[held.index(returned[0]) :])


def _difference(came: Fragment, stood: Fragment, place: int) -> ReplaceStep | None:
    start = came.find_diff_start(stood)
    end = came.find_diff_end(stood)
    if start is None or end is None:
        return None
    overlap = max(0, start - min(end["a"], end["b"]))
    came_to, stood_to = end["a"] + overlap, end["b"] + overlap
    if stood_to <= start:
        # Others only took something away: the mover's own copy is as good.
        return None
    holder = schema.top_node_type.create(None, stood)
    return ReplaceStep(place + start, place + came_to, holder.slice(start, stood_to))
