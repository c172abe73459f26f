"""To do for moderators and editors: contributions to moderate, dialogues to publish or conclude."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogue.models import ContributionState, Dialogue, DialogueState, Platform
from dialogue.permissions import EDITORS, MODERATORS, PUBLISHERS
from foundation.pages.registries import DashboardItem

SOON = dt.timedelta(days=14)
# After this time a dialogue will probably not be concluded any more.
STALE = dt.timedelta(days=120)


def items(person: Any, now: dt.datetime) -> list[DashboardItem]:
    """Return the person's items, with one query for each of their roles."""
    rights = person.rights_on(now.date())
    found: list[DashboardItem] = []
    if rights.has_role(*MODERATORS):
        found += _to_moderate()
    if rights.has_role(*EDITORS):
        found += _drafts(now)
    if rights.has_role(*PUBLISHERS):
        found += _to_conclude(now)
    return found


def _to_moderate() -> list[DashboardItem]:
    awaiting = Count("topics__contributions", Q(topics__contributions__state=ContributionState.SUBMITTED))
    rows = Dialogue.objects.public().annotate(awaiting=awaiting).filter(awaiting__gt=0)
    return [
        DashboardItem(
            title=ngettext(
                "%(number)d contribution to moderate: %(dialogue)s",
                "%(number)d contributions to moderate: %(dialogue)s",
                row.awaiting,
            )
            % {"number": row.awaiting, "dialogue": row.title},
            url=reverse("dialogue:moderation", args=[row.slug]),
            action=_("Moderate"),
            app="dialogue",
        )
        for row in rows
    ]


def _drafts(now: dt.datetime) -> list[DashboardItem]:
    rows = Dialogue.objects.filter(state=DialogueState.DRAFT, opens_on__lte=(now + SOON).date())
    return [
        DashboardItem(
            title=_("Draft dialogue: %(dialogue)s") % {"dialogue": row.title},
            url=reverse("dialogue:manage", args=[row.slug]),
            action=_("Edit dialogue"),
            app="dialogue",
            deadline=row.opens_at,
            zone=row.zone,
        )
        for row in rows
        if row.closes_at > now
    ]


def _to_conclude(now: dt.datetime) -> list[DashboardItem]:
    """Return dialogues on this portal that closed recently and have no conclusion."""
    rows = Dialogue.objects.filter(
        state=DialogueState.PUBLISHED,
        platform=Platform.OWN,
        closes_on__lt=now.date(),
        closes_on__gte=(now - STALE).date(),
    )
    return [
        DashboardItem(
            title=_("Dialogue to conclude: %(dialogue)s") % {"dialogue": row.title},
            url=reverse("dialogue:conclude", args=[row.slug]),
            action=_("Write conclusion"),
            app="dialogue",
        )
        for row in rows
        if row.closes_at <= now
    ]
