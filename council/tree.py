"""The item tree and its numbers: pure functions over one meeting's rows, for services, pages and figures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from council.models import AgendaItem
from texts.numbering import letter, roman

# 1, then 1.1, then (a), then (i): four levels are as many as readers can follow.
DEEPEST = 4


@dataclass
class Node:
    """An item in the tree. Internal items and their sub-items have no number, so all readers see the same numbers."""

    item: AgendaItem
    depth: int = 0
    number: str = ""
    is_internal: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Return the number of levels of the node and its descendants."""
        return 1 + max((child.height for child in self.children), default=0)


def tree_of(items: Iterable[AgendaItem], *, with_internal: bool) -> list[Node]:
    """Return the tree of active items with numbers. Sub-items of items that are not shown are not shown either."""
    below: dict[int | None, list[AgendaItem]] = {}
    for item in items:
        if item.is_active and (with_internal or not item.is_internal):
            below.setdefault(item.parent_id, []).append(item)
    for siblings in below.values():
        siblings.sort(key=lambda item: (item.position, item.pk))
    return _nodes(below, None, 0, "", False)


def _nodes(
    below: dict[int | None, list[AgendaItem]], parent: int | None, depth: int, number: str, internal: bool
) -> list[Node]:
    nodes, counted = [], 0
    for item in below.get(parent, ()):
        node = Node(item, depth, is_internal=internal or item.is_internal)
        if not node.is_internal:
            counted += 1
            node.number = number_at(depth, counted, number)
        node.children = _nodes(below, item.pk, depth + 1, node.number, node.is_internal)
        nodes.append(node)
    return nodes


def number_at(depth: int, place: int, above: str) -> str:
    """Return the number of the `place`th item at that depth under the item numbered `above`.

    For example `3`, `3.2`, `(b)` or `(ii)`.
    """
    if depth == 0:
        return str(place)
    if depth == 1:
        return f"{above}.{place}"
    return f"({letter(place)})" if depth == 2 else f"({roman(place).lower()})"


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes in the order of the agenda."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def full_numbers(nodes: Iterable[Node]) -> dict[int, str]:
    """Return `{item id: "3.2 (b)"}`: numbers that are clear without the item above."""
    numbers: dict[int, str] = {}

    def note(level: Iterable[Node], above: str) -> None:
        for node in level:
            number = f"{above} {node.number}" if node.depth > 1 and node.number else node.number
            numbers[node.item.pk] = number
            note(node.children, number)

    note(nodes, "")
    return numbers


@dataclass(frozen=True)
class Place:
    """The place of an item: its parent (None: top level) and its position from 0."""

    parent: int | None
    position: int


def step(nodes: list[Node], item_id: int, direction: str) -> Place | None:
    """Return the place one step `up`, `down`, `in` (under the previous item) or `out`; None at the edge."""
    siblings, index, above = _found(nodes, item_id)
    parent = above[-1] if above else None
    here = parent.item.pk if parent else None
    if direction == "up":
        return Place(here, index - 1) if index > 0 else None
    if direction == "down":
        return Place(here, index + 1) if index < len(siblings) - 1 else None
    if direction == "in":
        before = siblings[index - 1] if index > 0 else None
        if before is None or siblings[index].depth + siblings[index].height >= DEEPEST:
            return None
        return Place(before.item.pk, len(before.children))
    if direction == "out" and parent is not None:
        outer = above[-2].children if len(above) > 1 else nodes
        return Place(above[-2].item.pk if len(above) > 1 else None, outer.index(parent) + 1)
    return None


def _found(nodes: list[Node], item_id: int) -> tuple[list[Node], int, list[Node]]:
    """Return the item's siblings, its index among them, and its ancestors from the top."""

    def search(level: list[Node], above: list[Node]) -> tuple[list[Node], int, list[Node]] | None:
        for index, node in enumerate(level):
            if node.item.pk == item_id:
                return level, index, above
            if found := search(node.children, [*above, node]):
                return found
        return None

    found = search(nodes, [])
    if found is None:
        raise KeyError(item_id)
    return found


def place_of(nodes: list[Node], item_id: int) -> Place:
    _siblings, index, above = _found(nodes, item_id)
    return Place(above[-1].item.pk if above else None, index)


def node_of(nodes: list[Node], item_id: int) -> Node | None:
    return next((node for node in walk(nodes) if node.item.pk == item_id), None)
