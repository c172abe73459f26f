"""Secret votes are matched with States from table files, dumps, the write-ahead log and logs: no better than chance."""

import json
import logging
import secrets

import pytest

from foundation.anonymity.rewriting import request_rewrite, rewrite_tables
from foundation.anonymity.sealing import Sealed
from tests.disk import Copy, Observer, sql
from tests.factories.votes import cast, close, make_delegation, make_secret
from votes import services
from votes.models import HeldChoice, LedgerEntry
from votes.services import secrecy

TABLES = ("votes_heldchoice", "votes_secretchoice", "votes_position")
# With n votes, chance guesses one of them right. The probability of eight or more is one in 97,000.
CHANCE = 8


class Run:
    """A secret ballot in which every State chooses an option of its own, by which its choice is recognized."""

    def __init__(self, number: int) -> None:
        own = f"z{secrets.token_hex(2)}"
        codes = [f"{own}{place:04x}" for place in secrets.SystemRandom().sample(range(2**16), number)]
        self.heads = [make_delegation(f"{chr(97 + place // 26)}{chr(97 + place % 26)}") for place in range(number)]
        self.ballot = make_secret(options=codes)
        self.markers = [code.encode() for code in codes]
        self.truth = dict(zip(self.markers, (head.entity_id for head in self.heads), strict=True))
        # A choice is a list of one code. Options, results and the opening entry list the codes in other ways.
        self.observer = Observer(rf"[\[{{]\W{{0,5}}({own}[0-9a-f]{{4}})\W{{0,5}}[\]}}]".encode(), *TABLES)
        self.cast = 0
        request_rewrite(*TABLES)
        rewrite_tables()

    def vote(self, up_to: int) -> None:
        for place in range(self.cast, up_to):
            head, choice = self.heads[place], self.markers[place].decode()
            # The draft names the choice too, in its answer and in its note; it is cleared and deleted with the vote.
            position = services.save_position(
                ballot=self.ballot, delegation=head, actor=head.person, choices=[choice], note=f"[{choice}]"
            )
            services.clear_position(
                ballot=self.ballot, delegation=head, actor=head.person, expected=position.edit_version
            )
            cast(self.ballot, self.heads[place], [self.markers[place].decode()], notify=True)
        self.cast = up_to

    def attack(self) -> tuple[Copy, float]:
        """Take a copy and return it with the number of right guesses that the best attack can expect."""
        copy = self.observer.look()
        states = sql("SELECT xmin::text::bigint, entity_id FROM votes_ledgerentry WHERE kind = 'vote'")
        choices = [row for table in TABLES for row in copy.rows[table]]
        right = [copy.guessed_by_transaction(choices, states, self.truth)]
        return copy, max(*right, copy.guessed_by_order(self.markers[: self.cast]))


@pytest.fixture
def unsealed(monkeypatch):
    """The control: choices wait as they are, as if sealing did nothing."""

    def in_clear(content, *, size, purpose):
        return Sealed("0" * 16, content.decode())

    monkeypatch.setattr(secrecy, "seal", in_clear)


@pytest.mark.django_db(transaction=True)
def test_attack_matches_all_choices_that_wait_unsealed(unsealed, monkeypatch):
    run = Run(12)
    run.vote(12)
    copy, right = run.attack()
    assert min(copy.found.values()) == 12
    assert right == 12


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("number", "moments"),
    [
        (12, (1, 12)),
        pytest.param(30, (1, 2, 5, 9, 10, 17, 25, 30), marks=pytest.mark.long),
    ],
)
def test_secret_votes_are_matched_no_better_than_by_chance(number, moments, caplog):
    caplog.set_level(logging.DEBUG)
    run = Run(number)
    for moment in moments:
        run.vote(moment)
        copy, right = run.attack()
        assert (copy.found, right) == ({"files": 0, "write-ahead log": 0, "dump": 0}, 0)
    waiting = {answer[:200].encode() for answer in HeldChoice.objects.values_list("answer", flat=True)}
    assert all(text in copy.files for text in waiting)
    close(run.ballot)
    copy, right = run.attack()
    assert copy.found["dump"] == number
    assert right < CHANCE
    assert set(rewrite_tables()) == set(TABLES)
    copy, right = run.attack()
    assert copy.found["dump"] == number
    assert right < CHANCE
    assert not any(copy.rows.values())
    assert not any(text in copy.files for text in waiting)
    assert not any(f'["{marker.decode()}"]' in caplog.text for marker in run.markers)
    choices = LedgerEntry.objects.get(ballot=run.ballot, kind="close").disclosures["choices"][2]
    assert sorted(map(json.dumps, choices)) == sorted(json.dumps([marker.decode()]) for marker in run.markers)
