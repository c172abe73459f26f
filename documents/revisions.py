"""What cached pages of this app and of the apps above it compare."""

import datetime as dt

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q, QuerySet, Sum

from documents.models import Document


def revision_of(documents: QuerySet[Document]) -> tuple:
    """Changes with each of these documents, and when one joins or leaves them; in one query.

    Of documents that somebody may see at a moment, it changes with their release as well.
    """
    return tuple(documents.order_by().aggregate(Count("pk"), Sum("pk"), Sum("revision")).values())


def revision_of_page(symbol: str, now: dt.datetime) -> tuple | None:
    """Changes with a public document, with its files, and with what derives from it; None: nothing for the public."""
    return (
        Document.objects.visible_to(None, now)
        .filter(symbol=symbol)
        .annotate(
            made_last=Max("renditions__made_at"),
            derived_open=Count("derived", filter=Q(derived__released_at__lte=now), distinct=True),
            derived_revisions=ArrayAgg("derived__revision", order_by="derived__pk"),
        )
        .values_list("pk", "revision", "made_last", "derived_open", "derived_revisions")
        .first()
    )
