import pytest

from council.models import AgendaItem
from council.tree import Place, full_numbers, number_at, place_of, step, tree_of, walk


def items(*rows):
    """Return items from (id, parent, position, internal)."""
    return [
        AgendaItem(pk=pk, parent_id=parent, position=position, title=str(pk), is_internal=internal)
        for pk, parent, position, internal in rows
    ]


TREE = items(
    (1, None, 0, False),
    (2, None, 1, False),
    (3, None, 2, True),
    (4, None, 3, False),
    (21, 2, 0, False),
    (22, 2, 1, False),
    (221, 22, 0, False),
    (222, 22, 1, False),
    (2221, 222, 0, False),
    (31, 3, 0, False),
)


def test_numbers_follow_the_tree_and_internal_items_have_none():
    nodes = tree_of(TREE, with_internal=True)
    assert {node.item.pk: node.number for node in walk(nodes)} == {
        1: "1", 2: "2", 21: "2.1", 22: "2.2", 221: "(a)", 222: "(b)", 2221: "(i)", 3: "", 31: "", 4: "3",
    }  # fmt: skip


def test_the_public_reads_the_same_numbers_without_what_is_internal():
    staff = full_numbers(tree_of(TREE, with_internal=True))
    public = full_numbers(tree_of(TREE, with_internal=False))
    assert public == {pk: number for pk, number in staff.items() if pk not in {3, 31}}
    assert public[2221] == "2.2 (b) (i)"


def test_what_hangs_below_a_tombstone_is_not_shown():
    rows = [*TREE]
    gone = AgendaItem(pk=5, position=4, title="5", state="deleted")
    rows += [gone, *items((51, 5, 0, False))]
    assert [node.item.pk for node in tree_of(rows, with_internal=True)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("depth", "place", "above", "number"),
    [(0, 12, "", "12"), (1, 3, "12", "12.3"), (2, 27, "12.3", "(aa)"), (3, 4, "(a)", "(iv)")],
)
def test_each_level_has_its_numerals(depth, place, above, number):
    assert number_at(depth, place, above) == number


@pytest.mark.parametrize(
    ("item", "direction", "place"),
    [
        (1, "up", None),
        (2, "up", Place(None, 0)),
        (2, "down", Place(None, 2)),
        (4, "down", None),
        (1, "in", None),
        (4, "in", Place(3, 1)),
        (21, "out", Place(None, 2)),
        (221, "out", Place(2, 2)),
        (222, "in", None),  # its sub-item would be on a fifth level
        (1, "out", None),
    ],
)
def test_a_step_leads_to_a_place_or_nowhere(item, direction, place):
    assert step(tree_of(TREE, with_internal=True), item, direction) == place


def test_position_of_an_item():
    assert place_of(tree_of(TREE, with_internal=True), 222) == Place(22, 1)
