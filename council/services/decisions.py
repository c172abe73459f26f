import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from council.models import Act, AgendaItem, Decision, DecisionState, Meeting
from council.permissions import edited_by
from council.services.locking import locked, record_change
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.text import in_languages

DECISION_COLUMNS = ("item", "text_en", "text_fr", "text_es", "state", "decided_on")


def record_decision(
    *,
    meeting: Meeting,
    text: str | Mapping[str, str],
    item: AgendaItem | None = None,
    state: str = DecisionState.PROPOSED,
    decided_on: dt.date | None = None,
    code: str = "",
    actor: Any = None,
) -> Decision:
    """Record a proposal, request or decision. `code` is its permanent id."""
    with edited_by(actor):
        meeting_now = locked(meeting.pk)
        _check_item(meeting_now, item)
        place = meeting_now.decisions.count()
        decision = Decision(
            meeting=meeting_now,
            item=item,
            code=code or f"decision-{place + 1}",
            position=place,
            state=state,
            decided_on=decided_on,
            **in_languages("text", text),
        )
        check_row(decision)
        decision.save()
        record_change(meeting_now, Act.SUPPLEMENTED, item=item, actor=actor)
    return decision


def edit_decision(*, decision: Decision, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        meeting = locked(decision.meeting_id)
        _check_item(meeting, values.get("item", decision.item))
        save_checked(decision, expected=expected, allowed=DECISION_COLUMNS, **values)
        record_change(meeting, Act.SUPPLEMENTED, item=decision.item, actor=actor)


def _check_item(meeting: Meeting, item: AgendaItem | None) -> None:
    if item is not None and item.meeting_id != meeting.pk:
        raise Refused(item=_("This item belongs to another meeting. Choose an item of this meeting."))
