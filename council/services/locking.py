"""All who change an agenda wait for each other on the meeting's row, and leave word of what they did."""

from typing import Any

from django.db.models import F

from council.models import Act, AgendaChange, AgendaItem, Meeting
from foundation.time.clock import database_now
from schedule.services import bump


def locked(meeting_id: int) -> Meeting:
    """The meeting as it is now, with its occasion, held until the transaction ends.

    Always taken before any row below them, so that no two ever wait for each other in a ring.
    """
    return Meeting.objects.select_for_update(of=("self", "occasion")).select_related("occasion").get(pk=meeting_id)


def leave_word(
    meeting: Meeting, act: str, *, item: AgendaItem | None, actor: Any, reshaped: bool = False
) -> AgendaChange:
    """Writes the change down and makes kept pages old.

    `reshaped`: the tree is another one now, and an order made from the one before is refused.
    """
    values = {"agenda_version": F("agenda_version") + 1}
    if reshaped:
        values["order_version"] = F("order_version") + 1
    Meeting.objects.filter(pk=meeting.pk).update(**values)
    meeting.agenda_version += 1
    meeting.order_version += int(reshaped)
    bump(meeting.occasion)
    return AgendaChange.objects.create(
        meeting=meeting, version=meeting.agenda_version, act=Act(act), item=item, actor=actor, at=database_now()
    )
