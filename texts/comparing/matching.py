"""Which block of the new version is which of the old one: by its lasting id, then by its words, then by likeness."""

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
# Two paragraphs with fewer words in common, in order, are two paragraphs.
LIKE = 0.5
# A word that so many blocks have says nothing of which one is meant.
_COMMON = 12


@dataclass(eq=False)
class Spot:
    """A block in its place: compared by identity, since a text may say the same thing twice."""

    node: Content
    part: str
    parent: "Spot | None"
    index: int
    children: list["Spot"] = field(default_factory=list)
    words: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.node["type"]

    @property
    def identity(self) -> str:
        return (self.node.get("attrs") or {}).get("id", "")

    def leaves(self) -> Iterator["Spot"]:
        if self.kind in LEAVES:
            yield self
        for child in self.children:
            yield from child.leaves()

    def all(self) -> Iterator["Spot"]:
        yield self
        for child in self.children:
            yield from child.all()


def spots_of(content: Content, part: str) -> list[Spot]:
    """The blocks of a part as a tree."""
    return [_spot(node, part, None, place) for place, node in enumerate(content.get("content") or ())]


def _spot(node: Content, part: str, parent: Spot | None, index: int) -> Spot:
    spot = Spot(node, part, parent, index)
    if node["type"] in LEAVES:
        spot.words = tuple(_words(node))
    else:
        spot.children = [_spot(child, part, spot, place) for place, child in enumerate(node.get("content") or ())]
    return spot


def _words(node: Content) -> Iterator[str]:
    """What a block says, with figures and references by their keys: a value that changed makes no other block of it."""
    for inner in walk(node):
        if inner["type"] == "text":
            yield from inner["text"].split()
        elif inner["type"] in {"figure", "exhibit"}:
            yield f"{{{inner['attrs']['key']}}}"
        elif inner["type"] == "cross_reference":
            yield f"{{{inner['attrs']['target']}}}"


@dataclass
class Matches:
    """Pairs of blocks, looked up from either side."""

    old_of: dict[int, Spot] = field(default_factory=dict)
    new_of: dict[int, Spot] = field(default_factory=dict)

    def pair(self, old: Spot, new: Spot) -> None:
        self.old_of[id(new)] = old
        self.new_of[id(old)] = new

    def old(self, new: Spot) -> Spot | None:
        return self.old_of.get(id(new))

    def new(self, old: Spot) -> Spot | None:
        return self.new_of.get(id(old))


def match(old: Iterable[Spot], new: Iterable[Spot], parts: dict[str, str]) -> Matches:
    """`parts` says which part of the old version (value) a part of the new one (key) is."""
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
    """A paragraph may become a heading; a table never becomes a list."""
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
    """The same words; of several that say the same the first goes with the first."""
    old_left, new_left = _left(matches, old, new)
    waiting: dict[Any, deque[Spot]] = defaultdict(deque)
    for spot in old_left:
        waiting[spot.kind == "exhibit", spot.words].append(spot)
    for spot in new_left:
        same = waiting.get((spot.kind == "exhibit", spot.words))
        if same:
            matches.pair(same.popleft(), spot)


def _by_likeness(matches: Matches, old: list[Spot], new: list[Spot]) -> None:
    """The most alike pairs first. Only blocks that share a rare word are looked at, so that length costs little."""
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
    """A list or table without a lasting id is the one that most of its paragraphs stood in."""
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
    """In a row with as many cells as before each cell is the one in its column, whatever it says now."""
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
