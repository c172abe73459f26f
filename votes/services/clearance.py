"""What was cleared before the State spoke otherwise: it is cleared again before anybody casts it."""

from typing import Any

from django.db.models import Case, F, Value, When

from membership.models import Entity
from votes.models import Ballot, Position


def ask_for_clearance_again(ballot: Ballot, entity: Entity | int, **answer: Any) -> None:
    """The State has answered `answer` (columns of a position; none: it has taken a statement back).

    A draft that says something else loses its clearance. Its version grows at every stage, so that a page opened before
    clears nothing any more: whoever looks finds the State's answer beside the draft.
    """
    other = Position.objects.filter(ballot=ballot, entity=entity).exclude(**answer)
    stage = Case(When(stage=Position.Stage.CLEARED, then=Value(Position.Stage.DRAFT)), default=F("stage"))
    other.update(stage=stage, edit_version=F("edit_version") + 1)
