import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.time.clock import database_now
from membership.models import Accreditation, Person
from votes.models import Ballot, Proposal
from votes.permissions import require_accredited, require_publisher
from votes.services.locking import locked
from votes.services.preparation import save_option
from votes.services.refusals import Refused


@transaction.atomic
def propose_option(
    *,
    ballot: Ballot,
    delegation: Accreditation,
    actor: Person,
    title: str,
    rationale: str,
    now: dt.datetime | None = None,
) -> Proposal:
    """A delegation's wish for another option, until the moment that the ballot states."""
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    if not ballot.takes_proposals_at(moment):
        raise Refused(_("Proposals are no longer taken for this ballot."))
    title, rationale = " ".join(title.split()), rationale.strip()
    if not title or not rationale:
        raise Refused(_("A proposal has a title and a rationale."))
    same = Proposal.objects.filter(ballot=ballot, entity=delegation.entity_id, title=title).first()
    if same is not None:
        return same
    return Proposal.objects.create(
        ballot=ballot,
        entity_id=delegation.entity_id,
        proposed_by=actor,
        proposed_at=moment,
        title=title,
        rationale=rationale,
    )


@transaction.atomic
def decline_proposal(*, proposal: Proposal, reason: str, actor: Person, now: dt.datetime | None = None) -> Proposal:
    moment = now or database_now()
    require_publisher(actor, moment)
    if not reason.strip():
        raise Refused(_("The proposer reads why: give a reason."))
    return _decided(proposal, Proposal.State.DECLINED, reason.strip(), actor, moment)


@transaction.atomic
def admit_proposal(
    *, proposal: Proposal, code: str, actor: Person, reason: str = "", now: dt.datetime | None = None
) -> Proposal:
    """Adds it to the options of a draft. What is set has its options fixed: it has to be taken back first."""
    moment = now or database_now()
    require_publisher(actor, moment)
    ballot = locked(proposal.ballot)
    if not ballot.is_draft:
        raise Refused(_("The options are fixed. Take the ballot back before it opens, or decline with a reason."))
    save_option(
        ballot=ballot,
        actor=actor,
        now=moment,
        code=code,
        title_en=proposal.title,
        description_en=proposal.rationale,
    )
    return _decided(proposal, Proposal.State.ADMITTED, reason.strip(), actor, moment)


def _decided(proposal: Proposal, state: str, reason: str, actor: Person, moment: dt.datetime) -> Proposal:
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if held.state != Proposal.State.SUBMITTED:
        raise Refused(_("This proposal has been decided already."))
    held.state, held.reason, held.decided_by, held.decided_at = state, reason, actor, moment
    held.save()
    return held
