"""Revisions that the cached pages of this app and of the apps above it depend on."""

from django.db.models import QuerySet
from django.utils import timezone

from dialogue.models import Dialogue


def revision_of(dialogues: QuerySet[Dialogue]) -> tuple:
    """Return a value that changes with these dialogues, their topics and contributions, and when one opens or closes.

    Takes one query.
    """
    now = timezone.now()
    found = dialogues.select_related("workshop").order_by("pk")
    return tuple(
        (row.pk, row.revision, row.edit_version, row.workshop and row.workshop.revision, row.phase(now))
        for row in found
    )
