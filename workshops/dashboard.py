"""Dashboard items for editors: registrations to confirm, upcoming workshops without a released programme."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.pages.registries import DashboardItem
from foundation.time.formats import date_range
from membership.models import RoleName
from workshops.models import ParticipantState, Workshop, WorkshopState

SOON = dt.timedelta(days=60)


def items(person: Any, now: dt.datetime) -> list[DashboardItem]:
    """Return items for editors in two queries; nothing, without a query, for others."""
    if not person.rights_on(now.date()).has_role(RoleName.EDITOR):
        return []
    return [*_to_confirm(), *_coming(now)]


def _to_confirm() -> list[DashboardItem]:
    waiting = (
        Workshop.objects.exclude(state=WorkshopState.CANCELLED)
        .filter(participants__state=ParticipantState.REGISTERED)
        .select_related("year", "occasion")
        .annotate(waiting=Count("participants"))
    )
    return [
        DashboardItem(
            title=ngettext(
                "%(number)d registration to confirm: %(workshop)s",
                "%(number)d registrations to confirm: %(workshop)s",
                row.waiting,
            )
            % {"number": row.waiting, "workshop": row.title},
            url=f"{reverse('workshops:manage_participants', args=[row.year.year, row.slug])}?state=registered",
            action=_("Confirm"),
            app="workshops",
            deadline=row.registration_closes_at,
            zone=row.zone,
        )
        for row in waiting
    ]


def _coming(now: dt.datetime) -> list[DashboardItem]:
    coming = (
        Workshop.objects.filter(
            Q(occasion__begins_on__gte=now.date(), occasion__begins_on__lte=(now + SOON).date()),
            occasion__releases=None,
        )
        .exclude(state=WorkshopState.CANCELLED)
        .select_related("year", "occasion")
    )
    return [
        DashboardItem(
            title=_("Programme to publish: %(workshop)s") % {"workshop": row.title},
            url=reverse("schedule:timetable", args=[row.occasion_id]),
            action=_("Edit timetable"),
            app="workshops",
            deadline=row.occasion.moment(row.occasion.begins_on, dt.time()),
            zone=row.zone,
            detail=date_range(row.occasion.begins_on, row.occasion.ends_on),
        )
        for row in coming
    ]
