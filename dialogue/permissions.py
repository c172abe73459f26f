"""Who may do what in the Virtual Dialogue, and when. One sentence each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.time.clock import database_now
from membership.models import RoleName

# Editors prepare and write; publishers, whose role brings an editor's with it, publish and conclude; moderators decide.
EDITORS = (RoleName.EDITOR.value,)
PUBLISHERS = (RoleName.PUBLISHER.value,)
MODERATORS = (RoleName.MODERATOR.value,)
# Of contributions that have not appeared, and of the table of them all.
READERS = (*EDITORS, *MODERATORS)


def _has(person: Any, roles: tuple[str, ...]) -> bool:
    return bool(person) and person.standing(database_now().date()).has_role(*roles)


def may_edit(person: Any) -> bool:
    return _has(person, EDITORS)


def may_publish(person: Any) -> bool:
    return _has(person, PUBLISHERS)


def may_moderate(person: Any) -> bool:
    return _has(person, MODERATORS)


def sees_drafts(person: Any) -> bool:
    """Dialogues that are not yet public are shown to those who prepare, moderate or translate them."""
    return _has(person, (*READERS, RoleName.TRANSLATOR.value))


@contextmanager
def acted_by(actor: Any, roles: tuple[str, ...] = EDITORS) -> Iterator[None]:
    """One recorded transaction of somebody with one of these roles. Without an actor it is a loader's."""
    if actor is not None and not _has(actor, roles):
        raise PermissionDenied(_("Your role does not allow you to do this."))
    with recorded(actor):
        yield
