"""Permissions for workshops, one function each."""

import datetime as dt
from typing import Any

from schedule.permissions import edited_by, may_edit
from workshops.models import Workshop


def may_register_now(workshop: Workshop, now: dt.datetime) -> bool:
    """Return whether the public form is open: from the opening time until just before the closing time."""
    return workshop.registration_is_open(now)


def sees_drafts(person: Any) -> bool:
    """Return whether this person sees workshops that are not public yet."""
    return may_edit(person)


__all__ = ["edited_by", "may_edit", "may_register_now", "sees_drafts"]
