"""Simultaneous acts on real connections: the lock on the ballot decides, and nothing acknowledged is lost."""

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Accreditation
from tests.factories.votes import DAY, cast, make_delegation, make_open, make_upcoming, record_received
from votes import keys, ledger, verifier
from votes.models import Ballot, LedgerEntry, Vote
from votes.services import clear_position, ensure_closed, ensure_opened, save_position

pytestmark = pytest.mark.django_db(transaction=True)
ALL = {"staff", "member-states", "delegations", "public"}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts at the same moment on separate connections; return their results or exceptions."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[place] = acts[place]()
        except Refused as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def verified(ballot: Ballot) -> verifier.Report:
    entries = list(LedgerEntry.objects.filter(ballot=ballot).order_by("seq").select_related("key"))
    return verifier.verify(ledger.export(ballot=ballot, entries=entries, audiences=ALL), keys.public_keys())


def test_two_people_of_one_state_at_once_leave_one_vote_and_both_entries():
    first, second = make_delegation("au"), make_delegation("au", "charge")
    ballot = make_open()
    results = at_once(lambda: cast(ballot, first, "AB"), lambda: cast(ballot, second, "BC"))
    assert sorted(entry.seq for entry in results) == [2, 3]
    last = max(results, key=lambda entry: entry.seq)
    assert list(Vote.objects.filter(ballot=ballot).values_list("entry_id", "choices")) == [
        (last.pk, ledger.answer_of(last))
    ]


def test_same_form_sent_five_times_at_once_is_one_entry():
    head = make_delegation("au")
    ballot = make_open()
    results = at_once(*[lambda: cast(ballot, head, "AB", token="same")] * 5)
    assert len({entry.pk for entry in results}) == 1
    assert LedgerEntry.objects.filter(ballot=ballot, kind="vote").count() == 1


def wait_for_a_lock(seconds: float = 30) -> None:
    """Wait until another connection to this database waits for a lock."""
    # pg_stat_activity cannot be used: it is read only once in a transaction.
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    for _turn in range(int(seconds / 0.02)):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone():
                return
        threading.Event().wait(0.02)
    raise AssertionError("nobody waits for a lock")


def test_deputy_is_refused_when_the_clearance_lapses_while_the_vote_waits_for_its_turn():
    """The page showed a cleared position, but a note verbale with another answer is entered first."""
    head, deputy, ballot = make_delegation("au"), make_delegation("au", "deputy"), make_open()
    position = save_position(ballot=ballot, delegation=head, actor=head.person, choices=["A", "B"])
    position = clear_position(ballot=ballot, delegation=head, actor=head.person, expected=position.edit_version)
    outcome: list[Any] = []

    def vote() -> None:
        try:
            outcome.append(cast(ballot, deputy, "AB"))
        except PermissionDenied as refusal:
            outcome.append(str(refusal))
        finally:
            connection.close()

    voter = threading.Thread(target=vote)
    with transaction.atomic():
        received = record_received(ballot, head.entity, "BC")
        voter.start()
        wait_for_a_lock()
    voter.join(timeout=60)
    assert outcome == ["The head of your delegation must clear the position before you send it."]
    assert list(Vote.objects.filter(ballot=ballot).values_list("entry_id", flat=True)) == [received.pk]


def test_deputy_casts_what_is_still_cleared_after_waiting_for_a_turn():
    head, deputy, ballot = make_delegation("au"), make_delegation("au", "deputy"), make_open()
    position = save_position(ballot=ballot, delegation=head, actor=head.person, choices=["A", "B"])
    clear_position(ballot=ballot, delegation=head, actor=head.person, expected=position.edit_version)
    entry = cast(ballot, deputy, "AB")
    assert list(Vote.objects.filter(ballot=ballot).values_list("entry_id", "choices")) == [(entry.pk, ["A", "B"])]


def close_when_due(ballot: Ballot) -> Any:
    while (result := ensure_closed(ballot=ballot)) is None:
        threading.Event().wait(0.005)
    return result


def late_vote(ballot: Ballot, head: Accreditation, choices: str, wait: float) -> LedgerEntry:
    threading.Event().wait(wait)
    return cast(ballot, head, choices)


def test_votes_against_the_close_all_acknowledged_ones_count_and_no_others():
    """The deadline passes while votes wait for the lock: each vote is either in the result or was refused."""
    heads = [make_delegation(code) for code in ("ar", "au", "bj", "fr", "gh", "zw")]
    for turn in range(4):
        # Close enough that some votes come before it and some after, and the closes start before it and end after it.
        ballot = make_open(closes_at=database_now() + dt.timedelta(seconds=0.3 + 0.1 * turn))
        acts = [
            partial(late_vote, ballot, head, ("AB", "BC", "AC")[place % 3], 0.1 * place)
            for place, head in enumerate(heads)
        ]
        results = at_once(*acts, *[partial(close_when_due, ballot)] * 2)
        votes, closes = results[: len(heads)], results[len(heads) :]
        assert all(isinstance(entry, LedgerEntry | Refused) for entry in votes)
        acknowledged = {entry.entity.code for entry in votes if isinstance(entry, LedgerEntry)}
        assert closes[0].pk == closes[1].pk
        report = verified(ballot)
        assert closes[0].content["answered"] == len(acknowledged) == len(report.replay.answers)
        assert set(Vote.objects.filter(ballot=ballot).values_list("entity__code", flat=True)) == acknowledged
        assert report.totals["options"] == closes[0].content["options"]


def test_opening_by_many_at_once_is_one_opening():
    make_delegation("au")
    ballot = make_upcoming(opens_at=database_now() - DAY)
    at_once(*[lambda: ensure_opened(ballot=ballot, notify=False)] * 4)
    assert list(LedgerEntry.objects.filter(ballot=ballot).values_list("kind", flat=True)) == ["open"]
