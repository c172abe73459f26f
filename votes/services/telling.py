"""Mails about single answers and proposals. Like all mails they hold ids; `votes.mails` makes their words."""

import datetime as dt

from foundation.mail.services import wish_mail
from membership.models import Capacity
from votes.models import LedgerEntry, Proposal
from votes.permissions import day_of
from votes.services.recipients import delegations_of


def tell_of_received_vote(entry: LedgerEntry) -> None:
    """The State's heads of delegation and its mailbox: the secretariat has entered an answer for it."""
    for told in delegations_of([entry.entity_id], day_of(entry.recorded_at)):
        wish_mail(
            kind="votes.received",
            key=f"votes.received:{entry.hash}:{told.address}",
            recipient=told.address,
            language=told.language,
            arguments={"entry_id": entry.pk},
        )


def tell_proposer(proposal: Proposal, now: dt.datetime) -> None:
    """The delegation whose proposal was decided: whoever made it, its heads, its mailbox."""
    told = {row.address: row.language for row in delegations_of([proposal.entity_id], day_of(now))}
    if proposal.meeting_id is None and _still_acts(proposal, now):
        told.setdefault(proposal.proposed_by.email, proposal.proposed_by.language)
    for address, language in told.items():
        wish_mail(
            kind="votes.proposal",
            key=f"votes.proposal:{proposal.pk}:{proposal.state}:{address}",
            recipient=address,
            language=language,
            arguments={"proposal_id": proposal.pk},
        )


def _still_acts(proposal: Proposal, now: dt.datetime) -> bool:
    held = proposal.proposed_by.accreditations.on(day_of(now)).filter(entity=proposal.entity_id)
    return proposal.proposed_by.is_active and held.exclude(capacity=Capacity.FOCAL_POINT).exists()
