"""Who takes part and who has answered: for publishers. What was chosen is in it only after the close."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.time.formats import language_of, short_moment
from membership.names import names_on
from votes.models import Ballot, Entitlement, Statement, Vote
from votes.receipts import answer_in_words


@dataclass(frozen=True)
class Participant:
    state: str
    is_entitled: bool
    reason: str
    answered_at: str
    answer: list[str]

    @property
    def has_answered(self) -> bool:
        return bool(self.answered_at)

    @property
    def word(self) -> str:
        if not self.is_entitled:
            return _("takes no part")
        return _("has answered") if self.has_answered else _("has not answered")


SHOWN = {"answered": lambda row: row.has_answered, "waiting": lambda row: row.is_entitled and not row.has_answered}


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

    def table(self) -> tuple[list[str], list[list[str]]]:
        header = [_("State"), _("Participation"), _("Reason"), _("Answered (%(zone)s)") % {"zone": self.ballot.zone}]
        rows = [[row.state, row.word, row.reason, row.answered_at] for row in self.rows]
        if not self.with_answers:
            return header, rows
        answers = ["; ".join(row.answer) for row in self.rows]
        return [*header, _("Answer")], [[*row, answer] for row, answer in zip(rows, answers, strict=True)]


def participation_of(ballot: Ballot, show: str = "") -> Participation:
    """In protocol order, with names of the day of the opening; three queries however many States."""
    entitlements = list(Entitlement.objects.filter(ballot=ballot).select_related("entity"))
    spoken = _spoken(ballot) if ballot.takes_answers else _said(ballot)
    names = names_on([row.entity_id for row in entitlements], ballot.day, language_of())
    order = {entity_id: place for place, entity_id in enumerate(names)}
    # Of a secret ballot nobody ever knows who chose what.
    counted = hasattr(ballot, "result") and not ballot.is_secret
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
            )
        )
    return Participation(ballot, rows, show if show in SHOWN else "", counted)


Spoken = dict[int, tuple[dt.datetime, list[str]]]


def _spoken(ballot: Ballot) -> Spoken:
    """By State: when it answered last, and what."""
    votes = Vote.objects.filter(ballot=ballot).select_related("entry")
    return {vote.entity_id: (vote.entry.recorded_at, _answer(ballot, vote)) for vote in votes}


def _answer(ballot: Ballot, vote: Vote) -> list[str]:
    return [] if vote.is_secret else answer_in_words(ballot, "abstain" if vote.abstains else vote.choices)


def _said(ballot: Ballot) -> Spoken:
    """By State: when it spoke last, and what of it stands; a withdrawal does not show before the close."""
    found: Spoken = {}
    for row in Statement.objects.filter(ballot=ballot).order_by("made_at"):
        words = [] if row.withdrawn_at else [capfirst(row.get_kind_display())]
        found[row.entity_id] = (row.made_at, found.get(row.entity_id, (None, []))[1] + words)
    return found
