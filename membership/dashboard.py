import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.pages.registries import DashboardItem
from membership.models import Accreditation, EntityStatus, Person, Role, RoleName, VotingSuspension
from membership.names import names_on

NOTICE = dt.timedelta(days=30)
SHOWN = 10


def items(person: Person, now: dt.datetime) -> list[DashboardItem]:
    today = now.date()
    waiting = []
    if settings.STAFF_SECOND_FACTOR and _lacks_second_factor(person, today):
        waiting.append(
            DashboardItem(
                title=_("Set up two-step sign-in"),
                url=reverse("mfa_activate_totp"),
                action=_("Set up"),
                app="membership",
                detail=_("You need it to open the secretariat’s pages."),
                urgent=True,
            )
        )
    if person.rights_on(today).has_role(RoleName.ADMINISTRATOR):
        waiting += _ending_accreditations(today)
    if person.rights_on(today).has_role(RoleName.PROTOCOL_OFFICER):
        waiting += _ending_in_register(today)
    return waiting


def _lacks_second_factor(person: Person, today: dt.date) -> bool:
    held = Role.objects.on(today).filter(person=person)
    return held.exists() and not person.authenticator_set.exists()


def _ending_accreditations(today: dt.date) -> list[DashboardItem]:
    """Return an item for each accreditation that ends within a month."""
    ending = (
        Accreditation.objects.on(today)
        .filter(ends__lte=today + NOTICE, person__is_active=True)
        .select_related("person", "entity")
        .order_by("ends", "pk")[:SHOWN]
    )
    names = names_on([held.entity_id for held in ending], today, get_language() or "en")
    return [
        DashboardItem(
            title=_("The accreditation of %(person)s for %(name)s ends")
            % {"person": held.person, "name": name.short if (name := names.get(held.entity_id)) else held.entity.code},
            url=reverse("membership:person", kwargs={"person_id": held.person_id}),
            action=_("View"),
            app="membership",
            deadline=dt.datetime.combine(held.ends, dt.time(), dt.UTC),
        )
        for held in ending
    ]


def _ending_in_register(today: dt.date) -> list[DashboardItem]:
    """Return an item for each status and suspension of voting rights that ends within a month."""
    titles = {
        EntityStatus: _("The status of %(name)s ends"),
        VotingSuspension: _("The suspension of the voting rights of %(name)s ends"),
    }
    ending = [
        row
        for model in titles
        for row in model.objects.on(today).filter(ends__lte=today + NOTICE).select_related("entity")
    ]
    ending = sorted(ending, key=lambda row: (row.ends, row.entity.code))[:SHOWN]
    names = names_on([row.entity_id for row in ending], today, get_language() or "en")
    return [
        DashboardItem(
            title=titles[type(row)] % {"name": name.short if (name := names.get(row.entity_id)) else row.entity.code},
            url=reverse("membership:entry", kwargs={"code": row.entity.code}),
            action=_("Open entry"),
            app="membership",
            detail=row.decision,
            deadline=dt.datetime.combine(row.ends, dt.time(), dt.UTC),
        )
        for row in ending
    ]
