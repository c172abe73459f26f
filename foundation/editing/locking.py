"""Optimistic locking: a save against an outdated version of a row is refused."""

import json
from typing import Any
from zlib import crc32

from django.db import models, transaction
from django.db.models import F


class EditVersioned(models.Model):
    """A row that staff edit. Forms carry `edit_version`; saving with an outdated version raises `Clash`."""

    edit_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Clash(Exception):
    """Somebody else saved the row in the meantime.

    `current` is the row as it is now (None if it was deleted), `wanted` the values that were not saved.
    """

    def __init__(self, current: models.Model | None, wanted: dict[str, Any]) -> None:
        super().__init__("The row was changed by somebody else in between.")
        self.current = current
        self.wanted = wanted

    def differences(self) -> list[tuple[str, Any, Any]]:
        """Return (field, current value, wanted value) for every field that differs."""
        if self.current is None:
            return [(name, None, value) for name, value in self.wanted.items()]
        pairs = ((name, getattr(self.current, name), value) for name, value in self.wanted.items())
        return [(name, now, wanted) for name, now, wanted in pairs if now != wanted]


def content_version(content: Any) -> int:
    """Return a version number for values that have no version column. Equal values have equal versions."""
    return crc32(json.dumps(content, default=str).encode())


def check_version(row: Any, *, current: int, expected: int | None) -> None:
    """Raise `Clash` unless the locked row has the version `expected`. None skips the check."""
    if expected is not None and expected != current:
        raise Clash(row, {})


def lock_unchanged(row: Any, expected: int) -> Any:
    """Lock the row and return it, to delete it. Raises Clash if it was changed or deleted since it was opened."""
    current = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if current is None or current.edit_version != expected:
        raise Clash(current, {})
    return current


def save_versioned(row: Any, *, expected: int, **values: Any) -> None:
    """Save the values in one `UPDATE … WHERE edit_version = expected`. Raises Clash, without writing, if it fails."""
    manager = type(row)._default_manager
    with transaction.atomic():
        changed = manager.filter(pk=row.pk, edit_version=expected).update(edit_version=F("edit_version") + 1, **values)
    if not changed:
        raise Clash(manager.filter(pk=row.pk).first(), values)
    for name, value in values.items():
        setattr(row, name, value)
    row.edit_version = expected + 1
