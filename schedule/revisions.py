"""Revisions that the cached pages of this app and of the apps above it depend on."""

from django.db.models import QuerySet

from schedule.models import Occasion


def revision_of(occasions: QuerySet[Occasion]) -> tuple:
    """Return a value that changes with the days, zone, place, timetable and releases of these occasions; one query."""
    return tuple(occasions.order_by("pk").values_list("pk", "revision"))
