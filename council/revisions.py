"""What cached pages of this app and of the apps above it compare."""

from django.db.models import QuerySet

from council.models import Meeting


def revision_of(meetings: QuerySet[Meeting]) -> tuple:
    """Changes with these meetings, their agendas and occasions; in one query. Papers are documents: see there."""
    return tuple(meetings.order_by("pk").values_list("pk", "edit_version", "occasion__revision"))
