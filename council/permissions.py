"""Permissions for meetings, one function each."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from council.models import AgendaItem
from foundation.editing.history import recorded
from membership.models import Accreditation, Person
from schedule.permissions import may_edit


@contextmanager
def edited_by(actor: Any) -> Iterator[None]:
    """Run one recorded transaction of an editor. `actor` is None only for loaders, which no page can call."""
    if actor is not None and not may_edit(actor):
        raise PermissionDenied(_("Only editors can change meetings and their agendas."))
    with recorded(actor):
        yield


def may_inscribe(item: AgendaItem, now: dt.datetime) -> bool:
    """Return whether the speakers' list of a public item is open.

    It is open from its opening time until just before its closing time.
    """
    return AgendaItem.objects.open_for_inscription(now).filter(pk=item.pk).exists()


def acts_for(actor: Person, delegation: Accreditation, now: dt.datetime) -> bool:
    """Return whether the accreditation is this person's, is valid, and is for a State or organization with a status."""
    return any(held.pk == delegation.pk for held in actor.rights_on(now.date()).delegations)


__all__ = ["acts_for", "edited_by", "may_edit", "may_inscribe"]
