"""Make, support and decide on proposals from the floor."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from council.models import Meeting
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Accreditation, Entity, Group, GroupMembership, Person
from votes.models import Ballot, Option, Proposal, ProposalSupport
from votes.permissions import day_of, require_accredited, require_preparer, require_publisher
from votes.services import notifications
from votes.services.locking import locked
from votes.services.rounds import add_option


@transaction.atomic
def propose_option(
    *,
    ballot: Ballot,
    delegation: Accreditation,
    actor: Person,
    title: str,
    rationale: str,
    group: Group | None = None,
    now: dt.datetime | None = None,
) -> Proposal:
    """Propose an option before the ballot's deadline, for the State or for a group that it coordinates that day."""
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    if group is not None and group not in groups_coordinated_by(delegation.entity, moment):
        raise PermissionDenied(_("Your State does not currently coordinate this group. Choose another group."))
    return _made(ballot, delegation.entity, group, None, actor, moment, title, rationale)


@transaction.atomic
def record_proposal(
    *,
    ballot: Ballot,
    entity: Entity,
    meeting: Meeting,
    actor: Person,
    title: str,
    rationale: str,
    group: Group | None = None,
    now: dt.datetime | None = None,
) -> Proposal:
    """Record an oral proposal of a State, or of a group through its coordinator."""
    moment = now or database_now()
    require_preparer(actor, moment)
    if not Entity.objects.members(day_of(moment)).filter(pk=entity.pk).exists():
        raise Refused(_("Only a Member State can propose an option."))
    if group is not None and group not in groups_coordinated_by(entity, moment):
        raise Refused(_("That State does not currently coordinate this group. Choose another group."))
    return _made(ballot, entity, group, meeting, actor, moment, title, rationale)


def groups_coordinated_by(entity: Entity, now: dt.datetime) -> list[Group]:
    held = GroupMembership.objects.on(day_of(now)).filter(entity=entity, is_coordinator=True)
    return [row.group for row in held.select_related("group").order_by("group__sort_key", "group__code")]


def _made(
    ballot: Ballot,
    entity: Entity,
    group: Group | None,
    meeting: Meeting | None,
    actor: Person,
    moment: dt.datetime,
    title: str,
    rationale: str,
) -> Proposal:
    if not ballot.takes_proposals_at(moment):
        raise Refused(_("The deadline for proposals on this ballot has passed."))
    title, rationale = " ".join(title.split()), rationale.strip()
    if not title or not rationale:
        raise Refused(_("Enter a title and a rationale."))
    same = Proposal.objects.filter(ballot=ballot, entity=entity, title=title).first()
    if same is not None:
        return same
    return Proposal.objects.create(
        ballot=ballot,
        entity=entity,
        group=group,
        meeting=meeting,
        proposed_by=actor,
        proposed_at=moment,
        title=title,
        rationale=rationale,
    )


@transaction.atomic
def support_proposal(
    *,
    proposal: Proposal,
    delegation: Accreditation,
    actor: Person,
    supports: bool = True,
    now: dt.datetime | None = None,
) -> None:
    """Support a proposal or withdraw support, before the decision."""
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if held.entity_id == delegation.entity_id:
        raise Refused(_("You cannot support your own State’s proposal."))
    if held.state != Proposal.State.SUBMITTED:
        raise Refused(_("A decision on this proposal has already been taken."))
    if not supports:
        ProposalSupport.objects.filter(proposal=held, entity=delegation.entity_id).delete()
        return
    ProposalSupport.objects.get_or_create(
        proposal=held, entity_id=delegation.entity_id, defaults={"given_by": actor, "given_at": moment}
    )


@transaction.atomic
def decline_proposal(
    *, proposal: Proposal, reason: str, actor: Person, now: dt.datetime | None = None, notify: bool = True
) -> Proposal:
    moment = now or database_now()
    require_publisher(actor, moment)
    if not reason.strip():
        raise Refused(_("Enter a reason. The proposer can see it."))
    return _decided(proposal, actor, moment, notify, state=Proposal.State.DECLINED, reason=reason.strip())


@transaction.atomic
def merge_proposal(
    *,
    proposal: Proposal,
    reason: str,
    actor: Person,
    option: Option | None = None,
    into: Proposal | None = None,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> Proposal:
    """Merge a proposal into an option, or into an undecided proposal."""
    moment = now or database_now()
    require_publisher(actor, moment)
    if (option is None) == (into is None):
        raise Refused(_("Choose the option or proposal to merge it into."))
    target = option or into
    assert target
    if target.ballot_id != proposal.ballot_id or target == proposal:
        raise Refused(_("Choose another option or proposal of the same ballot."))
    if into is not None and into.state != Proposal.State.SUBMITTED:
        raise Refused(_("A decision on that proposal has already been taken. Choose another one."))
    if not reason.strip():
        raise Refused(_("Enter a reason. The proposer can see it."))
    values = {"state": Proposal.State.MERGED, "reason": reason.strip(), "option": option, "merged_into": into}
    return _decided(proposal, actor, moment, notify, **values)


@transaction.atomic
def admit_proposal(
    *,
    proposal: Proposal,
    code: str,
    actor: Person,
    reason: str = "",
    closes_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> Proposal:
    """Admit a proposal as an option. On an open ballot this starts a new round, and the deadline may be extended."""
    moment = now or database_now()
    require_publisher(actor, moment)
    ballot = locked(proposal.ballot)
    option = add_option(
        ballot,
        actor=actor,
        now=moment,
        closes_at=closes_at,
        notify=notify,
        code=code,
        title_en=proposal.title,
        description_en=proposal.rationale,
    )
    admitted = {"state": Proposal.State.ADMITTED, "reason": reason.strip(), "option": option}
    return _decided(proposal, actor, moment, notify, **admitted)


def _decided(proposal: Proposal, actor: Person, moment: dt.datetime, notify: bool, **values: object) -> Proposal:
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if held.state != Proposal.State.SUBMITTED:
        raise Refused(_("A decision on this proposal has already been taken."))
    for name, value in values.items():
        setattr(held, name, value)
    held.decided_by, held.decided_at = actor, moment
    held.save()
    if notify:
        notifications.notify_proposer(held, moment)
    return held
