import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.time.formats import zoned
from membership.models import Accreditation, Person
from votes import keys, ledger
from votes.models import Ballot, EntryKind, LedgerEntry, Position, Vote
from votes.permissions import may_cast_alone, may_cast_cleared, require_accredited
from votes.services import notifications
from votes.services.answers import checked_answer
from votes.services.clearance import ask_for_clearance_again
from votes.services.entitlements import entitlement_of
from votes.services.locking import locked
from votes.services.opening import open_if_due
from votes.services.secrecy import hold_choice


@transaction.atomic
def cast_vote(
    *,
    ballot: Ballot,
    delegation: Accreditation,
    actor: Person,
    choices: Sequence[str] = (),
    abstains: bool = False,
    token: str,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> LedgerEntry:
    """Record the State's answer and return its ledger entry, which is the receipt.

    An earlier answer is replaced. In a secret ballot the entry has no choice, and neither can be changed. A form sent
    again (`token`) returns the same receipt, also after the close. `now` is for entering a past consultation.
    """
    # Read as much as possible before the lock, because other voters wait for it.
    require_accredited(delegation, actor, now or database_now())
    alone = may_cast_alone(delegation)
    drafted = Position.objects.filter(ballot=ballot, entity=delegation.entity_id)
    is_drafted = drafted.exists()
    key = keys.current_key()
    if notify:
        notifications.request_receipt(ballot, delegation.entity, token)
    held = locked(ballot)
    # Read the clock after taking the lock, because the vote counts from that moment.
    tip = ledger.tip_of(held)
    moment = now or tip.now
    own = list(LedgerEntry.objects.filter(ballot=held, entity=delegation.entity_id).order_by("seq"))
    earlier = next((entry for entry in own if entry.token == token), None)
    if earlier is not None:
        return _same_form(earlier, list(choices), abstains)
    if not held.takes_answers:
        raise Refused(_("This is a silence procedure or an adopted text. Send a statement instead of an answer."))
    if held.opened_at is None:
        open_if_due(held, moment, notify=notify)
        tip = ledger.tip_of(held)
    _require_open(held, moment)
    entitlement = entitlement_of(held, delegation.entity)
    answer = checked_answer(held, choices, abstains)
    # Read under the lock, because a note verbale that was just recorded may have removed the clearance.
    if not (alone or may_cast_cleared(delegation, drafted.first(), answer, abstains)):
        raise PermissionDenied(_("The head of your delegation must clear the position before you send it."))
    if held.is_secret and own:
        raise Refused(_("Your State has already voted. You cannot change a vote in a secret ballot."))
    given = "abstain" if abstains else answer
    entry = ledger.append(
        ballot=held,
        kind=EntryKind.VOTE,
        now=moment,
        facts={"voter": entitlement.pseudonym},
        withheld={"state": delegation.entity.code} | ({} if held.is_secret else {"answer": given}),
        actor=actor,
        entity=delegation.entity,
        token=token,
        tip=tip,
        key=key,
    )
    if held.is_secret:
        _record_that_it_voted(held, entry, given)
    else:
        _set_current(held, entry, answer, abstains)
        if is_drafted:
            # A different answer cast without clearance overrides what was cleared before.
            ask_for_clearance_again(held, delegation.entity, choices=answer, abstains=abstains)
    return entry


def _same_form(entry: LedgerEntry, choices: list[str], abstains: bool) -> LedgerEntry:
    answered = ledger.answer_of(entry)
    if answered is None:
        # A secret ballot stores no answer with the token, so there is nothing to compare; the first one counts.
        return entry
    if answered != "abstain" and set(answered) == set(choices) and not abstains:
        return entry
    if answered == "abstain" and abstains and not choices:
        return entry
    raise Refused(
        _("This form has already been sent with a different answer. Open the ballot again to change your answer.")
    )


def _require_open(ballot: Ballot, now: dt.datetime) -> None:
    if ballot.is_draft or now < ballot.opens_at:
        raise Refused(_("This ballot is not open yet."))
    if now >= ballot.closes_at:
        when = zoned(ballot.closes_at, ballot.zone)
        raise Refused(_("This ballot closed on %(when)s. Your answer was not recorded.") % {"when": when})


def _set_current(ballot: Ballot, entry: LedgerEntry, answer: list[str], abstains: bool) -> None:
    """Insert or update the State's row in one statement."""
    assert entry.entity  # every vote is a State's
    row = Vote(ballot=ballot, entity=entry.entity, entry=entry, choices=answer, abstains=abstains, round=ballot.round)
    Vote.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["ballot", "entity"],
        update_fields=["entry", "choices", "abstains", "round"],
    )


def _record_that_it_voted(ballot: Ballot, entry: LedgerEntry, given: list[str] | str) -> None:
    assert entry.entity  # every vote is a State's
    hold_choice(ballot, given)
    Vote.objects.create(ballot=ballot, entity=entry.entity, entry=entry, is_secret=True, round=ballot.round)
    # The draft shows the choice, so it is deleted with the vote.
    Position.objects.filter(ballot=ballot, entity=entry.entity_id).delete()
