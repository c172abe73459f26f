"""Merge the block trees of two versions into one tree, in which each block was kept, added, deleted or moved."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from texts.comparing.matching import LEAVES, Matches, Spot

State = Literal["kept", "added", "deleted", "moved", "gone"]


@dataclass(eq=False)
class Merged:
    """A block of either version. A moved block appears twice: `moved` in its new place and `gone` in the old one."""

    state: State
    old: Spot | None
    new: Spot | None
    children: list["Merged"] = field(default_factory=list)

    @property
    def spot(self) -> Spot:
        """The block as displayed here: its old version where it was deleted or moved away, otherwise the new one."""
        spot = self.old if self.state in {"gone", "deleted"} else self.new
        assert spot is not None
        return spot

    def leaves(self) -> Iterator["Merged"]:
        """Yield the blocks of words and the exhibits in it."""
        if self.spot.kind in LEAVES:
            yield self
        for child in self.children:
            yield from child.leaves()

    @property
    def has_matched_content(self) -> bool:
        """Whether this list, table or quotation was added or deleted, but something in it is in both versions."""
        return self.spot.kind not in LEAVES and any(leaf.old and leaf.new for leaf in self.leaves())


def merge(old: Sequence[Spot], new: Sequence[Spot], matches: Matches) -> list[Merged]:
    """Merge the children of two matched blocks or parts."""
    places = {id(spot): place for place, spot in enumerate(old)}
    staying = _staying(places, new, matches)
    merged: list[Merged] = []
    waiting = 0
    for spot in new:
        before = matches.old(spot)
        if before is not None and id(spot) in staying:
            place = places[id(before)]
            merged += _left_behind(old[waiting:place], matches, staying)
            waiting = place + 1
            merged.append(Merged("kept", before, spot, merge(before.children, spot.children, matches)))
        elif before is not None:
            merged.append(Merged("moved", before, spot, merge(before.children, spot.children, matches)))
        else:
            merged.append(Merged("added", None, spot, merge((), spot.children, matches)))
    return merged + _left_behind(old[waiting:], matches, staying)


def _left_behind(old: Sequence[Spot], matches: Matches, staying: set[int]) -> list[Merged]:
    left: list[Merged] = []
    for spot in old:
        after = matches.new(spot)
        if after is not None:
            if id(after) not in staying:
                left.append(Merged("gone", spot, after))
        elif spot.kind not in LEAVES and all(matches.new(leaf) for leaf in spot.leaves()):
            # Only the container was deleted. Its contents are shown in their new places.
            left += [Merged("gone", leaf, matches.new(leaf)) for leaf in spot.leaves()]
        else:
            left.append(Merged("deleted", spot, None, _left_behind(spot.children, matches, staying)))
    return left


def _staying(places: dict[int, int], new: Sequence[Spot], matches: Matches) -> set[int]:
    """Return the ids (Python's) of the new blocks that kept their relative order.

    This is a longest increasing subsequence, so that as few blocks as possible count as moved.
    """
    pairs = []
    for spot in new:
        before = matches.old(spot)
        if before is not None and id(before) in places:
            pairs.append((places[id(before)], spot))
    tails: list[int] = []
    at: list[int] = []
    previous: list[int] = []
    for position, (place, _spot) in enumerate(pairs):
        length = bisect_left(tails, place)
        previous.append(at[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            at.append(position)
        else:
            tails[length], at[length] = place, position
    staying: set[int] = set()
    position = at[-1] if at else -1
    while position >= 0:
        staying.add(id(pairs[position][1]))
        position = previous[position]
    return staying
