"""A versioned save that first repeats the model's checks, so that no rule depends on a form."""

import copy
from collections.abc import Collection
from typing import Any

from foundation.editing.locking import EditVersioned, save_versioned
from foundation.refusals import check_row


def save_checked(row: EditVersioned, *, expected: int, allowed: Collection[str], **values: Any) -> None:
    """Save the values with `save_versioned`.

    Raises Refused if a value breaks a rule of the model, and TypeError for fields outside `allowed`.
    """
    foreign = set(values) - set(allowed)
    if foreign:
        raise TypeError(f"not for staff to edit: {', '.join(sorted(foreign))}")
    wanted = copy.copy(row)
    for name, value in values.items():
        setattr(wanted, name, value)
    check_row(wanted)
    save_versioned(row, expected=expected, **values)
