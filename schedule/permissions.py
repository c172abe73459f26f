"""Permissions for programmes and workshops: editors, and publishers, who have editors' rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.time.clock import database_now
from membership.models import RoleName


def may_edit(person: Any) -> bool:
    return bool(person) and person.rights_on(database_now().date()).has_role(RoleName.EDITOR)


@contextmanager
def edited_by(actor: Any) -> Iterator[None]:
    """Run one recorded transaction of an editor. `actor` is None only for loaders, which no page can call."""
    if actor is not None and not may_edit(actor):
        raise PermissionDenied(_("Only editors can change programmes and workshops."))
    with recorded(actor):
        yield
