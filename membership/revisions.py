"""Revisions that the cached pages of this app and of the apps above it depend on."""

from membership.models import RegisterRevision


def revision_of_register() -> int | None:
    """Return the register's revision in one query. It changes with names, kinds, statuses, suspensions and groups."""
    return RegisterRevision.objects.values_list("number", flat=True).first()
