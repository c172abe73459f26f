"""Clearance lapses when the State answers differently."""

from typing import Any

from django.db.models import Case, F, Value, When

from membership.models import Entity
from votes.models import Ballot, Position


def ask_for_clearance_again(ballot: Ballot, entity: Entity | int, **answer: Any) -> None:
    """Remove the clearance of a draft that differs from the State's new `answer`.

    `answer` has columns of `Position`; it is empty after a withdrawal.

    The draft's version rises, so that a page opened earlier cannot clear it.
    """
    other = Position.objects.filter(ballot=ballot, entity=entity).exclude(**answer)
    stage = Case(When(stage=Position.Stage.CLEARED, then=Value(Position.Stage.DRAFT)), default=F("stage"))
    other.update(stage=stage, edit_version=F("edit_version") + 1)
