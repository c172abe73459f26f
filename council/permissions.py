"""Who may do what with meetings. One sentence each."""

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
    """One recorded transaction of an editor. Without an actor it is a loader's, which nobody reaches from a page."""
    if actor is not None and not may_edit(actor):
        raise PermissionDenied(_("Only editors can change meetings and their agendas."))
    with recorded(actor):
        yield


def may_inscribe(item: AgendaItem, now: dt.datetime) -> bool:
    """Speakers' lists of items that all may see are open from the first moment up to, and without, the second."""
    return AgendaItem.objects.open_for_inscription(now).filter(pk=item.pk).exists()


def acts_for(actor: Person, delegation: Accreditation, now: dt.datetime) -> bool:
    """The accreditation is this person's and still holds, for a State or organization with a status."""
    return any(held.pk == delegation.pk for held in actor.standing(now.date()).delegations)


__all__ = ["acts_for", "edited_by", "may_edit", "may_inscribe"]
