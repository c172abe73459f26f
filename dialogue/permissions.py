"""Permissions of the Virtual Dialogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.time.clock import database_now
from membership.models import RoleName

# Editors prepare and write. Publishers, who are also editors, publish and conclude. Moderators decide on
# contributions.
EDITORS = (RoleName.EDITOR.value,)
PUBLISHERS = (RoleName.PUBLISHER.value,)
MODERATORS = (RoleName.MODERATOR.value,)
# Roles that may read unpublished contributions and export all of them.
READERS = (*EDITORS, *MODERATORS)


def _has(person: Any, roles: tuple[str, ...]) -> bool:
    return bool(person) and person.rights_on(database_now().date()).has_role(*roles)


def may_edit(person: Any) -> bool:
    return _has(person, EDITORS)


def may_publish(person: Any) -> bool:
    return _has(person, PUBLISHERS)


def may_moderate(person: Any) -> bool:
    return _has(person, MODERATORS)


def sees_drafts(person: Any) -> bool:
    """Return whether the person prepares, moderates or translates dialogues, and so sees unpublished ones."""
    return _has(person, (*READERS, RoleName.TRANSLATOR.value))


@contextmanager
def acted_by(actor: Any, roles: tuple[str, ...] = EDITORS) -> Iterator[None]:
    """Run one recorded transaction of a person with one of these roles. Loaders pass no actor."""
    if actor is not None and not _has(actor, roles):
        raise PermissionDenied(_("Your role does not allow you to do this."))
    with recorded(actor):
        yield
