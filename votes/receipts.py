"""The receipt of a vote as people read it: on the page after casting, in the mail, on the page that checks it."""

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
    """Everything a receipt says. `person` is empty where the reader is not the delegation."""

    ballot: Ballot
    state: str
    answer: list[str]
    when: str
    number: int
    hash: str
    person: str = ""
    code: str = ""
    replaces: int | None = None
    # `vote`, `statement` or `withdraw`
    kind: str = "vote"

    @property
    def is_vote(self) -> bool:
        return self.kind == EntryKind.VOTE


def answer_in_words(ballot: Ballot, answer: Any) -> list[str]:
    """`A. Title` for each chosen option, or that the State abstains; or what it said; or that nobody knows."""
    if answer == "abstain":
        return [_("Abstention")]
    if answer is None:
        return [_("Secret: there is no record of how the State voted.")]
    if isinstance(answer, dict):
        return statement_in_words(answer)
    titles = {option.code: str(option) for option in ballot.options.all()}
    return [titles[code] for code in answer]


def statement_in_words(said: Mapping[str, str]) -> list[str]:
    """The kind, then the text; of a withdrawal, what was withdrawn."""
    kind = capfirst(str(StatementKind(said["kind"]).label))
    return [kind, said["text"]] if "text" in said else [_("Withdrawn: %(kind)s") % {"kind": kind}]


def state_name(ballot: Ballot, entity: Entity) -> str:
    names = names_on([entity.pk], ballot.day, language_of())
    return names[entity.pk].short if entity.pk in names else entity.code


def receipt_of(entry: LedgerEntry) -> ReceiptText:
    """For the delegation whose vote it is."""
    is_vote = entry.kind == EntryKind.VOTE
    earlier = LedgerEntry.objects.filter(ballot=entry.ballot_id, entity=entry.entity_id, seq__lt=entry.seq)
    return ReceiptText(
        ballot=entry.ballot,
        state=state_name(entry.ballot, entry.entity),
        answer=answer_in_words(entry.ballot, ledger.said_in(entry)),
        when=zoned(entry.recorded_at, entry.ballot.zone),
        number=entry.seq,
        hash=entry.hash,
        person=str(entry.actor),
        code=ledger.receipt_text(entry),
        replaces=earlier.order_by("-seq").values_list("seq", flat=True).first() if is_vote else None,
        kind=entry.kind,
    )


@dataclass(frozen=True)
class Checked:
    """What the checking page says of a pasted receipt. `counts` is None before the result is published."""

    receipt: ReceiptText
    counts: bool | None


def check_receipt(text: str) -> Checked | None:
    """The receipt if this portal signed it and its ledger holds it; None when the ledger does not.

    ValueError when the text holds no receipt that can be read. Says nothing that the receipt does not say itself,
    until the result is published; then whether it is the answer that was counted.
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
        number=entry.seq,
        hash=entry.hash,
        kind=entry.kind,
    )
    result = getattr(entry.ballot, "result", None)
    published = result is not None and result.is_published
    return Checked(shown, stands(entry) if published else None)


def stands(entry: LedgerEntry) -> bool:
    """Whether it is the last word of its State: the answer that counts, a statement that was not withdrawn."""
    if entry.kind == EntryKind.VOTE:
        return Vote.objects.filter(entry=entry).exists()
    if entry.kind == EntryKind.STATEMENT:
        return Statement.objects.filter(entry=entry, withdrawn_at=None).exists()
    return True
