"""Separate choices of secret ballots from their States.

A vote writes its ledger entry and a held choice in one transaction. The choice is sealed to a key outside the database,
always to the same length. As soon as the vote is committed, all held choices of the ballot are written again in another
transaction, under new random IDs in random order, so that none of them shares a transaction number with the ledger.

At the close they are opened, put into random order and deleted; the closing entry lists them. Then the table gets a
new file. The ledger is never rewritten.
"""

import functools
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction

from foundation.anonymity.batches import mixed_again
from foundation.anonymity.rewriting import request_rewrite
from foundation.anonymity.sealing import Sealed, holds_sealed_rows, seal, unseal
from foundation.time.clock import database_now
from votes.models import Ballot, HeldChoice, Position, SecretChoice
from votes.services.locking import locked

# Bytes of the longest choice: 26 options with codes of 10 letters, each with its quotation marks, comma and space.
SIZE = 512

_MIX = mixed_again("votes_heldchoice", owner="ballot_id", columns="answer, key")


def hold_choice(ballot: Ballot, answer: list[str] | str) -> None:
    """Hold a choice in the transaction of its vote. Another transaction mixes it with the others."""
    sealed = seal(json.dumps(answer).encode(), size=SIZE, purpose=_purpose(ballot))
    HeldChoice.objects.create(ballot_id=ballot.pk, answer=sealed.text, key=sealed.key)
    transaction.on_commit(functools.partial(mix_choices, ballot=ballot), robust=True)


@transaction.atomic
def mix_choices(*, ballot: Ballot) -> None:
    """Write all held choices again, under the ballot's lock."""
    with connection.cursor() as cursor:
        # Commit without waiting for the disk: the next vote repeats it.
        cursor.execute("SET LOCAL synchronous_commit = off")
        locked(ballot)
        cursor.execute(_MIX, {"ballot": ballot.pk})


def settle_choices(ballot: Ballot) -> list[Any]:
    """Open and delete all choices at the close, under the ballot's lock, and return them in random order.

    Raises `KeyProblem` if one of them cannot be opened.
    """
    choices = [*opened(ballot), *SecretChoice.objects.filter(ballot=ballot.pk).values_list("answer", flat=True)]
    secrets.SystemRandom().shuffle(choices)
    HeldChoice.objects.filter(ballot=ballot.pk).delete()
    SecretChoice.objects.filter(ballot=ballot.pk).delete()
    request_rewrite("votes_heldchoice", "votes_secretchoice", "votes_position")
    return choices


def opened(ballot: Ballot) -> Iterator[Any]:
    """Return the held choices, opened. Only the close and tests may call this."""
    for answer, key in HeldChoice.objects.filter(ballot=ballot.pk).values_list("answer", "key"):
        yield json.loads(unseal(Sealed(key, answer), purpose=_purpose(ballot))) if key else answer


def _purpose(ballot: Ballot) -> str:
    return f"idm-portal choice in ballot {ballot.pk}"


@holds_sealed_rows
def _keys_in_use() -> Iterable[str]:
    # Drafts of closed ballots are not needed any more.
    drafts = Position.objects.filter(ballot__closes_at__gt=database_now()).values_list("key", flat=True)
    return {*HeldChoice.objects.values_list("key", flat=True), *drafts}
