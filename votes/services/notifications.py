"""Who is notified of what. Emails are queued with ids only; `votes.mails` writes their text when they are sent."""

import datetime as dt

from foundation.jobs.services import request_job
from foundation.mail.services import request_mail
from membership.models import Accreditation, Capacity, Entity, Person
from votes.models import Ballot, Entitlement, EntryKind, LedgerEntry, Proposal
from votes.permissions import day_of
from votes.services.recipients import delegations_of, mailboxes_of

# Ballots that end within this time are announced at once: votes in a meeting last minutes.
HURRIES = dt.timedelta(hours=3)


def request_receipt(ballot: Ballot, entity: Entity, token: str) -> None:
    """Queue the receipt of the vote that is about to be cast, before the ballot is locked."""
    request_job(
        kind="votes.tell_of_vote",
        key=f"{ballot.slug}:{entity.pk}:{token}",
        arguments={"ballot_id": ballot.pk, "entity_id": entity.pk, "token": token},
    )


def notify_of_vote(entry: LedgerEntry) -> None:
    """Send the receipt to its author and the mission's mailbox, and notify the author of the replaced answer."""
    arguments = {"entry_id": entry.pk}
    former = LedgerEntry.objects.filter(ballot=entry.ballot_id, entity=entry.entity_id, kind=EntryKind.VOTE)
    replaced = former.filter(seq__lt=entry.seq).select_related("actor").order_by("-seq").first()
    assert entry.entity and entry.actor  # every vote has both
    for recipient, language in _recipients(entry.entity, entry.actor.email, entry.actor.language):
        request_mail(
            kind="votes.receipt",
            key=f"votes.receipt:{entry.hash}:{recipient}",
            recipient=recipient,
            language=language,
            arguments=arguments,
        )
    if replaced is not None and replaced.actor and replaced.actor != entry.actor and _acts_for(replaced, entry):
        request_mail(
            kind="votes.replaced",
            key=f"votes.replaced:{entry.hash}:{replaced.actor.email}",
            recipient=replaced.actor.email,
            language=replaced.actor.language,
            arguments=arguments,
        )


def notify_of_statement(entry: LedgerEntry, *, actor: Person | None) -> None:
    """Send the receipt of a statement or withdrawal to its author and the mission's mailbox.

    Without `actor` the secretariat recorded it, and the heads of delegation are notified.
    """
    assert entry.entity  # every statement is a State's
    if actor is not None:
        recipients = dict(_recipients(entry.entity, actor.email, actor.language))
    else:
        recipients = {row.address: row.language for row in delegations_of([entry.entity.pk], day_of(entry.recorded_at))}
    for recipient, language in recipients.items():
        request_mail(
            kind="votes.statement",
            key=f"votes.statement:{entry.hash}:{recipient}",
            recipient=recipient,
            language=language,
            arguments={"entry_id": entry.pk},
        )


def _acts_for(replaced: LedgerEntry, entry: LedgerEntry) -> bool:
    """Return whether the author of the earlier answer is still a delegate of the State.

    Former delegates and staff may not see the new one.
    """
    held = Accreditation.objects.on(day_of(entry.recorded_at)).filter(person=replaced.actor_id, entity=entry.entity_id)
    return held.exclude(capacity=Capacity.FOCAL_POINT).exists()


def _recipients(entity: Entity, email: str, language: str) -> list[tuple[str, str]]:
    recipients = {email: language}
    for mailbox in mailboxes_of([entity]):
        recipients.setdefault(mailbox.address, mailbox.language)
    return list(recipients.items())


def notify_delegations(ballot: Ballot, *, occasion: str) -> None:
    """Queue a job that notifies all delegations.

    `occasion` is `opened`, `extended-<entry>`, `round-<number>` or `result`.
    """
    request_job(
        kind="votes.tell_delegations",
        key=f"{ballot.slug}:{occasion}",
        arguments={"ballot_id": ballot.pk, "occasion": occasion},
    )


def email_delegations(ballot: Ballot, occasion: str, now: dt.datetime) -> int:
    """Email heads of delegation and mailboxes of participating States.

    Emails wait a few minutes for further notices, unless the ballot ends soon.
    """
    entitled = Entitlement.objects.filter(ballot=ballot, is_entitled=True).values_list("entity_id", flat=True)
    recipients = {row.address: row for row in delegations_of(list(entitled), day_of(now))}
    hurries = occasion != "result" and ballot.closes_at - now <= HURRIES
    for recipient in recipients.values():
        request_mail(
            kind="votes.notice",
            key=f"votes.notice:{ballot.slug}:{occasion}:{recipient.address}",
            recipient=recipient.address,
            language=recipient.language,
            arguments={"ballot_id": ballot.pk, "occasion": occasion, "entity_id": recipient.entity_id},
            at_once=hurries,
        )
    return len(recipients)


def notify_of_received_vote(entry: LedgerEntry) -> None:
    """Notify heads of delegation and mailbox that the secretariat has recorded their State's answer."""
    entities = [] if entry.entity_id is None else [entry.entity_id]
    for recipient in delegations_of(entities, day_of(entry.recorded_at)):
        request_mail(
            kind="votes.received",
            key=f"votes.received:{entry.hash}:{recipient.address}",
            recipient=recipient.address,
            language=recipient.language,
            arguments={"entry_id": entry.pk},
        )


def notify_proposer(proposal: Proposal, now: dt.datetime) -> None:
    """Notify the proposer, heads of delegation and mailbox of a decision on their proposal."""
    recipients = {row.address: row.language for row in delegations_of([proposal.entity_id], day_of(now))}
    if proposal.meeting_id is None and _still_acts(proposal, now):
        recipients.setdefault(proposal.proposed_by.email, proposal.proposed_by.language)
    for address, language in recipients.items():
        request_mail(
            kind="votes.proposal",
            key=f"votes.proposal:{proposal.pk}:{proposal.state}:{address}",
            recipient=address,
            language=language,
            arguments={"proposal_id": proposal.pk},
        )


def _still_acts(proposal: Proposal, now: dt.datetime) -> bool:
    held = proposal.proposed_by.accreditations.on(day_of(now)).filter(entity=proposal.entity_id)
    return proposal.proposed_by.is_active and held.exclude(capacity=Capacity.FOCAL_POINT).exists()
