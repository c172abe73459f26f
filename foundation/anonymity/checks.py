"""System checks of the sealing key. The second one looks into the database (`check --database default`, `migrate`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from foundation.anonymity import sealing

HOW = "Put back the file from its own backup, or run make_keys for a new portal. See docs/operations.md."


@register(Tags.security)
def sealing_key_is_there(**_kwargs: Any) -> list[CheckMessage]:
    """Return errors if answers could not be sealed, or the key is backed up with the database."""
    found: list[CheckMessage] = []
    if not settings.PRODUCTION:
        return found
    try:
        sealing.fingerprints()
    except sealing.KeyProblem as problem:
        found.append(Error(str(problem), hint=HOW, id="foundation.E001"))
    if Path(settings.SEALING_KEY_FILE).is_relative_to(settings.PORTAL_DATA):
        found.append(
            Error(
                "SEALING_KEY_FILE is inside PORTAL_DATA, which is backed up with the database",
                hint="Put the key into another folder. See docs/operations.md.",
                id="foundation.E002",
            )
        )
    return found


@register(Tags.database)
def waiting_rows_can_be_opened(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Return an error for keys that rows in the database need and the file lacks."""
    if not databases:
        return []
    try:
        missing = sealing.in_use() - set(sealing.fingerprints())
    except (DatabaseError, sealing.KeyProblem):
        return []  # not migrated yet, or reported by the check above
    if not missing:
        return []
    what = f"rows wait that are sealed to keys missing from SEALING_KEY_FILE: {', '.join(sorted(missing))}"
    return [Error(what, hint=HOW, id="foundation.E003")]
