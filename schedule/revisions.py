"""What cached pages of this app and of the apps above it compare."""

from django.db.models import QuerySet

from schedule.models import Occasion


def revision_of(occasions: QuerySet[Occasion]) -> tuple:
    """Changes with the days, zone, place, timetable and releases of these occasions; in one query."""
    return tuple(occasions.order_by("pk").values_list("pk", "revision"))
