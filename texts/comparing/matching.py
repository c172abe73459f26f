"""Match blocks of two versions: by permanent id, then by equal words, then by similarity."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from texts.schema import Content, walk

LEAVES = frozenset({"paragraph", "heading", "exhibit"})
CONTAINERS = frozenset(
    {"lettered_list", "bullet_list", "list_item", "quotation", "table", "table_row", "table_cell", "table_header"}
)
# The least similarity (difflib's ratio over words) at which two paragraphs count as versions of each other.
LIKE = 0.5
# Words that occur in more blocks than this are ignored when looking for similar blocks.
_COMMON = 12


@dataclass(eq=False)
class Spot:
    """A block in its place in a text. Compared by identity, because a text may contain equal blocks."""

    node: Content
    part: str
    parent: "Spot | None"
    index: int
    children: list["Spot"] = field(default_factory=list)
    words: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The type of the node."""
        kind: str = self.node["type"]
        return kind

    @property
    def identity(self) -> str:
        """The permanent id, or an empty string."""
        identity: str = (self.node.get("attrs") or {}).get("id", "")
        return identity

    def leaves(self) -> Iterator["Spot"]:
        """Yield the blocks of words and the exhibits in it."""
        if self.kind in LEAVES:
            yield self
        for child in self.children:
            yield from child.leaves()

    def all(self) -> Iterator["Spot"]:
        """Yield the block and all blocks below it."""
        yield self
        for child in self.children:
            yield from child.all()


def spots_of(content: Content, part: str) -> list[Spot]:
    """Return the blocks of a part as trees."""
    return [_spot(node, part, None, place) for place, node in enumerate(content.get("content") or ())]


def _spot(node: Content, part: str, parent: Spot | None, index: int) -> Spot:
    spot = Spot(node, part, parent, index)
    if node["type"] in LEAVES:
        spot.words = tuple(_words(node))
    else:
        spot.children = [_spot(child, part, spot, place) for place, child in enumerate(node.get("content") or ())]
    return spot


def _words(node: Content) -> Iterator[str]:
    """Yield the words of a block, with the keys of figures and the targets of references in place of their text.

    A changed value or number therefore does not make a block look different.
    """
    for inner in walk(node):
        if inner["type"] == "text":
            yield from inner["text"].split()
        elif inner["type"] in {"figure", "exhibit"}:
            yield f"{{{inner['attrs']['key']}}}"
        elif inner["type"] == "cross_reference":
            yield f"{{{inner['attrs']['target']}}}"


@dataclass
class Matches:
    """Pairs of blocks, to be looked up from either side."""

    old_of: dict[int, Spot] = field(default_factory=dict)
    new_of: dict[int, Spot] = field(default_factory=dict)

    def pair(self, old: Spot, new: Spot) -> None:
        """Record that `new` is a version of `old`."""
        self.old_of[id(new)] = old
        self.new_of[id(old)] = new

    def old(self, new: Spot) -> Spot | None:
        """Return the old version of a new block, or None."""
        return self.old_of.get(id(new))

    def new(self, old: Spot) -> Spot | None:
        """Return the new version of an old block, or None."""
        return self.new_of.get(id(old))


def match(old: Iterable[Spot], new: Iterable[Spot], parts: dict[str, str]) -> Matches:
    """Pair the blocks of two versions. `parts` maps keys of new parts to keys of old parts."""
    matches = Matches()
    old_all = [spot for top in old for spot in top.all()]
    new_all = [spot for top in new for spot in top.all()]
    _by_id(matches, old_all, new_all, parts)
    _by_words(matches, old_all, new_all)
    _by_likeness(matches, old_all, new_all)
    _containers(matches, new_all)
    _cells(matches, new_all)
    return matches


def _alike(old: Spot, new: Spot) -> bool:
    """Return whether one block may be a version of the other.

    A paragraph may become a heading; a table never becomes a list.
    """
    if old.kind in LEAVES and new.kind in LEAVES:
        return (old.kind == "exhibit") == (new.kind == "exhibit")
    return old.kind == new.kind


def _by_id(matches: Matches, old: list[Spot], new: list[Spot], parts: dict[str, str]) -> None:
    at: dict[tuple[str, str], Spot] = {}
    anywhere: dict[str, Spot] = {}
    for spot in old:
        if spot.identity:
            at[spot.part, spot.identity] = spot
            anywhere.setdefault(spot.identity, spot)
    here = [(spot, at.get((parts.get(spot.part, ""), spot.identity))) for spot in new if spot.identity]
    elsewhere = [(spot, anywhere.get(spot.identity)) for spot in new if spot.identity]
    for spot, found in here + elsewhere:
        if found and not matches.old(spot) and not matches.new(found) and _alike(found, spot):
            matches.pair(found, spot)


def _left(matches: Matches, old: list[Spot], new: list[Spot]) -> tuple[list[Spot], list[Spot]]:
    return (
        [spot for spot in old if spot.kind in LEAVES and spot.words and not matches.new(spot)],
        [spot for spot in new if spot.kind in LEAVES and spot.words and not matches.old(spot)],
    )


def _by_words(matches: Matches, old: list[Spot], new: list[Spot]) -> None:
    """Pair blocks with the same words. Where several are equal, they are paired in order."""
    old_left, new_left = _left(matches, old, new)
    waiting: dict[Any, deque[Spot]] = defaultdict(deque)
    for spot in old_left:
        waiting[spot.kind == "exhibit", spot.words].append(spot)
    for spot in new_left:
        same = waiting.get((spot.kind == "exhibit", spot.words))
        if same:
            matches.pair(same.popleft(), spot)


def _by_likeness(matches: Matches, old: list[Spot], new: list[Spot]) -> None:
    """Pair similar blocks, the most similar first. Only blocks that share a rare word are compared, to save time."""
    old_left, new_left = _left(matches, old, new)
    having: dict[str, list[int]] = defaultdict(list)
    for place, spot in enumerate(old_left):
        for word in set(spot.words):
            having[word].append(place)
    bags = [Counter(spot.words) for spot in old_left]
    candidates: list[tuple[float, int, int]] = []
    for place, spot in enumerate(new_left):
        bag = Counter(spot.words)
        sharing = Counter(
            other for word in bag if word in having and len(having[word]) <= _COMMON for other in having[word]
        )
        for other, _shared in sharing.most_common(5):
            if not _alike(old_left[other], spot):
                continue
            common = (bag & bags[other]).total()
            if 2 * common / (len(spot.words) + len(old_left[other].words)) < LIKE:
                continue
            ratio = SequenceMatcher(None, old_left[other].words, spot.words, autojunk=False).ratio()
            if ratio >= LIKE:
                candidates.append((-ratio, place, other))
    for _ratio, place, other in sorted(candidates):
        if not matches.old(new_left[place]) and not matches.new(old_left[other]):
            matches.pair(old_left[other], new_left[place])


def _containers(matches: Matches, new: list[Spot]) -> None:
    """Pair each unmatched list or table with the old one that held most of its paragraphs."""
    for spot in new:
        if spot.kind not in CONTAINERS or matches.old(spot):
            continue
        votes: Counter[int] = Counter()
        known: dict[int, Spot] = {}
        depth = _depth(spot)
        for leaf in spot.leaves():
            before = matches.old(leaf)
            while before is not None:
                if before.kind == spot.kind and _depth(before) == depth and not matches.new(before):
                    votes[id(before)] += 1
                    known[id(before)] = before
                before = before.parent
        if votes:
            matches.pair(known[votes.most_common(1)[0][0]], spot)


def _cells(matches: Matches, new: list[Spot]) -> None:
    """Pair the cells of matched rows column by column, if the rows have the same number of cells."""
    for row in new:
        before = matches.old(row)
        if row.kind != "table_row" or before is None or len(before.children) != len(row.children):
            continue
        for old_cell, new_cell in zip(before.children, row.children, strict=True):
            if old_cell.kind != new_cell.kind or matches.old(new_cell) or matches.new(old_cell):
                continue
            matches.pair(old_cell, new_cell)
            for old_leaf, new_leaf in zip(old_cell.leaves(), new_cell.leaves(), strict=False):
                if not matches.old(new_leaf) and not matches.new(old_leaf) and _alike(old_leaf, new_leaf):
                    matches.pair(old_leaf, new_leaf)


def _depth(spot: Spot) -> int:
    depth = 0
    while spot.parent is not None:
        spot, depth = spot.parent, depth + 1
    return depth
