"""Separate choices of secret ballots from their States.

A vote writes its ledger entry and a held choice in one transaction, so they share a transaction number. When there
are ten held choices, they move together under new random IDs in random order. At the close all are rewritten once
more, so that batches cannot be distinguished. Surveys use the same mechanism (`foundation.batches`). The ledger is
never rewritten.

"""

import functools
from typing import Any

from django.db import connection, transaction

from foundation.batches import BATCH, taken_with_new_ids
from votes.models import Ballot, HeldChoice, SecretChoice

_WRITE_SAID = """
INSERT INTO votes_secretchoice (id, ballot_id, answer) SELECT id, ballot_id, answer FROM incoming ORDER BY id
"""
_MOVE_HELD = taken_with_new_ids("votes_heldchoice", owner="ballot_id", column="answer") + _WRITE_SAID
_WRITE_ANEW = taken_with_new_ids("votes_secretchoice", owner="ballot_id", column="answer") + _WRITE_SAID


def hold_choice(ballot: Ballot, answer: list[str] | str) -> None:
    """Hold a choice in the transaction of its vote. The batch moves later in its own transaction."""
    HeldChoice.objects.create(ballot_id=ballot.pk, answer=answer)
    transaction.on_commit(functools.partial(mix_choices, ballot=ballot), robust=True)


@transaction.atomic
def mix_choices(*, ballot: Ballot) -> None:
    """Move held choices if there are at least ten."""
    if HeldChoice.objects.filter(ballot=ballot.pk).count() < BATCH:
        return
    # Do not wait for the lock: whoever holds it is casting a vote and will call this function next.
    if Ballot.objects.select_for_update(skip_locked=True).filter(pk=ballot.pk).exists():
        _run(_MOVE_HELD, ballot)


def settle_choices(ballot: Ballot) -> list[Any]:
    """Move and rewrite all choices at the close, under the ballot's lock, and return them in the new order."""
    # Two statements, because the second must see the rows of the first.
    _run(_MOVE_HELD, ballot)
    _run(_WRITE_ANEW, ballot)
    return list(SecretChoice.objects.filter(ballot=ballot.pk).order_by("pk").values_list("answer", flat=True))


def _run(statement: str, ballot: Ballot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ballot": ballot.pk})
