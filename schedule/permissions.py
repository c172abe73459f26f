"""Who may change programmes and workshops: editors, and publishers, whose role brings an editor's with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.time.clock import database_now
from membership.models import RoleName


def may_edit(person: Any) -> bool:
    return bool(person) and person.standing(database_now().date()).has_role(RoleName.EDITOR)


@contextmanager
def edited_by(actor: Any) -> Iterator[None]:
    """One recorded transaction of an editor. Without an actor it is a loader's, which nobody reaches from a page."""
    if actor is not None and not may_edit(actor):
        raise PermissionDenied(_("Only editors can change programmes and workshops."))
    with recorded(actor):
        yield
