import datetime as dt
import logging
from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.anonymity.sealing import KeyProblem
from foundation.editing.history import recorded
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Person
from votes import ledger
from votes.counting import Answer, Count, Turnout, count, count_statements
from votes.models import Ballot, Entitlement, EntryKind, Result, Statement, Vote
from votes.permissions import require_publisher
from votes.services import notifications
from votes.services.locking import bump, locked
from votes.services.opening import open_if_due
from votes.services.secrecy import settle_choices

log = logging.getLogger(__name__)


@transaction.atomic
def extend_ballot(
    *,
    ballot: Ballot,
    closes_at: dt.datetime,
    reason: str,
    actor: Person,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> Ballot:
    """Extend an open ballot. The first deadline stays visible and all delegations are notified."""
    held = locked(ballot)
    moment = now or database_now()
    require_publisher(actor, moment)
    open_if_due(held, moment, notify=notify)
    if not held.is_open_at(moment):
        raise Refused(_("You can extend a ballot only while it is open."))
    if closes_at <= held.closes_at:
        raise Refused(_("Enter a deadline later than the current one."))
    if not reason.strip():
        raise Refused(_("Enter the reason for the extension. Delegations can see it."))
    former = held.closes_at
    held.first_closes_at = held.first_closes_at or former
    held.closes_at = closes_at
    with recorded(actor):
        held.save(update_fields=["first_closes_at", "closes_at"])
    entry = ledger.append(
        ballot=held,
        kind=EntryKind.EXTEND,
        now=moment,
        facts={"closes": ledger.moment(closes_at), "former": ledger.moment(former), "reason": reason.strip()},
        actor=actor,
    )
    bump(held)
    if notify:
        notifications.notify_delegations(held, occasion=f"extended-{entry.seq}")
    return held


def ensure_closed(*, ballot: Ballot, now: dt.datetime | None = None) -> Result | None:
    """Write the closing entry and the result once the deadline has passed; return None before.

    It takes the same lock as casting, so the count includes every acknowledged vote and no later one. It also returns
    None if a secret choice cannot be opened. Then nothing changes, so that no vote is lost; the periodic task tries
    again, and a system check names the missing key.
    """
    try:
        return _ensure_closed(ballot, now)
    except KeyProblem as problem:
        log.error("the ballot %s is not counted: %s", ballot.slug, problem)
        return None


@transaction.atomic
def _ensure_closed(ballot: Ballot, now: dt.datetime | None) -> Result | None:
    known = Result.objects.filter(ballot=ballot).first()
    if known is not None:
        return known
    held = locked(ballot)
    moment = now or database_now()
    if not held.is_closed_at(moment):
        return None
    known = Result.objects.filter(ballot=held).first()
    if known is not None:
        return known
    open_if_due(held, moment)
    choices = settle_choices(held) if held.is_secret else None
    counted = count_of(held, choices)
    ledger.append(
        ballot=held,
        kind=EntryKind.CLOSE,
        now=moment,
        facts={"answered": counted.answered},
        withheld={
            "outcome": {"outcome": counted.outcome, "selected": counted.selected, "tied": counted.tied},
            "totals": _totals(held, counted),
        }
        | ({} if choices is None else {"choices": choices}),
    )
    result = Result.objects.create(ballot=held, counted_at=moment, outcome=counted.outcome, content=counted.as_json())
    bump(held)
    return result


def _totals(ballot: Ballot, counted: Count) -> dict[str, object]:
    if not ballot.takes_answers:
        return {"statements": counted.statements}
    return {"abstained": counted.abstained, "answered": counted.answered, "options": counted.options}


def count_of(ballot: Ballot, choices: list[list[str] | str] | None = None) -> Count:
    """Count the answers. Call it only under the lock and after the deadline, so that no partial result exists.

    `choices` are those of a secret ballot.
    """
    entitled = Entitlement.objects.filter(ballot=ballot, is_entitled=True)
    regions = dict(entitled.values_list("entity_id", "entity__region"))
    answered, answers, kinds = _said(ballot)
    per_region = Counter(regions[entity] for entity in answered)
    turnout = [
        Turnout(region, total, per_region[region]) for region, total in sorted(Counter(regions.values()).items())
    ]
    if not ballot.takes_answers:
        return count_statements(ballot, kinds, len(answered), len(regions), turnout)
    if choices is not None:
        if len(choices) != len(answered):
            raise RuntimeError(f"{ballot.slug}: {len(choices)} choices of {len(answered)} States that have voted")
        answers = [None if choice == "abstain" else list(choice) for choice in choices]
    codes = list(ballot.options.values_list("code", flat=True))
    return count(ballot, codes, answers, len(regions), turnout)


def _said(ballot: Ballot) -> tuple[list[int], list[Answer], list[str]]:
    """Return (answering States, their answers, kinds of statements in effect)."""
    if ballot.takes_answers:
        votes = list(Vote.objects.filter(ballot=ballot).values_list("entity_id", "choices", "abstains"))
        answers: list[Answer] = [None if abstains else choices for _entity, choices, abstains in votes]
        return [entity for entity, _choices, _abstains in votes], answers, []
    statements = list(Statement.objects.filter(ballot=ballot).values_list("entity_id", "kind", "withdrawn_at"))
    spoke = sorted({entity for entity, _kind, _withdrawn in statements})
    return spoke, [], [kind for _entity, kind, withdrawn in statements if withdrawn is None]


@transaction.atomic
def publish_result(*, ballot: Ballot, actor: Person, now: dt.datetime | None = None, notify: bool = True) -> Result:
    """Publish the result to its audience. It cannot be unpublished."""
    moment = now or database_now()
    require_publisher(actor, moment)
    result = ensure_closed(ballot=ballot, now=moment)
    if result is None:
        raise Refused(_("The result is not available until the ballot closes."))
    result = Result.objects.select_for_update().get(pk=result.pk)
    if result.is_published:
        return result
    result.published_at, result.published_by = moment, actor
    result.save(update_fields=["published_at", "published_by"])
    bump(ballot)
    if notify:
        notifications.notify_delegations(ballot, occasion="result")
    return result
