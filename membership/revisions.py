"""What cached pages of this app and of the apps above it compare."""

from membership.models import RegisterRevision


def revision_of_register() -> int | None:
    """Changes with every name, kind, status, suspension and group of the register; in one query."""
    return RegisterRevision.objects.values_list("number", flat=True).first()
