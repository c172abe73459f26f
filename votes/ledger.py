"""Write and export the append-only ledger."""

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.time.clock import ClockTimestamp, database_now
from membership.audience import Audience
from membership.models import Entity, Person
from votes import keys
from votes.models import Ballot, EntryKind, LedgerEntry, SigningKey
from votes.verifier import FORMAT, START, canonical, digest, sealed_text, sha256, write_receipt


def moment(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Tip:
    """The last entry of a ballot's ledger, and the database time when it was read."""

    seq: int
    hash: str
    now: dt.datetime


def tip_of(ballot: Ballot) -> Tip:
    """Return the end of the ledger. Call it under the ballot's lock."""
    entries = LedgerEntry.objects.filter(ballot=ballot).annotate(now=ClockTimestamp())
    last = entries.order_by("-seq").values_list("seq", "hash", "now").first()
    return Tip(*last) if last else Tip(0, START, database_now())


def append(
    *,
    ballot: Ballot,
    kind: EntryKind,
    now: dt.datetime,
    facts: Mapping[str, Any],
    withheld: Mapping[str, Any] | None = None,
    actor: Person | None = None,
    entity: Entity | None = None,
    token: str | None = None,
    tip: Tip | None = None,
    key: SigningKey | None = None,
) -> LedgerEntry:
    """Write the next entry. The caller must hold the ballot's lock.

    The signed text has no number, because receipts contain it: while a ballot is open, a delegation could otherwise
    tell from the number how many have answered. The chain of hashes fixes the order.

    `tip` and `key` save a query each under that lock. `facts` are public in the entry; `withheld` values are stored
    as salted digests, with the values beside them.
    """
    tip = tip or tip_of(ballot)
    seq = tip.seq + 1
    disclosures = {name: [secrets.token_hex(16), name, value] for name, value in (withheld or {}).items()}
    payload = canonical(
        {
            **facts,
            "at": moment(now),
            "ballot": ballot.slug,
            "digests": {name: digest(disclosure) for name, disclosure in disclosures.items()},
            "kind": kind.value,
            "previous": tip.hash,
        }
    )
    return LedgerEntry.objects.create(
        ballot=ballot,
        seq=seq,
        kind=kind,
        recorded_at=now,
        payload=payload,
        disclosures=disclosures,
        hash=sha256(payload),
        signature=keys.sign(payload),
        key=key or keys.current_key(),
        entity=entity,
        actor=actor,
        token=token,
    )


def receipt_text(entry: LedgerEntry) -> str:
    return write_receipt(
        payload=entry.payload, disclosed=entry.disclosures, signature=entry.signature, key=entry.key.fingerprint
    )


def answer_of(entry: LedgerEntry) -> Any:
    """Return option letters or `abstain`, for the delegation that cast it; None if unknown."""
    return entry.disclosures["answer"][2] if "answer" in entry.disclosures else None


def statement_of(entry: LedgerEntry) -> Any:
    """Return {kind, language, text} of a statement or {kind} of a withdrawal; None for other entries."""
    return entry.disclosures["statement"][2] if "statement" in entry.disclosures else None


def said_in(entry: LedgerEntry) -> Any:
    """Return the answer or statement of the entry; None for a vote in a secret ballot."""
    return statement_of(entry) or answer_of(entry)


# The column of the ballot that holds the audience of each withheld value.
_DECIDES = {
    "answer": "choices_audience",
    "statement": "choices_audience",
    "state": "choices_audience",
    # In a secret ballot: choices in random order, without States.
    "choices": "totals_audience",
    "totals": "totals_audience",
    "outcome": "audience",
}


def disclosed_names(ballot: Ballot, audiences: set[str]) -> set[str]:
    return {name for name, column in _DECIDES.items() if getattr(ballot, column) in audiences}


def widest(audiences: set[str]) -> str:
    """Return the audience of an export. Readers who see the same get the same bytes."""
    order = (Audience.STAFF, Audience.MEMBER_STATES, Audience.DELEGATIONS, Audience.PUBLIC)
    return next(audience.value for audience in order if audience.value in audiences)


def export(*, ballot: Ballot, entries: Sequence[LedgerEntry], audiences: set[str]) -> bytes:
    """Return the ledger for `verify_ballot`, with the values these audiences may see. It names no people."""
    key, made_for = keys.current_key().fingerprint, widest(audiences)
    shown = disclosed_names(ballot, audiences)
    heading: dict[str, Any] = {"audience": made_for, "ballot": ballot.slug, "format": FORMAT, "key": key}
    result = getattr(ballot, "result", None)
    if result is not None and result.is_certified:
        heading["certificate"] = result.certificate
    heading["seal"] = keys.sign(sealed_text("", heading))
    rows = [_row(entry, shown, made_for) for entry in entries]
    first = canonical(heading).removesuffix("}") + ',"entries":['
    return "\n".join([first, ",\n".join(rows), "]}", ""]).encode()


def _row(entry: LedgerEntry, shown: set[str], made_for: str) -> str:
    line = {
        "disclosed": {name: value for name, value in entry.disclosures.items() if name in shown},
        "hash": entry.hash,
        "key": entry.key.fingerprint,
        "payload": json.loads(entry.payload),
        "signature": entry.signature,
    }
    line["seal"] = keys.sign(sealed_text(made_for, line))
    return canonical(line)
