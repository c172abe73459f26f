"""Lock a meeting before changing its agenda, and record each change."""

from typing import Any

from django.db.models import F

from council.models import Act, AgendaChange, AgendaItem, Meeting
from foundation.time.clock import database_now
from schedule.services import bump


def locked(meeting_id: int) -> Meeting:
    """Return the meeting and its occasion, locked until the transaction ends.

    The meeting is always locked before any row below it, so that there are no deadlocks.
    """
    return Meeting.objects.select_for_update(of=("self", "occasion")).select_related("occasion").get(pk=meeting_id)


def record_change(
    meeting: Meeting, act: str, *, item: AgendaItem | None, actor: Any, reshaped: bool = False
) -> AgendaChange:
    """Record the change and invalidate cached pages.

    `reshaped` says that the shape of the tree changed, so that orders based on the earlier shape are refused.
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
