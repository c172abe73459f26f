"""Delegation settings."""

import datetime as dt
import hashlib
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.editing import check_version, content_version
from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.time.zones import is_zone
from membership.models import Accreditation, Person
from votes.models import CalendarLink, DelegationSettings
from votes.permissions import require_accredited


def settings_of(delegation: Accreditation) -> DelegationSettings:
    """Return the settings, or the defaults."""
    held = DelegationSettings.objects.filter(entity=delegation.entity_id).first()
    return held or DelegationSettings(entity_id=delegation.entity_id)


SETTINGS = ("anyone_may_cast", "uses_mailbox", "capital_zone", "capital_address")


def settings_version(held: DelegationSettings) -> int:
    """Return a version of the settings, which several members of a delegation may change."""
    return content_version([getattr(held, name) for name in SETTINGS])


@transaction.atomic
def set_delegation_settings(
    *,
    delegation: Accreditation,
    actor: Person,
    anyone_may_cast: bool | None = None,
    uses_mailbox: bool | None = None,
    capital_zone: str | None = None,
    capital_address: str | None = None,
    expected: int | None = None,
    now: dt.datetime | None = None,
) -> DelegationSettings:
    """Change settings; None leaves one unchanged. Raises `Clash` if they are no longer of version `expected`.

    Only the head of delegation decides who may cast without clearance.
    """
    require_accredited(delegation, actor, now or database_now())
    held, _created = DelegationSettings.objects.select_for_update().get_or_create(entity_id=delegation.entity_id)
    check_version(held, current=settings_version(held), expected=expected)
    if anyone_may_cast is not None and anyone_may_cast != held.anyone_may_cast and not delegation.may_clear:
        raise PermissionDenied(_("Only the head of delegation or the chargé d’affaires can change this setting."))
    if capital_zone and not is_zone(capital_zone):
        raise Refused(_("Choose a language and a time zone from the lists."))
    wanted = {
        "anyone_may_cast": anyone_may_cast,
        "uses_mailbox": uses_mailbox,
        "capital_zone": capital_zone,
        "capital_address": capital_address,
    }
    for name, value in wanted.items():
        if value is not None:
            setattr(held, name, value)
    held.save()
    return held


@transaction.atomic
def make_calendar_link(*, person: Person, now: dt.datetime | None = None) -> str:
    """Create the token of a personal calendar link, replacing the earlier one."""
    token = secrets.token_urlsafe(24)
    CalendarLink.objects.update_or_create(
        person=person, defaults={"token_hash": _hash(token), "made_at": now or database_now()}
    )
    return token


def end_calendar_link(*, person: Person) -> None:
    CalendarLink.objects.filter(person=person).delete()


def person_of_calendar(token: str) -> Person | None:
    """Return the owner of the link while the account is active."""
    link = CalendarLink.objects.select_related("person").filter(token_hash=_hash(token)).first()
    return link.person if link is not None and link.person.is_active else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
