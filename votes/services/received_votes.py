"""Record an answer received by note verbale."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import LETTERS
from foundation.uploads.services import store_upload
from membership.models import Entity, Person
from votes import ledger
from votes.models import Ballot, EntryKind, LedgerEntry, ReceivedVote, Vote
from votes.permissions import require_publisher
from votes.services import notifications
from votes.services.answers import checked_answer
from votes.services.clearance import ask_for_clearance_again
from votes.services.entitlements import entitlement_of
from votes.services.locking import locked
from votes.services.opening import open_if_due


@transaction.atomic
def record_vote(
    *,
    ballot: Ballot,
    entity: Entity,
    actor: Person,
    choices: Sequence[str] = (),
    abstains: bool = False,
    reference: str,
    dated: dt.date,
    paper: CheckedFile,
    token: str,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> LedgerEntry:
    """Record the vote like one cast by the State. The entry names its source.

    The State is notified and can change the vote.
    """
    held = locked(ballot)
    moment = now or database_now()
    require_publisher(actor, moment)
    earlier = LedgerEntry.objects.filter(ballot=held, entity=entity, token=token).first()
    if earlier is not None:
        return earlier
    if not held.takes_answers:
        raise Refused(_("This is a silence procedure or an adopted text. Send a statement instead of an answer."))
    if held.is_secret:
        raise Refused(_("You cannot record an answer for a State in a secret ballot."))
    open_if_due(held, moment, notify=notify)
    if not held.is_open_at(moment):
        raise Refused(_("You can record an answer only while the ballot is open."))
    if not reference.strip():
        raise Refused(_("Enter the reference of the note verbale."))
    entitlement = entitlement_of(held, entity)
    answer = checked_answer(held, choices, abstains)
    entry = ledger.append(
        ballot=held,
        kind=EntryKind.VOTE,
        now=moment,
        facts={"received": "note-verbale", "voter": entitlement.pseudonym},
        withheld={"answer": "abstain" if abstains else answer, "state": entity.code},
        actor=actor,
        entity=entity,
        token=token,
    )
    Vote.objects.update_or_create(
        ballot=held,
        entity=entity,
        defaults={"entry": entry, "choices": answer, "abstains": abstains, "round": held.round},
    )
    ask_for_clearance_again(held, entity, choices=answer, abstains=abstains)
    ReceivedVote.objects.create(
        entry=entry,
        reference=reference.strip(),
        dated=dated,
        paper=store_upload(paper, kinds=LETTERS),
        paper_name=paper.name,
    )
    if notify:
        notifications.notify_of_received_vote(entry)
    return entry
