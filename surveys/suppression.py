"""Which groups of respondents may be shown beside their whole.

A group of fewer than five is never shown. Since the whole is shown, what is hidden can be had by subtraction: the
hidden ones together must be five at least, so the smallest shown groups are hidden too until they are. Sizes are those
of one question: a group of nine in which three answered it counts as three there.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

FLOOR = 5

Group = TypeVar("Group", bound=Hashable)


def shown_groups(sizes: Mapping[Group, int]) -> set[Group]:
    """The groups that may be shown; the same answer whatever order they come in."""
    shown = {group for group, size in sizes.items() if size >= FLOOR}
    hidden = sum(size for group, size in sizes.items() if group not in shown)
    for group in sorted(shown, key=lambda group: (sizes[group], str(group))):
        if hidden == 0 or hidden >= FLOOR:
            break
        shown.remove(group)
        hidden += sizes[group]
    return shown
