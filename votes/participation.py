"""Participation of States, for publishers. Answers are included only after the close."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.time.clock import database_now
from foundation.time.formats import language_of, short_moment
from membership.models import Accreditation, Capacity
from membership.names import names_on
from votes.models import Ballot, Entitlement, Statement, Vote
from votes.receipts import answer_in_words
from votes.services.entitlements import entitlements_for


@dataclass(frozen=True)
class Participant:
    state: str
    is_entitled: bool
    reason: str
    answered_at: str
    answer: list[str]
    # Number of accredited delegates. Without any, the State can answer only by note verbale.
    delegates: int = 0
    # Hash of the ledger entry of an answer recorded by the secretariat; only after the close.
    received: str | None = None
    ballot_is_ahead: bool = False

    @property
    def has_answered(self) -> bool:
        return bool(self.answered_at)

    @property
    def word(self) -> str:
        if not self.is_entitled:
            return _("not taking part")
        if self.ballot_is_ahead:
            return _("will take part")
        return _("has answered") if self.has_answered else _("has not answered")


SHOWN = {
    "answered": lambda row: row.has_answered,
    "waiting": lambda row: row.is_entitled and not row.has_answered,
    "excluded": lambda row: not row.is_entitled,
    "nobody": lambda row: row.is_entitled and not row.delegates,
}


@dataclass(frozen=True)
class Participation:
    ballot: Ballot
    everybody: list[Participant]
    show: str
    with_answers: bool

    @cached_property
    def rows(self) -> list[Participant]:
        keep = SHOWN.get(self.show)
        return [row for row in self.everybody if keep is None or keep(row)]

    @property
    def entitled(self) -> int:
        return sum(row.is_entitled for row in self.everybody)

    @property
    def answered(self) -> int:
        return sum(row.has_answered for row in self.everybody)

    def table(self) -> tuple[list[str], list[list[object]]]:
        header = [
            _("State"),
            _("Participation"),
            _("Reason"),
            _("Accredited delegates"),
            _("Answered (%(zone)s)") % {"zone": self.ballot.zone},
        ]
        rows: list[list[object]] = [
            [row.state, row.word, row.reason, row.delegates, row.answered_at] for row in self.rows
        ]
        if not self.with_answers:
            return header, rows
        answers = ["; ".join(row.answer) for row in self.rows]
        return [*header, _("Answer")], [[*row, answer] for row, answer in zip(rows, answers, strict=True)]


def participation_of(ballot: Ballot, show: str = "") -> Participation:
    """Return participation in protocol order, with names of the opening day, in five queries.

    Before the opening it uses current register entries for the deciding day.
    """
    ahead = ballot.opened_at is None
    entitlements = (
        entitlements_for(ballot) if ahead else list(Entitlement.objects.filter(ballot=ballot).select_related("entity"))
    )
    acting = _acting_on(ballot.rights_day if ahead else database_now().date())
    spoken = _spoken(ballot) if ballot.takes_answers else _said(ballot)
    names = names_on([row.entity_id for row in entitlements], ballot.day, language_of())
    order = {entity_id: place for place, entity_id in enumerate(names)}
    # Choices of a secret ballot are never shown by State.
    counted = hasattr(ballot, "result") and not ballot.is_secret
    held = Vote.objects.filter(ballot=ballot, entry__received__isnull=False) if counted else Vote.objects.none()
    received = dict(held.values_list("entity_id", "entry__hash"))
    rows = []
    for row in sorted(entitlements, key=lambda row: order.get(row.entity_id, len(order))):
        at, answer = spoken.get(row.entity_id, (None, []))
        name = names.get(row.entity_id)
        rows.append(
            Participant(
                state=name.short if name else row.entity.code,
                is_entitled=row.is_entitled,
                reason=f"{row.get_reason_display()} ({row.decision})",
                answered_at=short_moment(at, ballot.zone) if at else "",
                answer=answer if counted else [],
                delegates=acting.get(row.entity_id, 0),
                received=received.get(row.entity_id) if counted else None,
                ballot_is_ahead=ahead,
            )
        )
    return Participation(ballot, rows, show if show in SHOWN else "", counted)


def _acting_on(day: dt.date) -> dict[int, int]:
    """Return the number of accredited people by State."""
    held = Accreditation.objects.on(day).filter(person__is_active=True).exclude(capacity=Capacity.FOCAL_POINT)
    return dict(held.values_list("entity_id").annotate(Count("person")).order_by())


Spoken = dict[int, tuple[dt.datetime, list[str]]]


def _spoken(ballot: Ballot) -> Spoken:
    """Return time and content of each State's last answer."""
    votes = Vote.objects.filter(ballot=ballot).select_related("entry")
    return {vote.entity_id: (vote.entry.recorded_at, _answer(ballot, vote)) for vote in votes}


def _answer(ballot: Ballot, vote: Vote) -> list[str]:
    return [] if vote.is_secret else answer_in_words(ballot, "abstain" if vote.abstains else vote.choices)


def _said(ballot: Ballot) -> Spoken:
    """Return time and current statements of each State. Withdrawals are not shown before the close."""
    found: Spoken = {}
    for row in Statement.objects.filter(ballot=ballot).order_by("made_at"):
        words = [] if row.withdrawn_at else [capfirst(row.get_kind_display())]
        found[row.entity_id] = (row.made_at, found.get(row.entity_id, (None, []))[1] + words)
    return found
