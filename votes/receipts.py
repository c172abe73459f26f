"""Receipts in readable form, for pages and emails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.time.formats import language_of, zoned
from membership.models import Entity
from membership.names import names_on
from votes import ledger
from votes.keys import public_keys
from votes.models import Ballot, EntryKind, LedgerEntry, Statement, StatementKind, Vote
from votes.verifier import read_receipt


@dataclass(frozen=True)
class ReceiptText:
    """The content of a receipt. `person` is empty unless the reader is the delegation."""

    ballot: Ballot
    state: str
    answer: list[str]
    when: str
    hash: str
    person: str = ""
    code: str = ""
    replaces: bool = False
    # `vote`, `statement` or `withdraw`
    kind: str = "vote"

    @property
    def is_vote(self) -> bool:
        return self.kind == EntryKind.VOTE


def answer_in_words(ballot: Ballot, answer: Any) -> list[str]:
    """Return the answer as text: `A. Title` for each option, an abstention, a statement, or that it is secret."""
    if answer == "abstain":
        return [_("Abstention")]
    if answer is None:
        return [_("Secret: there is no record of how the State voted.")]
    if isinstance(answer, dict):
        return statement_in_words(answer)
    titles = {option.code: str(option) for option in ballot.options.all()}
    return [titles[code] for code in answer]


def statement_in_words(statement: Mapping[str, str]) -> list[str]:
    """Return kind and text of a statement, or what was withdrawn."""
    kind = capfirst(str(StatementKind(statement["kind"]).label))
    return [kind, statement["text"]] if "text" in statement else [_("Withdrawn: %(kind)s") % {"kind": kind}]


def state_name(ballot: Ballot, entity: Entity) -> str:
    names = names_on([entity.pk], ballot.day, language_of())
    return names[entity.pk].short if entity.pk in names else entity.code


def receipt_of(entry: LedgerEntry) -> ReceiptText:
    """Return the receipt for the delegation that voted."""
    is_vote = entry.kind == EntryKind.VOTE
    earlier = LedgerEntry.objects.filter(ballot=entry.ballot_id, entity=entry.entity_id, seq__lt=entry.seq)
    return ReceiptText(
        ballot=entry.ballot,
        state=state_name(entry.ballot, entry.entity),
        answer=answer_in_words(entry.ballot, ledger.said_in(entry)),
        when=zoned(entry.recorded_at, entry.ballot.zone),
        hash=entry.hash,
        person=str(entry.actor),
        code=ledger.receipt_text(entry),
        replaces=is_vote and earlier.exists(),
        kind=entry.kind,
    )


@dataclass(frozen=True)
class Checked:
    """Outcome of checking a receipt. `counts` is None before publication."""

    receipt: ReceiptText
    counts: bool | None


def check_receipt(text: str) -> Checked | None:
    """Check a pasted receipt; return None if the ledger does not contain it.

    Raises `ValueError` if the text has no readable receipt. Whether the answer was counted is shown only after
    publication.
    """
    receipt = read_receipt(text, public_keys())
    entry = LedgerEntry.objects.filter(hash=receipt.hash).select_related("ballot__result", "entity").first()
    if entry is None:
        return None
    shown = ReceiptText(
        ballot=entry.ballot,
        state=state_name(entry.ballot, entry.entity),
        answer=answer_in_words(entry.ballot, receipt.answer),
        when=zoned(entry.recorded_at, entry.ballot.zone),
        hash=entry.hash,
        kind=entry.kind,
    )
    result = getattr(entry.ballot, "result", None)
    published = result is not None and result.is_published
    return Checked(shown, is_in_effect(entry) if published else None)


def is_in_effect(entry: LedgerEntry) -> bool:
    """Return whether the entry is its State's current answer, or a statement that has not been withdrawn."""
    if entry.kind == EntryKind.VOTE:
        return Vote.objects.filter(entry=entry).exists()
    if entry.kind == EntryKind.STATEMENT:
        return Statement.objects.filter(entry=entry, withdrawn_at=None).exists()
    return True
