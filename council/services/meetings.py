import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from council.models import Meeting, MeetingKind
from council.permissions import edited_by
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.text import in_languages
from schedule.services import bump, create_occasion

MEETING_COLUMNS = (
    "title_en",
    "title_fr",
    "title_es",
    "description_en",
    "description_fr",
    "description_es",
    "has_high_level_segment",
)


def create_meeting(
    *,
    kind: str,
    title: str | Mapping[str, str],
    begins_on: dt.date,
    ends_on: dt.date,
    number: int | None = None,
    place: str | Mapping[str, str] = "",
    zone: str = "",
    description: str | Mapping[str, str] = "",
    has_high_level_segment: bool = False,
    actor: Any = None,
) -> Meeting:
    """Create a meeting with its occasion. Its permanent address follows from kind and number, or from the first day."""
    meeting = Meeting(
        kind=kind,
        number=None if kind == MeetingKind.CONSULTATIONS else number,
        slug=slug_for(kind, number, begins_on),
        has_high_level_segment=has_high_level_segment,
        **in_languages("title", title),
        **in_languages("description", description),
    )
    with edited_by(actor):
        meeting.occasion = create_occasion(begins_on=begins_on, ends_on=ends_on, zone=zone, place=place, actor=actor)
        check_row(meeting)
        if Meeting.objects.filter(slug=meeting.slug).exists():
            raise Refused(_("This meeting already exists. Enter another number."))
        meeting.save()
    return meeting


def slug_for(kind: str, number: int | None, begins_on: dt.date) -> str:
    if kind == MeetingKind.CONSULTATIONS:
        return f"informal-{begins_on.isoformat()}"
    if not number:
        raise Refused(number=_("Enter the number of the session or committee meeting."))
    return f"{MeetingKind(kind).value}-{number}"


def edit_meeting(*, meeting: Meeting, expected: int, actor: Any = None, **values: Any) -> None:
    """Change title and description. Dates and place belong to the occasion and are changed in the timetable editor."""
    with edited_by(actor):
        save_checked(meeting, expected=expected, allowed=MEETING_COLUMNS, **values)
        bump(meeting.occasion)
