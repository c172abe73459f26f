from django.utils.translation import gettext as _

from foundation.refusals import Refused
from membership.models import Entity
from votes.models import Ballot, Entitlement


def entitlement_of(ballot: Ballot, entity: Entity) -> Entitlement:
    """Return the State's entitlement, or raise `Refused` with the reason."""
    found = Entitlement.objects.filter(ballot=ballot, entity=entity).first()
    if found is None:
        raise Refused(_("Only Member States can take part in this ballot."))
    if not found.is_entitled:
        reason = {"reason": found.get_reason_display(), "decision": found.decision}
        raise Refused(_("Your State cannot take part in this ballot: %(reason)s (%(decision)s).") % reason)
    return found
