"""Revisions that the cached pages of this app and of the apps above it depend on."""

from django.db.models import QuerySet

from council.models import Meeting


def revision_of(meetings: QuerySet[Meeting]) -> tuple:
    """Return a value that changes with these meetings, their agendas and occasions; one query.

    For papers, see `documents.revisions`.
    """
    return tuple(meetings.order_by("pk").values_list("pk", "edit_version", "occasion__revision"))
