"""Dashboard items: open speakers' lists for delegations, meetings without an agenda for editors."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from council.models import AgendaItem, Inscription, Meeting
from foundation.pages.registries import DashboardItem
from foundation.time.formats import date_range
from membership.models import Accreditation, Person, RoleName

SOON = dt.timedelta(days=60)


def items(person: Person, now: dt.datetime) -> list[DashboardItem]:
    rights = person.rights_on(now.date())
    waiting = []
    if rights.acts_for_delegation:
        waiting += _open_lists(rights.delegations, now)
    if rights.has_role(RoleName.EDITOR):
        waiting += _without_agenda(now)
    return waiting


def _open_lists(delegations: tuple[Accreditation, ...], now: dt.datetime) -> list[DashboardItem]:
    """Return open lists on which none of the person's delegations is registered yet. One query."""
    entities = {held.entity_id for held in delegations}
    inscribed = Inscription.objects.active().filter(item=OuterRef("pk"), entity__in=entities)
    rows = AgendaItem.objects.open_for_inscription(now).filter(~Exists(inscribed))
    return [
        DashboardItem(
            title=_("Speakers’ list: %(item)s") % {"item": row.title},
            url=reverse("council:speakers", args=[row.meeting.slug, row.code]),
            action=_("Add your delegation to the list"),
            app="council",
            deadline=row.inscription_closes_at,
            zone=row.meeting.occasion.zone,
            detail=row.meeting.title,
        )
        for row in rows.select_related("meeting__occasion").order_by("inscription_closes_at")
    ]


def _without_agenda(now: dt.datetime) -> list[DashboardItem]:
    active = AgendaItem.objects.active().filter(meeting=OuterRef("pk"))
    coming = Meeting.objects.filter(
        ~Exists(active), occasion__begins_on__gte=now.date(), occasion__begins_on__lte=(now + SOON).date()
    ).select_related("occasion")
    return [
        DashboardItem(
            title=_("Agenda to write: %(meeting)s") % {"meeting": row.title},
            url=reverse("council:agenda_edit", args=[row.slug]),
            action=_("Write agenda"),
            app="council",
            deadline=row.occasion.moment(row.occasion.begins_on, dt.time()),
            zone=row.occasion.zone,
            detail=date_range(row.occasion.begins_on, row.occasion.ends_on),
        )
        for row in coming
    ]
