"""Who may do what with workshops, and when. One sentence each."""

import datetime as dt
from typing import Any

from schedule.permissions import edited_by, may_edit
from workshops.models import Workshop


def may_register_now(workshop: Workshop, now: dt.datetime) -> bool:
    """The public form works from the opening moment up to, and without, the closing one."""
    return workshop.registration_is_open(now)


def sees_drafts(person: Any) -> bool:
    """Whether workshops that are not yet public are shown to this person."""
    return may_edit(person)


__all__ = ["edited_by", "may_edit", "may_register_now", "sees_drafts"]
