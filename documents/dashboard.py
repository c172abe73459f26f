"""The dashboard items of this app: drafts, clearances, papers to read, translations and documents to release."""

import datetime as dt

from django.utils.translation import gettext as _

from documents.dashboard_items import display_name, drafts_in_progress, to_clear, to_read
from documents.models import Document
from documents.permissions import EDITORS, PUBLISHERS
from documents.translating.dashboard import translations_returned, translations_waiting
from foundation.pages.registries import DashboardItem
from membership.models import Person

SHOWN = 10


def items(person: Person, now: dt.datetime) -> list[DashboardItem]:
    rights = person.rights_on(now.date())
    life = (to_clear(person) if rights.is_staff else []) + to_read(person, now)
    if not rights.has_role(*EDITORS):
        return life + (translations_waiting(now) if rights.has_role("translator") else [])
    drafts = list(Document.objects.drafts().in_force().order_by("-created_at")[:SHOWN])
    waiting = life + translations_returned() + drafts_in_progress(drafts)
    if rights.has_role(*PUBLISHERS):
        unreleased = Document.objects.issued().in_force().filter(released_at=None).order_by("-issued_at")[:SHOWN]
        waiting += [
            DashboardItem(
                title=display_name(document),
                url=document.overview_url,
                action=_("Release"),
                app="documents",
                detail=_("issued, not released"),
            )
            for document in unreleased
        ]
    return waiting
