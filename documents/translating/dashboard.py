"""Dashboard items on translations: drafts to translate, and for editors, files that translators have returned."""

import datetime as dt

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document, Issue, Text, TranslationAssignment
from documents.translating.side_by_side import progress_of
from foundation.pages.languages import OWN_NAMES
from foundation.pages.registries import DashboardItem

SHOWN = 10


def translations_waiting(now: dt.datetime) -> list[DashboardItem]:
    """Return an item for each language in progress that has not been issued, those with open units first.

    Considers at most `SHOWN` documents, not yet issued or first issued in the last 90 days. Four queries.
    """
    translated = Text.objects.filter(part__document=OuterRef("pk")).exclude(language=OuterRef("original_language"))
    recent = Q(issued_at=None) | Q(issued_at__gte=now - dt.timedelta(days=90))
    documents = list(Document.objects.in_force().filter(recent, Exists(translated)).order_by("-created_at")[:SHOWN])
    issued = set(Issue.objects.filter(document__in=documents).values_list("document_id", "language"))
    waiting = [
        progress
        for entries in progress_of(documents).values()
        for progress in entries
        if (progress.document.pk, progress.language) not in issued
    ]
    waiting.sort(key=lambda progress: not progress.counts.open)
    return [
        DashboardItem(
            title=f"{progress.document} – {progress.name}",
            url=reverse("documents:translation", args=[progress.document.pk, progress.language]),
            action=str(_("Continue translation")),
            app="documents",
            detail=progress.counts.sentence,
        )
        for progress in waiting
    ]


def translations_returned() -> list[DashboardItem]:
    """Return an item for each returned translation that is not closed, latest first. For editors. One query."""
    returned = TranslationAssignment.objects.filter(closed_at=None, document__withdrawn_at=None)
    returned = (
        returned.annotate(last_returned_at=Max("returns__returned_at"))
        .exclude(last_returned_at=None)
        .select_related("document")
    )
    return [
        DashboardItem(
            title=f"{assignment.document} – {OWN_NAMES[assignment.language]}",
            url=reverse("documents:assignment", args=[assignment.document_id, assignment.pk]),
            action=str(_("Review and close")),
            app="documents",
            detail=_("%(name)s returned the translation") % {"name": assignment.translator_name},
        )
        for assignment in returned.order_by("-last_returned_at")[:SHOWN]
    ]
