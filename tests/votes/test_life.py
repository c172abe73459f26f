"""The life of a ballot against a model written out: whatever is done in whatever order, both say the same."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories.membership import make_staff
from tests.factories.votes import cast, make_delegation, make_upcoming, say
from tests.votes.test_verifier import exported
from votes import keys, services
from votes.models import Ballot, HeldChoice, LedgerEntry, Result, SecretChoice, Statement, Vote
from votes.services import Refused
from votes.verifier import verify

STATES = ("ar", "au", "bj", "fr", "gh")
CODES = "ABC"
HOUR = dt.timedelta(hours=1)
KINDS: dict[str, dict[str, Any]] = {
    "indicative": {"choose": 2},
    "formal": {"kind": "formal", "rule_en": "Rule 40", "choose": 1, "quorum_number": 2, "majority": "absolute"},
    "secret": {"kind": "formal", "rule_en": "Rule 40", "choose": 1, "is_secret": True, "quorum": 50},
    "silence": {"kind": "silence", "choose": 1, "options": "", "decision_text_en": "Decides."},
}


class BallotLife(RuleBasedStateMachine):
    """`self.answers`, `self.said`, `self.acts` are the model: what a careful clerk would have on paper."""

    def __init__(self) -> None:
        super().__init__()
        # Each example in a transaction of its own, undone at its end.
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(kind=st.sampled_from(sorted(KINDS)))
    def announce(self, kind: str) -> None:
        self.kind = kind
        self.heads = {code: make_delegation(code) for code in STATES}
        self.publisher = make_staff("publisher")
        self.ballot = make_upcoming(**KINDS[kind])
        self.now = self.ballot.opens_at - 2 * HOUR
        self.opens, self.closes = self.ballot.opens_at, self.ballot.closes_at
        self.answers: dict[str, str] = {}
        self.said: dict[str, set[str]] = {}
        self.forms: dict[tuple[str, str], str] = {}
        self.entries: dict[tuple[str, str], int] = {}
        self.acts: list[str] = []
        self.result: dict[str, Any] | None = None

    # --- Time ---------------------------------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(before=st.booleans())
    def the_deadline_comes(self, before: bool) -> None:
        wanted = self.closes - dt.timedelta(microseconds=1) if before else self.closes
        self.now = max(self.now, wanted)

    @property
    def is_open(self) -> bool:
        return self.opens <= self.now < self.closes

    def note(self, act: str) -> None:
        self.acts += [act] if self.acts else ["open", act] if act != "open" else ["open"]

    # --- What delegations do ------------------------------------------------------------------------------------------

    @precondition(lambda self: self.kind != "silence")
    @rule(
        state=st.sampled_from(STATES),
        answer=st.sampled_from(["A", "B", "C", "AB", "BC", "AC", "", "AA", "X"]),
        form=st.integers(1, 3),
    )
    def vote(self, state: str, answer: str, form: int) -> None:
        token, choose = f"form-{form}", 2 if self.kind == "indicative" else 1
        valid = answer == "" or (
            len(answer) == choose and set(answer) <= set(CODES) and len(set(answer)) == len(answer)
        )
        known = self.forms.get((state, token))
        if known is not None:
            # A secret ballot cannot know whether the form said something else.
            taken = self.kind == "secret" or known == answer
        else:
            taken = self.is_open and valid and not (self.kind == "secret" and state in self.answers)
        try:
            entry = cast(self.ballot, self.heads[state], answer, token=token, now=self.now)
        except Refused:
            assert not taken
            self._refusal_may_have_opened_nothing()
            return
        assert taken
        if known is not None:
            assert entry.pk == self.entries[state, token]
            return
        self.forms[state, token], self.entries[state, token] = answer, entry.pk
        self.answers[state] = answer
        self.note("vote")

    @precondition(lambda self: self.kind == "silence")
    @rule(
        state=st.sampled_from(STATES),
        kind=st.sampled_from(["objection", "explanation", "reservation"]),
        text=st.sampled_from(["Why", ""]),
    )
    def speak(self, state: str, kind: str, text: str) -> None:
        taken = self.is_open and kind != "reservation" and bool(text)
        try:
            say(self.ballot, self.heads[state], kind, text, now=self.now)
        except Refused:
            assert not taken
            return
        assert taken
        self.said.setdefault(state, set()).add(kind)
        self.note("statement")

    @precondition(lambda self: self.kind == "silence")
    @rule(state=st.sampled_from(STATES), kind=st.sampled_from(["objection", "explanation"]))
    def withdraw(self, state: str, kind: str) -> None:
        head = self.heads[state]
        taken = self.is_open and kind in self.said.get(state, set())
        try:
            services.withdraw_statement(
                ballot=self.ballot, delegation=head, actor=head.person, kind=kind,
                token=f"w{len(self.acts)}", now=self.now, notify=False,
            )  # fmt: skip
        except Refused:
            assert not taken
            return
        assert taken
        self.said[state].discard(kind)
        self.note("withdraw")

    def _refusal_may_have_opened_nothing(self) -> None:
        """A refused act is rolled back whole: the opening entry that it would have written, too."""
        assert LedgerEntry.objects.filter(ballot=self.ballot).count() == len(self.acts)

    # --- What the secretariat does ------------------------------------------------------------------------------------

    @rule(hours=st.integers(-5, 40))
    def extend(self, hours: int) -> None:
        later = self.closes + hours * HOUR
        taken = self.is_open and hours > 0
        try:
            services.extend_ballot(
                ballot=self.ballot, closes_at=later, reason="Asked", actor=self.publisher, now=self.now, notify=False
            )
        except Refused:
            assert not taken
            return
        assert taken
        self.closes = later
        self.note("extend")

    @rule()
    def the_beat_follows(self) -> None:
        services.ensure_opened(ballot=Ballot.objects.get(pk=self.ballot.pk), now=self.now, notify=False)
        if self.now >= self.opens and not self.acts:
            self.note("open")
        found = services.ensure_closed(ballot=self.ballot, now=self.now)
        assert (found is not None) == (self.now >= self.closes)
        if found is not None and self.result is None:
            self.result = self._counted()
            self.note("close")

    @rule()
    def publish(self) -> None:
        try:
            services.publish_result(ballot=self.ballot, actor=self.publisher, now=self.now, notify=False)
        except Refused:
            assert self.now < self.closes
            return
        assert self.now >= self.closes
        if self.result is None:
            self.result = self._counted()
            self.note("close")

    @rule(certain=st.booleans())
    def certify(self, certain: bool) -> None:
        published = Result.objects.filter(ballot=self.ballot, published_at__isnull=False).exists()
        taken = published and self.kind in {"formal", "secret"}
        actor = self.publisher if certain else self.heads["au"].person
        try:
            services.certify_result(ballot=self.ballot, actor=actor, now=self.now)
        except (Refused, PermissionDenied):
            assert not (taken and certain)
            return
        assert taken
        assert certain

    def _counted(self) -> dict[str, Any]:
        """The count as the rules are written for people, in other words than either program's."""
        if self.kind == "silence":
            standing = Counter(kind for kinds in self.said.values() for kind in kinds)
            return {"outcome": "objected" if standing["objection"] else "adopted", "statements": standing}
        votes = Counter(letter for answer in self.answers.values() for letter in answer)
        votes = {letter: votes[letter] for letter in CODES}
        chose = sum(answer != "" for answer in self.answers.values())
        quorum = {"formal": 2, "secret": 3}.get(self.kind, 0)
        places = 2 if self.kind == "indicative" else 1
        found: dict[str, Any] = {"options": votes, "selected": [], "tied": []}
        if len(self.answers) < quorum:
            return found | {"outcome": "no-quorum"}
        if not chose:
            return found | {"outcome": "no-answer"}
        running = {x: n for x, n in votes.items() if n > (chose / 2 if self.kind == "formal" else 0)}
        if not running:
            return found | {"outcome": "no-majority"}
        # Whoever has fewer than `places` options ahead or beside of it is in; whoever has fewer ahead alone is tied.
        beside = {x: sum(m >= n for y, m in running.items() if y != x) for x, n in running.items()}
        ahead = {x: sum(m > n for m in running.values()) for x, n in running.items()}
        found["selected"] = [x for x in running if beside[x] < places]
        found["tied"] = [x for x in running if ahead[x] < places <= beside[x]]
        return found | {"outcome": "tie" if found["tied"] else "selected"}

    # --- What always holds --------------------------------------------------------------------------------------------

    @invariant()
    def ledger_and_rows_say_what_the_model_says(self) -> None:
        if not hasattr(self, "ballot"):
            return
        entries = list(LedgerEntry.objects.filter(ballot=self.ballot).order_by("seq"))
        assert [entry.kind for entry in entries] == self.acts
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        votes = {v.entity.code: v for v in Vote.objects.filter(ballot=self.ballot).select_related("entity")}
        assert set(votes) == set(self.answers)
        if self.kind == "secret":
            held = [
                *HeldChoice.objects.filter(ballot=self.ballot).values_list("answer", flat=True),
                *SecretChoice.objects.filter(ballot=self.ballot).values_list("answer", flat=True),
            ]
            chosen = Counter("" if answer == "abstain" else "".join(answer) for answer in held)
            assert chosen == Counter(self.answers.values())
            assert all((vote.choices, vote.abstains) == ([], False) for vote in votes.values())
        else:
            assert {code: "".join(vote.choices) for code, vote in votes.items()} == self.answers
        standing: dict[str, set[str]] = {}
        for row in Statement.objects.filter(ballot=self.ballot, withdrawn_at=None).select_related("entity"):
            standing.setdefault(row.entity.code, set()).add(row.kind)
        assert standing == {code: kinds for code, kinds in self.said.items() if kinds}
        self._result_says_it_too()

    def _result_says_it_too(self) -> None:
        result = Result.objects.filter(ballot=self.ballot).first()
        assert (result is None) == (self.result is None)
        if result is None:
            return
        expected = {name: dict(value) if isinstance(value, Counter) else value for name, value in self.result.items()}
        found = {name: result.content[name] for name in expected}
        if "statements" in expected:
            expected["statements"] = {"objection": 0, "explanation": 0} | expected["statements"]
        assert found == expected
        report = verify(exported(self.ballot), keys.public_keys())
        assert report.outcome["outcome"] == expected["outcome"]
        assert report.replay.is_disclosed


SETTINGS = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.django_db
def test_life_of_a_ballot_is_that_of_the_model() -> None:
    run_state_machine_as_test(BallotLife, settings=SETTINGS)
