"""Restore text that was lost by rebasing: static/js/editor/placing.js in Python, for the model test.

When a window rebases its unsent steps on those of others, the position of a step may no longer exist, or a deletion may
cover text that was inserted later and that nobody wanted to delete. Every letter is therefore tracked through both
lists of steps, also when its block is moved. Letters that should exist but do not are inserted again next to their
former neighbours or, if none of these is left, in a new block.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from prosemirror.model import Fragment, Node, Slice
from prosemirror.transform import ReplaceStep, Step, Transform

Range = tuple[int, int, int, int]


def is_container(node: Node) -> bool:
    """Return whether the node contains inline content: a paragraph, heading or footnote."""
    return node.inline_content


def runs(node: Node, position: int, ids: list[int], chosen: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each run of chosen letters, as positions in the container's content."""
    start = end = offset = 0
    for child in node.content.content:
        for _one in range(child.node_size if child.is_text else 1):
            size = 1 if child.is_text else child.node_size
            if chosen(ids[position + 1 + offset]):
                if end != offset or start == end:
                    if start < end:
                        yield start, end
                    start = offset
                end = offset + size
            offset += size
    if start < end:
        yield start, end


@dataclass
class Followed:
    """A number for every position of a text, so that each letter can be tracked through steps."""

    ids: list[int]
    fresh: Iterator[int]
    removed: dict[str, tuple[Node, list[int]]] = field(default_factory=dict)

    def through(self, step: Step, before: Node, after: Node, given: list[list[int]] | None = None) -> list[list[int]]:
        """Update the numbers for a step, and return the numbers of inserted letters, one list for each range."""
        ranges: list[Range] = []
        step.get_map().for_each(lambda *places: ranges.append(places))
        for start, end, _new_start, _new_end in ranges:
            self.note(before, start, end)
        brought = []
        for n, (_start, _end, new_start, new_end) in enumerate(ranges):
            if given is not None and n < len(given) and len(given[n]) == new_end - new_start:
                brought.append(given[n])
            else:
                brought.append(self.known(after, new_start, new_end))
        for (start, end, *_new), ids in reversed(list(zip(ranges, brought, strict=True))):
            self.ids[start:end] = ids
        return brought

    def note(self, before: Node, start: int, end: int) -> None:
        def visit(node: Node, position: int, *_where: object) -> None:
            if node.is_textblock and start <= position and position + node.node_size <= end:
                self.removed[node.attrs["id"]] = (node, self.ids[position : position + node.node_size])

        before.nodes_between(start, end, visit)

    def known(self, after: Node, start: int, end: int) -> list[int]:
        """Return new numbers for inserted letters. A block that was removed before was moved, so it keeps its own."""
        ids = [next(self.fresh) for _place in range(start, end)]

        def visit(node: Node, position: int, *_where: object) -> None:
            if not node.is_textblock or position < start or position + node.node_size > end:
                return
            was, old = self.removed.pop(node.attrs["id"], (None, []))
            if was is None or not node.attrs["id"]:
                return
            size, place = node.content.size, position - start
            first = was.content.find_diff_start(node.content)
            if first is None:
                ids[place : place + node.node_size] = old
                return
            last = was.content.find_diff_end(node.content)
            tail = size - last["b"]
            tail = min(tail, size - first, was.content.size - first)
            ids[place : place + 1 + first] = old[: 1 + first]
            ids[place + node.node_size - 1 - tail : place + node.node_size] = old[len(old) - 1 - tail :]

        after.nodes_between(start, end, visit)
        return ids


@dataclass
class Rebased:
    """The result of rebasing unsent `steps` over `others` steps of other windows.

    `made` first undoes the unsent steps, then applies the others, then those unsent steps that still fit. `again[k]` is
    the index in `made` at which unsent step k is applied again, or None.
    """

    made: Transform
    steps: list[Step]
    others: int
    again: list[int | None]

    def doc(self, place: int) -> Node:
        return self.made.docs[place] if place < len(self.made.docs) else self.made.doc


def mended(rebased: Rebased) -> list[Step]:
    """Return the steps that restore text which was lost when the unsent steps were rebased."""
    own, others = len(rebased.steps), rebased.others
    base = rebased.doc(own)
    size, fresh = base.content.size, count(base.content.size)
    mine = Followed(list(range(size)), fresh)
    given = [mine.through(step, rebased.doc(own - n), rebased.doc(own - n - 1)) for n, step in enumerate(rebased.steps)]
    theirs = Followed(list(range(size)), fresh)
    for place in range(own, own + others):
        theirs.through(rebased.made.steps[place], rebased.doc(place), rebased.doc(place + 1))
    now = Followed(list(theirs.ids), fresh)
    for n, place in enumerate(rebased.again):
        if place is not None:
            now.through(rebased.made.steps[place], rebased.doc(place), rebased.doc(place + 1), given[n])
    return _Mending(rebased, size, mine.ids, theirs.ids, now.ids).steps()


class _Mending:
    def __init__(self, rebased: Rebased, size: int, mine: list[int], theirs: list[int], now: list[int]) -> None:
        self.rebased, self.size = rebased, size
        self.mine, self.theirs, self.ids = mine, theirs, now
        self.in_mine, self.in_theirs, self.here = set(mine), set(theirs), set(now)
        self.made = Transform(rebased.made.doc)

    def steps(self) -> list[Step]:
        self.take_away()
        own, others = len(self.rebased.steps), self.rebased.others
        self.put_back(self.rebased.doc(own + others), self.theirs)
        self.put_back(self.rebased.doc(0), self.mine)
        return self.made.steps

    def is_missing(self, letter: int) -> bool:
        wanted = letter >= self.size or (letter in self.in_mine and letter in self.in_theirs)
        return wanted and letter not in self.here

    # --- What somebody has deleted and a move brought back ------------------------------------------------------------
    def take_away(self) -> None:
        found: list[tuple[int, int]] = []

        def visit(node: Node, position: int, *_where: object) -> None:
            if not is_container(node):
                return
            holder = self.ids[position]

            def unwanted(letter: int) -> bool:
                return letter < self.size and (
                    (letter not in self.in_mine and holder in self.in_mine)
                    or (letter not in self.in_theirs and holder in self.in_theirs)
                )

            found.extend((position + 1 + a, position + 1 + b) for a, b in runs(node, position, self.ids, unwanted))

        self.made.doc.descendants(visit)
        for start, end in sorted(found, reverse=True):
            if not self.made.maybe_step(ReplaceStep(start, end, Slice.empty)).failed:
                del self.ids[start:end]
        # The content of a footnote was deleted with it.
        self.here = set(self.ids)

    # --- What is missing ----------------------------------------------------------------------------------------------
    def put_back(self, source: Node, ids: list[int]) -> None:
        def visit(node: Node, position: int, *_where: object) -> None:
            if is_container(node):
                for start, end in list(runs(node, position, ids, self.is_missing)):
                    self.put(source, ids, node, position, start, end)
            elif node.is_leaf and node.is_block and self.is_missing(ids[position]):
                self.put_block(source, ids, position, node, [ids[position]])

        source.descendants(visit)

    def put(self, source: Node, ids: list[int], node: Node, position: int, start: int, end: int) -> None:
        piece = node.content.cut(start, end)
        letters = ids[position + 1 + start : position + 1 + end]
        self.here |= set(letters)
        for place in self.places(source, ids, node, position, start, end):
            if not self.inserted(place, piece):
                continue
            self.ids[place:place] = letters
            return
        blank = [-1]
        if node.is_textblock:
            taken = self.block_with(node.attrs["id"]) is not None
            attrs = {**node.attrs, "id": "" if taken else node.attrs["id"]}
            self.put_block(source, ids, position, node.type.create(attrs, piece), [ids[position], *letters, *blank])
        else:
            paragraph = source.type.schema.nodes["paragraph"].create(None, piece)
            self.put_block(source, ids, position, paragraph, [*blank, *letters, *blank])

    def inserted(self, place: int, piece: Fragment) -> bool:
        try:
            return not self.made.maybe_step(ReplaceStep(place, place, Slice(piece, 0, 0))).failed
        except ValueError:
            return False

    def places(self, source: Node, ids: list[int], node: Node, position: int, start: int, end: int) -> Iterator[int]:
        """Yield possible positions, best first: after a former predecessor, before a former successor, in its block."""
        first = position + 1
        for place in range(first + start - 1, first - 1, -1):
            if ids[place] in self.here and (found := self.place_of(ids[place], 1)) is not None:
                yield found
        for place in range(first + end, first + node.content.size):
            if ids[place] in self.here and (found := self.place_of(ids[place], 0)) is not None:
                yield found
        if (found := self.place_of(ids[position], 1)) is not None:
            yield found
        block = self.block_with(node.attrs.get("id") or "")
        if block is not None:
            yield block[1] + 1 + block[0].content.size
        if not node.is_textblock:
            around = source.resolve(position)
            yield from self.places(
                source, ids, around.parent, around.before(), around.parent_offset, around.parent_offset
            )

    def place_of(self, letter: int, after: int) -> int | None:
        try:
            place = self.ids.index(letter) + after
        except ValueError:
            return None
        return place if self.made.doc.resolve(place).parent.inline_content else None

    def block_with(self, held: str) -> tuple[Node, int] | None:
        found: list[tuple[Node, int]] = []

        def visit(node: Node, position: int, *_where: object) -> None:
            if held and is_container(node) and node.attrs["id"] == held:
                found.append((node, position))

        self.made.doc.descendants(visit)
        return found[0] if found else None

    def put_block(self, source: Node, ids: list[int], position: int, block: Node, letters: list[int]) -> None:
        """Insert the block at the top level, after its former predecessor."""
        self.here |= set(letters)
        place = 0
        for before in range(position - 1, -1, -1):
            if ids[before] in self.here and ids[before] in self.ids:
                around = self.made.doc.resolve(self.ids.index(ids[before]) + 1)
                place = around.after(1) if around.depth else around.pos
                break
        self.made.step(ReplaceStep(place, place, Slice(Fragment.from_(block), 0, 0)))
        self.ids[place:place] = letters
