"""What awaits editors and publishers: drafts, and what was issued but not released."""

import datetime as dt

from django.utils.translation import gettext as _

from documents.models import Document
from documents.permissions import EDITORS, PUBLISHERS
from foundation.pages.registries import DeskItem
from membership.models import Person

SHOWN = 10


def items(person: Person, now: dt.datetime) -> list[DeskItem]:
    standing = person.standing(now.date())
    if not standing.has_role(*EDITORS):
        return []
    waiting = [
        DeskItem(
            title=f"{document.symbol or _('no symbol yet')} – {document.title}",
            url=document.draft_url,
            action=_("Go on with the draft"),
            room="documents",
            detail=str(document.get_kind_display()),
        )
        for document in Document.objects.drafts().in_force().order_by("-created_at")[:SHOWN]
    ]
    if standing.has_role(*PUBLISHERS):
        unreleased = Document.objects.issued().in_force().filter(released_at=None).order_by("-issued_at")[:SHOWN]
        waiting += [
            DeskItem(
                title=f"{document.symbol} – {document.title}",
                url=document.overview_url,
                action=_("Release"),
                room="documents",
                detail=_("issued, not released"),
            )
            for document in unreleased
        ]
    return waiting
