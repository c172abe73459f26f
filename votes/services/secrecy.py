"""How a choice in a secret ballot loses its path to the State that made it.

A vote writes its entry in the ledger and a held choice in one transaction, which therefore share a transaction number.
When ten choices wait they move together, in random order and under new random ids; at the close all are written anew
once more, so that no batch can be told from another. It is the mechanism of the surveys (`foundation.batches`). The
ledger is never rewritten: what loses the trace is the choice.
"""

import functools
from typing import Any

from django.db import connection, transaction

from foundation.batches import BATCH, taken_with_new_ids
from votes.models import Ballot, HeldChoice, SecretChoice

_WRITE_SAID = """
INSERT INTO votes_secretchoice (id, ballot_id, answer) SELECT id, ballot_id, answer FROM said ORDER BY id
"""
_MOVE_HELD = taken_with_new_ids("votes_heldchoice", owner="ballot_id", column="answer") + _WRITE_SAID
_WRITE_ANEW = taken_with_new_ids("votes_secretchoice", owner="ballot_id", column="answer") + _WRITE_SAID


def hold_choice(ballot: Ballot, answer: list[str] | str) -> None:
    """In the transaction of the vote; the move comes after it, in one of its own."""
    HeldChoice.objects.create(ballot_id=ballot.pk, answer=answer)
    transaction.on_commit(functools.partial(mix_choices, ballot=ballot), robust=True)


@transaction.atomic
def mix_choices(*, ballot: Ballot) -> None:
    """Moves what waits if ten or more do."""
    if HeldChoice.objects.filter(ballot=ballot.pk).count() < BATCH:
        return
    # Whoever holds the ballot is casting, and comes here after it: nobody waits for the lock a second time.
    if Ballot.objects.select_for_update(skip_locked=True).filter(pk=ballot.pk).exists():
        _run(_MOVE_HELD, ballot)


def settle_choices(ballot: Ballot) -> list[Any]:
    """At the close, under the ballot's lock: everything moves and is written anew. The choices, in that new order."""
    # Two statements: the rows that the first one writes are there for the second.
    _run(_MOVE_HELD, ballot)
    _run(_WRITE_ANEW, ballot)
    return list(SecretChoice.objects.filter(ballot=ballot.pk).order_by("pk").values_list("answer", flat=True))


def _run(statement: str, ballot: Ballot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ballot": ballot.pk})
