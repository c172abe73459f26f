"""Revisions that the cached pages of this app and of the apps above it depend on."""

import datetime as dt

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q, QuerySet, Sum

from documents.models import Document


def revision_of(documents: QuerySet[Document]) -> tuple:
    """Return a value that changes when one of these documents changes, is added or is removed; one query.

    If the queryset is limited to what somebody may see, a release adds to it and so changes the value too.
    """
    return tuple(documents.order_by().aggregate(Count("pk"), Sum("pk"), Sum("revision")).values())


def revision_of_page(symbol: str, now: dt.datetime) -> tuple | None:
    """Return a value that changes with a public document, its files and the documents derived from it.

    None if the public may not see the document.
    """
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
