"""Dashboard items about drafts in progress, clearance and circulated papers."""

import datetime as dt

from django.utils.translation import gettext as _

from documents.models import Document
from documents.progress import Clearer, clearers_by_document, is_cleared, whose_turn
from foundation.pages.registries import DashboardItem
from membership.models import Person

SHOWN = 10


def to_clear(person: Person) -> list[DashboardItem]:
    """Return the drafts that this person has to clear or return now, in a constant number of queries."""
    drafts = list(Document.objects.drafts().in_force().filter(clearances__person=person).order_by("-created_at")[:50])
    clearers = clearers_by_document(drafts) if drafts else {}
    mine = [
        document
        for document in drafts
        if (turn := whose_turn(clearers[document.pk])) is not None and turn.person_id == person.pk
    ]
    return [
        DashboardItem(
            title=display_name(document),
            url=document.life_url,
            action=_("Clear or return"),
            app="documents",
            detail=_("it is your turn to clear this draft"),
        )
        for document in mine[:SHOWN]
    ]


def to_read(person: Person, now: dt.datetime) -> list[DashboardItem]:
    """Return the papers without a symbol that were circulated to this person and have not expired."""
    papers = Document.objects.named_for(person, now).in_force().order_by("expires_at")[:SHOWN]
    return [
        DashboardItem(
            title=document.title,
            url=document.overview_url,
            action=_("Read"),
            app="documents",
            deadline=document.expires_at,
            detail=str(document.get_kind_display()),
        )
        for document in papers
    ]


def drafts_in_progress(drafts: list[Document]) -> list[DashboardItem]:
    """Return an item for each of these drafts with its kind and how far clearance has come."""
    clearers = clearers_by_document(drafts)
    return [
        DashboardItem(
            title=display_name(document),
            url=document.draft_url,
            action=_("Continue the draft"),
            app="documents",
            detail=" · ".join(
                filter(None, (str(document.get_kind_display()), _clearance(clearers.get(document.pk, []))))
            ),
        )
        for document in drafts
    ]


def display_name(document: Document) -> str:
    if document.symbol or document.is_unsymboled:
        return str(document) if not document.symbol else f"{document.symbol} – {document.title}"
    return f"{_('no symbol yet')} – {document.title}"


def _clearance(clearers: list[Clearer]) -> str:
    returned = next((clearer.row for clearer in clearers if clearer.state == "returned"), None)
    if returned is not None:
        return _("returned by %(person)s") % {"person": returned.person}
    if is_cleared(clearers):
        return _("cleared by all")
    turn = whose_turn(clearers)
    return _("with %(person)s") % {"person": turn.person} if turn else ""
