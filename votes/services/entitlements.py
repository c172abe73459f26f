"""Which States may take part in a ballot, by the register on the day that counts."""

import secrets

from django.utils.translation import gettext as _

from foundation.refusals import Refused
from membership.models import Entity, EntityStatus, Status, VotingSuspension
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


def entitlements_for(ballot: Ballot) -> list[Entitlement]:
    """Return entitlements by current register entries, unsaved."""
    if ballot.copies_entitled:
        return _copied(ballot)
    day = ballot.rights_day
    statuses = EntityStatus.objects.on(day).filter(status=Status.MEMBER)
    decisions = dict(statuses.values_list("entity_id", "decision"))
    suspended = dict(VotingSuspension.objects.on(day).values_list("entity_id", "decision"))
    rows = []
    for entity in Entity.objects.members(day).order_by("code"):
        refused = ballot.needs_voting_right and entity.pk in suspended
        reason = Entitlement.Reason.SUSPENDED if refused else Entitlement.Reason.MEMBER
        rows.append(
            Entitlement(
                ballot=ballot,
                entity=entity,
                is_entitled=not refused,
                reason=reason,
                decision=suspended[entity.pk] if refused else decisions[entity.pk],
                pseudonym=secrets.token_hex(8),
            )
        )
    return rows


def _copied(ballot: Ballot) -> list[Entitlement]:
    """Copy entitlements under new pseudonyms, so that the two ledgers cannot be linked."""
    before = Entitlement.objects.filter(ballot=ballot.run_off_of_id).select_related("entity").order_by("entity__code")
    return [
        Entitlement(
            ballot=ballot,
            entity=row.entity,
            is_entitled=row.is_entitled,
            reason=row.reason,
            decision=row.decision,
            pseudonym=secrets.token_hex(8),
        )
        for row in before
    ]
