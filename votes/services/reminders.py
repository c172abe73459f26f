"""Reminders to States that have not answered: plan, preview and send, with one email for several ballots."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.time.formats import language_of
from membership.models import Person
from membership.names import names_on
from votes.models import Ballot, Entitlement, Kind, Reminder, Vote
from votes.permissions import day_of, require_publisher
from votes.services.recipients import delegations_of

# Maximum number of reminders for one ballot, and the time between them.
MOST = 3
DISTANCE = dt.timedelta(days=2)


@dataclass
class Waiting:
    """A State that has not answered, with the ballots of which it can be reminded now."""

    entity_id: int
    state: str
    ballots: list[Ballot] = field(default_factory=list)
    sent: int = 0
    last: dt.datetime | None = None
    # Reasons why it cannot be reminded of other ballots now.
    held_back: list[str] = field(default_factory=list)
    addresses: int = 0


def open_for_reminders(now: dt.datetime) -> list[Ballot]:
    """Return open ballots with options, next deadline first."""
    open_now = Ballot.objects.open_at(now).filter(kind__in=(Kind.INDICATIVE, Kind.FORMAL))
    return list(open_now.exclude(opened_at=None).order_by("closes_at", "slug"))


def plan_of_reminders(ballots: Sequence[Ballot], now: dt.datetime) -> list[Waiting]:
    """Return States that have not answered one of these, in protocol order, with five queries."""
    answered = set(Vote.objects.filter(ballot__in=ballots).values_list("ballot_id", "entity_id"))
    entitled = Entitlement.objects.filter(ballot__in=ballots, is_entitled=True).values_list("ballot_id", "entity_id")
    missing: dict[int, list[Ballot]] = {}
    by_id = {ballot.pk: ballot for ballot in ballots}
    for ballot_id, entity_id in entitled:
        if (ballot_id, entity_id) not in answered:
            missing.setdefault(entity_id, []).append(by_id[ballot_id])
    sent: dict[tuple[int, int], list[dt.datetime]] = {}
    for ballot_id, entity_id, at in Reminder.objects.filter(ballot__in=ballots).values_list(
        "ballot_id", "entity_id", "sent_at"
    ):
        sent.setdefault((ballot_id, entity_id), []).append(at)
    addresses = _addresses(list(missing), now)
    names = names_on(list(missing), day_of(now), language_of())
    found = []
    for entity_id in sorted(missing, key=lambda key: list(names).index(key) if key in names else len(names)):
        state = names[entity_id].short if entity_id in names else str(entity_id)
        row = Waiting(entity_id, state, addresses=addresses.get(entity_id, 0))
        for ballot in sorted(missing[entity_id], key=lambda ballot: ballot.closes_at):
            _judge(row, ballot, sent.get((ballot.pk, entity_id), []), now)
        found.append(row)
    return found


def _judge(row: Waiting, ballot: Ballot, before: list[dt.datetime], now: dt.datetime) -> None:
    row.sent = max(row.sent, len(before))
    row.last = max([*before, *([row.last] if row.last else [])], default=None)
    if len(before) >= MOST:
        row.held_back.append(_("already reminded %(count)s times (maximum)") % {"count": MOST})
    elif before and now - max(before) < DISTANCE:
        row.held_back.append(_("reminded less than %(days)s days ago") % {"days": DISTANCE.days})
    else:
        row.ballots.append(ballot)


def _addresses(entity_ids: Sequence[int], now: dt.datetime) -> dict[int, int]:
    counts: dict[int, int] = {}
    for recipient in delegations_of(entity_ids, day_of(now)):
        counts[recipient.entity_id] = counts.get(recipient.entity_id, 0) + 1
    return counts


@transaction.atomic
def send_reminders(
    *, ballots: Sequence[Ballot], entity_ids: Iterable[int], actor: Person, now: dt.datetime | None = None
) -> int:
    """Remind the chosen States of the chosen ballots, and return how many were reminded.

    Ballots answered or reminded of in the meantime are left out. Ballots are locked in order, so that two publishers
    at once remind once.
    """
    moment = now or database_now()
    require_publisher(actor, moment)
    held = list(Ballot.objects.select_for_update().filter(pk__in=[ballot.pk for ballot in ballots]).order_by("pk"))
    due = [ballot for ballot in held if ballot.is_open_at(moment) and ballot.takes_answers]
    if not due:
        raise Refused(_("None of these ballots is open. Choose an open ballot."))
    wanted = set(entity_ids)
    chosen = [row for row in plan_of_reminders(due, moment) if row.entity_id in wanted and row.ballots]
    Reminder.objects.bulk_create(
        Reminder(ballot=ballot, entity_id=row.entity_id, sent_at=moment, sent_by=actor)
        for row in chosen
        for ballot in row.ballots
    )
    by_state = {row.entity_id: row for row in chosen}
    for recipient in delegations_of(list(by_state), day_of(moment)):
        of = [ballot.pk for ballot in by_state[recipient.entity_id].ballots]
        # The same ballots twice on one day give one email.
        what = hashlib.sha256(f"{recipient.entity_id}:{sorted(of)}:{day_of(moment)}".encode()).hexdigest()[:24]
        request_mail(
            kind="votes.reminder",
            key=f"votes.reminder:{what}:{recipient.address}",
            recipient=recipient.address,
            language=recipient.language,
            arguments={"entity_id": recipient.entity_id, "ballot_ids": of},
        )
    return len(chosen)
