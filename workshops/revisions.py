"""What cached pages of this app and of the apps above it compare."""

from django.db.models import QuerySet

from workshops.models import IDMYear, Workshop


def revision_of(workshops: QuerySet[Workshop]) -> tuple:
    """Changes with these workshops, their years and occasions, and with all that belongs to them; in one query.

    The names and statuses of those who take part or pay are the register's: `membership.revisions`.
    """
    numbers = ("pk", "revision", "edit_version", "year__revision", "occasion__revision")
    return tuple(workshops.order_by("pk").values_list(*numbers))


def revision_of_years(years: QuerySet[IDMYear]) -> tuple:
    """Changes with these years, their themes, topics, money, workshops and occasions; in one query."""
    numbers = ("pk", "revision", "workshops__revision", "workshops__occasion__revision")
    return tuple(years.order_by("pk", "workshops__pk").values_list(*numbers))
