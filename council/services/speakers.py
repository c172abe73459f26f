"""Speakers' lists. Only delegations add and remove themselves."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from council.models import AgendaItem, Inscription
from council.permissions import acts_for, may_inscribe
from foundation.refusals import Refused, check_row, checked_names
from foundation.time.clock import database_now
from membership.models import Accreditation, Person


def inscribe(
    *,
    item: AgendaItem,
    delegation: Accreditation,
    actor: Person,
    speaker: str = "",
    now: dt.datetime | None = None,
) -> Inscription:
    """Add a delegation after earlier ones of its rank. Repeating the request returns the existing inscription."""
    names = checked_names(speaker=speaker)
    with transaction.atomic():
        row, moment = _open_list(item, delegation, actor, now)
        existing = row.inscriptions.active().filter(entity=delegation.entity).first()
        if existing is not None:
            return existing
        last = row.inscriptions.aggregate(last=Max("position"))["last"] or 0
        inscription = Inscription(
            item=row,
            entity=delegation.entity,
            person=actor,
            **names,
            position=last + 1,
            inscribed_at=moment,
        )
        check_row(inscription)
        inscription.save()
    return inscription


def withdraw(*, item: AgendaItem, delegation: Accreditation, actor: Person, now: dt.datetime | None = None) -> None:
    """Remove a delegation from the list. It loses its place. If it is not on the list, nothing happens."""
    with transaction.atomic():
        row, moment = _open_list(item, delegation, actor, now)
        row.inscriptions.active().filter(entity=delegation.entity).update(withdrawn_at=moment)


def _open_list(
    item: AgendaItem, delegation: Accreditation, actor: Person, now: dt.datetime | None
) -> tuple[AgendaItem, dt.datetime]:
    """Return the item, locked: simultaneous requests are handled one after the other."""
    row = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    moment = now or database_now()
    if not acts_for(actor, delegation, database_now()):
        raise PermissionDenied(_("You are not accredited for this delegation."))
    if not may_inscribe(row, moment):
        raise Refused(_("The speakers’ list for this item is not open. To make changes, contact the secretariat."))
    return row, moment
