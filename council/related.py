"""Link an occasion to its meeting for the timetable editor."""

from django.urls import reverse

from council.models import Meeting
from schedule.models import Occasion
from schedule.registry import Owner, owns_occasions


@owns_occasions
def meeting_of(occasion: Occasion) -> Owner | None:
    meeting = Meeting.objects.filter(occasion=occasion).first()
    if meeting is None:
        return None
    return Owner(
        title=meeting.title,
        url=meeting.get_absolute_url(),
        programme_url=reverse("council:agenda", args=[meeting.slug]),
    )
