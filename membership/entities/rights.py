"""Who may keep the register: checked by every service, whatever page or command calls it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.time.clock import database_now
from membership.models import Person, RoleName


def keepers_alone(actor: Person) -> None:
    """Raise PermissionDenied unless the person is a protocol officer."""
    _holders_of(actor, RoleName.PROTOCOL_OFFICER)


def keepers_and_administrators_alone(actor: Person) -> None:
    """Raise PermissionDenied unless the person keeps the register or sets up the portal."""
    _holders_of(actor, RoleName.PROTOCOL_OFFICER, RoleName.ADMINISTRATOR)


def _holders_of(actor: Person, *roles: str) -> None:
    if not actor.rights_on(database_now().date()).has_role(*roles):
        raise PermissionDenied(_("Only protocol officers can change the register."))
