"""Revisions that the cached pages of this app and of the apps above it depend on."""

from django.db.models import QuerySet

from workshops.models import IDMYear, Workshop


def revision_of(workshops: QuerySet[Workshop]) -> tuple:
    """Return a value that changes with these workshops, their years, occasions and related rows; one query.

    For names and statuses of participants' and donors' entities, see `membership.revisions`.
    """
    numbers = ("pk", "revision", "edit_version", "year__revision", "occasion__revision")
    return tuple(workshops.order_by("pk").values_list(*numbers))


def revision_of_years(years: QuerySet[IDMYear]) -> tuple:
    """Return a value that changes with these years, their proposals, funding, workshops and occasions; one query."""
    numbers = ("pk", "revision", "workshops__revision", "workshops__occasion__revision")
    return tuple(years.order_by("pk", "workshops__pk").values_list(*numbers))
