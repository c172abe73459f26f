"""Revisions that cached pages of this app and of higher apps compare."""

from membership.models import RegisterRevision


def revision_of_register() -> int | None:
    """Return the register's revision in one query. It changes with names, kinds, statuses, suspensions and groups."""
    return RegisterRevision.objects.values_list("number", flat=True).first()
