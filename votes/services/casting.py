import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.time.clock import database_now
from foundation.time.formats import zoned
from membership.models import Accreditation, Person
from votes import ledger
from votes.models import Ballot, Entitlement, EntryKind, LedgerEntry, Position, Vote
from votes.permissions import may_cast, require_accredited
from votes.services import notices
from votes.services.answers import checked_answer
from votes.services.locking import locked
from votes.services.opening import open_if_due
from votes.services.refusals import Refused


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
    """Records the State's answer and returns the entry that is its receipt; an earlier answer is replaced.

    The same form sent again (`token`) gives the same receipt, also after the close. `now` enters a past consultation.
    """
    held = locked(ballot)
    # The clock is read after the lock: whoever waited for it is judged by the moment at which it got its turn.
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    earlier = LedgerEntry.objects.filter(ballot=held, entity=delegation.entity_id, token=token).first()
    if earlier is not None:
        return _same_form(earlier, list(choices), abstains)
    open_if_due(held, moment, notify=notify)
    _require_open(held, moment)
    entitlement = _entitlement(held, delegation)
    answer = checked_answer(held, choices, abstains)
    position = Position.objects.filter(ballot=held, entity=delegation.entity_id).first()
    if not may_cast(delegation, position, answer, abstains):
        raise PermissionDenied(_("The head of your delegation clears the position before it is cast."))
    former = Vote.objects.filter(ballot=held, entity=delegation.entity_id).select_related("entry__actor").first()
    entry = ledger.append(
        ballot=held,
        kind=EntryKind.VOTE,
        now=moment,
        facts={"voter": entitlement.pseudonym},
        withheld={"answer": "abstain" if abstains else answer, "state": delegation.entity.code},
        actor=actor,
        entity=delegation.entity,
        token=token,
    )
    replaced = former.entry if former else None
    _set_current(held, former, entry, answer, abstains)
    if notify:
        notices.tell_of_vote(entry, replaced)
    return entry


def _same_form(entry: LedgerEntry, choices: list[str], abstains: bool) -> LedgerEntry:
    answered = ledger.answer_of(entry)
    if answered != "abstain" and set(answered) == set(choices) and not abstains:
        return entry
    if answered == "abstain" and abstains and not choices:
        return entry
    raise Refused(_("This form was sent before with another answer. Open the ballot again to change your answer."))


def _require_open(ballot: Ballot, now: dt.datetime) -> None:
    if ballot.is_draft or now < ballot.opens_at:
        raise Refused(_("This ballot is not open yet."))
    if now >= ballot.closes_at:
        when = zoned(ballot.closes_at, ballot.zone)
        raise Refused(_("This ballot closed on %(when)s. Your answer was not recorded.") % {"when": when})


def _entitlement(ballot: Ballot, delegation: Accreditation) -> Entitlement:
    found = Entitlement.objects.filter(ballot=ballot, entity=delegation.entity_id).first()
    if found is None:
        raise Refused(_("Only Member States take part in this ballot."))
    if not found.is_entitled:
        reason = {"reason": found.get_reason_display(), "decision": found.decision}
        raise Refused(_("Your State takes no part in this ballot: %(reason)s (%(decision)s).") % reason)
    return found


def _set_current(ballot: Ballot, former: Vote | None, entry: LedgerEntry, answer: list[str], abstains: bool) -> None:
    if former is None:
        Vote.objects.create(ballot=ballot, entity=entry.entity, entry=entry, choices=answer, abstains=abstains)
        return
    former.entry, former.choices, former.abstains = entry, answer, abstains
    former.save(update_fields=["entry", "choices", "abstains"])
