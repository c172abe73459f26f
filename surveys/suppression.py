"""Groups of respondents that may be shown together with the total.

A group of fewer than five is withheld. Because the total is shown, withheld groups must add up to at least five, so
the smallest visible groups are withheld too. Sizes are counted for each question.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

FLOOR = 5

Group = TypeVar("Group", bound=Hashable)


def shown_groups(sizes: Mapping[Group, int]) -> set[Group]:
    """Return the groups that may be shown. The order of the input does not matter."""
    shown = {group for group, size in sizes.items() if size >= FLOOR}
    hidden = sum(size for group, size in sizes.items() if group not in shown)
    for group in sorted(shown, key=lambda group: (sizes[group], str(group))):
        if hidden == 0 or hidden >= FLOOR:
            break
        shown.remove(group)
        hidden += sizes[group]
    return shown
