"""Link an occasion to its workshop for the timetable editor."""

from django.urls import reverse

from schedule.models import Occasion
from schedule.registry import Owner, owns_occasions
from workshops.models import Workshop


@owns_occasions
def workshop_of(occasion: Occasion) -> Owner | None:
    workshop = Workshop.objects.select_related("year").filter(occasion=occasion).first()
    if workshop is None:
        return None
    return Owner(
        title=workshop.title,
        url=workshop.get_absolute_url(),
        programme_url=reverse("workshops:programme", args=[workshop.year.year, workshop.slug]),
    )
