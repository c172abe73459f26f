"""A versioned save that repeats the model's own checks first, so that no form is needed to keep a rule."""

import copy
from collections.abc import Collection
from typing import Any

from foundation.editing.locking import EditVersioned, save_versioned
from foundation.refusals import check_row


def save_checked(row: EditVersioned, *, expected: int, allowed: Collection[str], **values: Any) -> None:
    """`save_versioned` for the named columns alone; a value that breaks a rule is `Refused`."""
    foreign = set(values) - set(allowed)
    if foreign:
        raise TypeError(f"not for staff to edit: {', '.join(sorted(foreign))}")
    wanted = copy.copy(row)
    for name, value in values.items():
        setattr(wanted, name, value)
    check_row(wanted)
    save_versioned(row, expected=expected, **values)
