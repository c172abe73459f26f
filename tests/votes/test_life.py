"""A ballot against a model: whatever is done in whatever order, the portal and the model agree."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
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

from foundation.refusals import Refused
from membership.models import Accreditation, Capacity
from tests.factories.council import make_meeting
from tests.factories.membership import make_staff
from tests.factories.votes import cast, make_delegation, make_upcoming, record_received, say
from tests.votes.test_verifier import exported
from votes import keys, services
from votes.models import (
    Ballot,
    Entitlement,
    LedgerEntry,
    Position,
    Proposal,
    ReceivedVote,
    Result,
    Statement,
    Vote,
)
from votes.services.secrecy import opened
from votes.verifier import verify

STATES = ("ar", "au", "bj", "fr", "gh")
ANSWERS = ["A", "B", "C", "D", "AB", "BC", "AC", "AD", "", "AA", "X"]
HOUR = dt.timedelta(hours=1)
KINDS: dict[str, dict[str, Any]] = {
    "indicative": {"choose": 2},
    "formal": {"kind": "formal", "rule_en": "Rule 40", "choose": 1, "quorum_number": 2, "majority": "absolute"},
    "secret": {"kind": "formal", "rule_en": "Rule 40", "choose": 1, "is_secret": True, "quorum": 50},
    "silence": {"kind": "silence", "choose": 1, "options": "", "decision_text_en": "Decides."},
    "adoption": {"kind": "adoption", "choose": 1, "options": "", "decision_text_en": "Decides."},
}
SPOKEN = {"silence": ["objection", "explanation"], "adoption": ["reservation", "explanation"]}


class BallotLife(RuleBasedStateMachine):
    """The attributes `answers`, `statements` and `acts` are the model: what a clerk would have on paper."""

    def __init__(self) -> None:
        super().__init__()
        # Each example has its own transaction, which is rolled back.
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(kind=st.sampled_from(sorted(KINDS)))
    def announce(self, kind: str) -> None:
        self.kind = kind
        self.heads = {code: make_delegation(code) for code in STATES}
        self.deputies = {code: make_delegation(code, Capacity.DEPUTY) for code in STATES}
        self.publisher = make_staff("publisher")
        values = KINDS[kind] | ({"meeting": make_meeting()} if kind == "adoption" else {})
        self.ballot = make_upcoming(**values)
        self.now = self.ballot.opens_at - 2 * HOUR
        self.codes, self.places = list("ABC"), 2 if kind == "indicative" else 1
        self.before: tuple[Ballot, dict[str, Any]] | None = None
        self.proposals_until = self.ballot.opens_at + 60 * HOUR
        if not self.is_spoken:
            Ballot.objects.filter(pk=self.ballot.pk).update(proposals_until=self.proposals_until)
            self.ballot.refresh_from_db()
        self.proposals: dict[int, str] = {}
        self.begin()

    def begin(self) -> None:
        """Reset the model, for the ballot and later for its run-off."""
        self.opens, self.closes = self.ballot.opens_at, self.ballot.closes_at
        self.round = 1
        self.answers: dict[str, str] = {}
        self.rounds: dict[str, int] = {}
        self.received: set[str] = set()
        self.cleared: dict[str, str] = {}
        self.statements: dict[str, set[str]] = {}
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
    def is_spoken(self) -> bool:
        return self.kind in SPOKEN

    @property
    def is_open(self) -> bool:
        return self.opens <= self.now < self.closes

    def note(self, act: str) -> None:
        self.acts += [act] if self.acts else ["open", act] if act != "open" else ["open"]

    # --- What delegations do ------------------------------------------------------------------------------------------

    def is_valid(self, answer: str) -> bool:
        one_each = len(set(answer)) == len(answer)
        return answer == "" or (len(answer) == self.places and set(answer) <= set(self.codes) and one_each)

    @precondition(lambda self: not self.is_spoken)
    @rule(state=st.sampled_from(STATES), answer=st.sampled_from(ANSWERS), form=st.integers(1, 3))
    def vote(self, state: str, answer: str, form: int) -> None:
        self.cast(self.heads[state], state, answer, form, may=True)

    @precondition(lambda self: not self.is_spoken)
    @rule(state=st.sampled_from(STATES), answer=st.sampled_from(ANSWERS), form=st.integers(4, 5))
    def deputy_votes(self, state: str, answer: str, form: int) -> None:
        self.cast(self.deputies[state], state, answer, form, may=self.cleared.get(state) == answer)

    @precondition(lambda self: not self.is_spoken and bool(self.cleared))
    @rule(form=st.integers(6, 7))
    def deputy_sends_what_was_cleared(self, form: int) -> None:
        state, answer = sorted(self.cleared.items())[0]
        self.cast(self.deputies[state], state, answer, form, may=True)

    def cast(self, delegation: Accreditation, state: str, answer: str, form: int, *, may: bool) -> None:
        token = f"form-{form}"
        known = self.forms.get((state, token))
        if known is not None:
            # In a secret ballot, the portal cannot know whether a repeated form had another answer.
            taken = self.kind == "secret" or known == answer
        else:
            voted = self.kind == "secret" and state in self.answers
            taken = self.is_open and self.is_valid(answer) and not voted and may
        try:
            entry = cast(self.ballot, delegation, answer, token=token, now=self.now)
        except (Refused, PermissionDenied):
            assert not taken
            self._refusal_may_have_opened_nothing()
            return
        assert taken
        if known is not None:
            assert entry.pk == self.entries[state, token]
            return
        self.forms[state, token], self.entries[state, token] = answer, entry.pk
        self.received.discard(state)
        self.answered(state, answer)

    def answered(self, state: str, answer: str) -> None:
        self.answers[state], self.rounds[state] = answer, self.round
        if self.kind == "secret" or self.cleared.get(state) != answer:
            self.cleared.pop(state, None)
        self.note("vote")

    @precondition(lambda self: not self.is_spoken)
    @rule(state=st.sampled_from(STATES[:2]), answer=st.sampled_from(ANSWERS))
    def prepare_and_clear(self, state: str, answer: str) -> None:
        """Let a deputy draft and the head clear. An incomplete answer can be drafted but not cleared."""
        head, deputy = self.heads[state], self.deputies[state]
        ballot = Ballot.objects.get(pk=self.ballot.pk)
        held = Position.objects.filter(ballot=ballot, entity=head.entity).first()
        drafted = self.now < self.closes and set(answer) <= set(self.codes) and len(set(answer)) == len(answer)
        try:
            draft = services.save_position(
                ballot=ballot, delegation=deputy, actor=deputy.person, choices=list(answer), abstains=not answer,
                expected=held.edit_version if held else 0, now=self.now,
            )  # fmt: skip
        except Refused:
            assert not drafted
            return
        assert drafted
        self.cleared.pop(state, None)
        clear = {"ballot": ballot, "expected": draft.edit_version, "now": self.now}
        with pytest.raises(PermissionDenied):
            services.clear_position(delegation=deputy, actor=deputy.person, **clear)
        try:
            services.clear_position(delegation=head, actor=head.person, **clear)
        except Refused:
            assert not self.is_valid(answer)
            return
        assert self.is_valid(answer)
        self.cleared[state] = answer

    @rule(state=st.sampled_from(STATES), title=st.sampled_from(["Cities", "Health", " "]))
    def propose(self, state: str, title: str) -> None:
        head = self.heads[state]
        taken = not self.is_spoken and self.before is None and self.now < self.proposals_until and bool(title.strip())
        try:
            proposal = services.propose_option(
                ballot=self.ballot, delegation=head, actor=head.person, title=title, rationale="Because.", now=self.now
            )
        except Refused:
            assert not taken
            return
        assert taken
        self.proposals.setdefault(proposal.pk, "submitted")

    @precondition(lambda self: self.is_spoken)
    @rule(
        state=st.sampled_from(STATES),
        kind=st.sampled_from(["objection", "explanation", "reservation"]),
        text=st.sampled_from(["Why", ""]),
    )
    def speak(self, state: str, kind: str, text: str) -> None:
        taken = self.is_open and kind in SPOKEN[self.kind] and bool(text)
        try:
            say(self.ballot, self.heads[state], kind, text, now=self.now)
        except Refused:
            assert not taken
            return
        assert taken
        self.statements.setdefault(state, set()).add(kind)
        self.note("statement")

    @precondition(lambda self: self.is_spoken)
    @rule(state=st.sampled_from(STATES), kind=st.sampled_from(["objection", "explanation", "reservation"]))
    def withdraw(self, state: str, kind: str) -> None:
        head = self.heads[state]
        taken = self.is_open and kind in self.statements.get(state, set())
        try:
            services.withdraw_statement(
                ballot=self.ballot, delegation=head, actor=head.person, kind=kind,
                token=f"w{len(self.acts)}", now=self.now, notify=False,
            )  # fmt: skip
        except Refused:
            assert not taken
            return
        assert taken
        self.statements[state].discard(kind)
        self.note("withdraw")

    def _refusal_may_have_opened_nothing(self) -> None:
        """Check that a refused act was rolled back completely, with the opening entry that it may have written."""
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

    @rule(state=st.sampled_from(STATES[:2]), answer=st.sampled_from(ANSWERS), reference=st.sampled_from(["NV 1", " "]))
    def enter_note_verbale(self, state: str, answer: str, reference: str) -> None:
        taken = self.is_open and not self.is_spoken and self.kind != "secret" and self.is_valid(answer)
        taken = taken and bool(reference.strip())
        entity = self.heads[state].entity
        try:
            record_received(
                self.ballot, entity, answer, actor=self.publisher, reference=reference, dated=self.now.date(),
                now=self.now,
            )  # fmt: skip
        except Refused:
            assert not taken
            self._refusal_may_have_opened_nothing()
            return
        assert taken
        self.received.add(state)
        self.answered(state, answer)

    @precondition(lambda self: "submitted" in self.proposals.values())
    @rule(code=st.sampled_from("DDEA"), hours=st.sampled_from([None, None, -1, 24]))
    def admit(self, code: str, hours: int | None) -> None:
        """Admit a proposal: before the opening as another option, later in a new round.

        A new round may have a later deadline.
        """
        proposal = self.undecided()
        has_opened, later = self.now >= self.opens, None if hours is None else self.closes + hours * HOUR
        taken = self.before is None and self.now < self.closes and code not in self.codes
        taken = taken and not (has_opened and self.kind == "secret")
        taken = taken and (later is None or (has_opened and later > self.closes))
        try:
            services.admit_proposal(
                proposal=proposal, code=code, actor=self.publisher, closes_at=later, now=self.now, notify=False
            )
        except Refused:
            assert not taken
            self._refusal_may_have_opened_nothing()
            return
        assert taken
        self.proposals[proposal.pk] = "admitted"
        self.codes.append(code)
        if has_opened:
            self.round += 1
            self.note("round")
        if later is not None:
            self.closes = later
            self.note("extend")

    @precondition(lambda self: "submitted" in self.proposals.values())
    @rule(how=st.sampled_from(["declined", "merged"]))
    def decide_otherwise(self, how: str) -> None:
        proposal = self.undecided()
        decided = {"proposal": proposal, "reason": "Said", "actor": self.publisher, "now": self.now, "notify": False}
        if how == "declined":
            services.decline_proposal(**decided)
        else:
            services.merge_proposal(**decided, option=proposal.ballot.options.get(code="A"))
        self.proposals[proposal.pk] = how
        with pytest.raises(Refused):
            services.decline_proposal(**decided)

    def undecided(self) -> Proposal:
        return Proposal.objects.get(pk=min(key for key, state in self.proposals.items() if state == "submitted"))

    @precondition(lambda self: not self.is_spoken)
    @rule()
    def two_states_disagree(self) -> None:
        """Cause a tie, which is otherwise rare, because only a tie has a run-off."""
        shared = "".join(self.codes[: self.places - 1])
        for state, own in zip(("ar", "au"), self.codes[self.places - 1 : self.places + 1], strict=True):
            self.cast(self.heads[state], state, shared + own, 1, may=True)

    @precondition(lambda self: self.result is not None)
    @rule(copies=st.booleans())
    def hold_run_off(self, copies: bool) -> None:
        """Continue with the run-off; the previous ballot must not change from then on."""
        published = Result.objects.filter(ballot=self.ballot, published_at__isnull=False).exists()
        taken = published and self.result["outcome"] == "tie"
        values = {"opens_at": self.now + HOUR, "closes_at": self.now + 50 * HOUR, "copies_entitled": copies}
        try:
            run_off = services.hold_run_off(ballot=self.ballot, actor=self.publisher, now=self.now, **values)
        except Refused:
            assert not taken
            return
        assert taken
        again = services.hold_run_off(ballot=self.ballot, actor=self.publisher, now=self.now, **values)
        assert again == run_off
        copied = ("kind", "majority", "quorum", "quorum_number", "is_secret", "allows_abstention")
        assert [getattr(run_off, name) for name in copied] == [getattr(self.ballot, name) for name in copied]
        self.codes, self.places = self.result["tied"], self.places - len(self.result["selected"])
        assert list(run_off.options.values_list("code", flat=True)) == self.codes
        assert (run_off.choose_min, run_off.choose_max, run_off.to_select) == (self.places,) * 3
        self.before = self.ballot, Result.objects.get(ballot=self.ballot).content
        self.ballot = Ballot.objects.get(pk=run_off.pk)
        self.begin()

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
        """Count by the rules, in a different way from both the portal and the verifier."""
        if self.is_spoken:
            in_effect = Counter(kind for kinds in self.statements.values() for kind in kinds)
            return {"outcome": "objected" if in_effect["objection"] else "adopted", "statements": in_effect}
        votes = Counter(letter for answer in self.answers.values() for letter in answer)
        votes = {letter: votes[letter] for letter in self.codes}
        chose = sum(answer != "" for answer in self.answers.values())
        quorum = {"formal": 2, "secret": 3}.get(self.kind, 0)
        places = self.places
        found: dict[str, Any] = {"options": votes, "selected": [], "tied": []}
        if len(self.answers) < quorum:
            return found | {"outcome": "no-quorum"}
        if not chose:
            return found | {"outcome": "no-answer"}
        running = {x: n for x, n in votes.items() if n > (chose / 2 if self.kind == "formal" else 0)}
        if not running:
            return found | {"outcome": "no-majority"}
        # An option with fewer than `places` others ahead or level is selected; with fewer ahead but more level, it is
        # tied.
        others_level = {x: sum(m >= n for y, m in running.items() if y != x) for x, n in running.items()}
        ahead = {x: sum(m > n for m in running.values()) for x, n in running.items()}
        found["selected"] = [x for x in running if others_level[x] < places]
        found["tied"] = [x for x in running if ahead[x] < places <= others_level[x]]
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
            published = [choice for entry in entries for choice in entry.disclosures.get("choices", ["", "", []])[2]]
            chosen = Counter(
                "" if answer == "abstain" else "".join(answer) for answer in [*opened(self.ballot), *published]
            )
            assert chosen == Counter(self.answers.values())
            assert all((vote.choices, vote.abstains) == ([], False) for vote in votes.values())
        else:
            assert {code: "".join(vote.choices) for code, vote in votes.items()} == self.answers
        # Answers from an earlier round are carried over and still count; their States are asked to confirm them.
        assert {code: vote.round for code, vote in votes.items()} == self.rounds
        held = Ballot.objects.get(pk=self.ballot.pk)
        assert (held.round, held.closes_at) == (self.round, self.closes)
        assert list(held.options.values_list("code", flat=True)) == ([] if self.is_spoken else self.codes)
        by_note = ReceivedVote.objects.filter(entry__in=[vote.entry_id for vote in votes.values()])
        assert set(by_note.values_list("entry__entity__code", flat=True)) == self.received
        cleared = Position.objects.filter(ballot=held, stage="cleared").select_related("entity")
        assert {row.entity.code: "".join(row.choices) for row in cleared} == self.cleared
        assert dict(Proposal.objects.values_list("pk", "state")) == self.proposals
        in_effect: dict[str, set[str]] = {}
        for row in Statement.objects.filter(ballot=self.ballot, withdrawn_at=None).select_related("entity"):
            in_effect.setdefault(row.entity.code, set()).add(row.kind)
        assert in_effect == {code: kinds for code, kinds in self.statements.items() if kinds}
        if self.acts:
            entitled = Entitlement.objects.filter(ballot=held, is_entitled=True)
            assert set(entitled.values_list("entity__code", flat=True)) == set(STATES)
        if self.before is not None:
            ballot, content = self.before
            assert Result.objects.get(ballot=ballot).content == content
        self._result_says_it_too()

    def _result_says_it_too(self) -> None:
        result = Result.objects.filter(ballot=self.ballot).first()
        assert (result is None) == (self.result is None)
        if result is None:
            return
        expected = {name: dict(value) if isinstance(value, Counter) else value for name, value in self.result.items()}
        found = {name: result.content[name] for name in expected}
        if "statements" in expected:
            expected["statements"] = dict.fromkeys(SPOKEN[self.kind], 0) | expected["statements"]
        assert found == expected
        report = verify(exported(self.ballot), keys.public_keys())
        assert report.outcome["outcome"] == expected["outcome"]
        assert report.replay.is_disclosed


SETTINGS = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.django_db
def test_life_of_a_ballot_is_that_of_the_model() -> None:
    run_state_machine_as_test(BallotLife, settings=SETTINGS)


@pytest.mark.long
@pytest.mark.django_db
def test_many_lives_of_ballots_are_those_of_the_model() -> None:
    run_state_machine_as_test(BallotLife, settings=settings(SETTINGS, max_examples=200, stateful_step_count=30))


def live(life: BallotLife, *acts: Callable[[], None]) -> None:
    """Run one complete life, so that rare acts are tested in every run."""
    try:
        for act in acts:
            act()
            life.ledger_and_rows_say_what_the_model_says()
    finally:
        life.teardown()


@pytest.mark.django_db
def test_the_model_goes_through_a_round_a_note_verbale_a_tie_and_its_run_off() -> None:
    life = BallotLife()
    live(
        life,
        lambda: life.announce("indicative"),
        lambda: life.time_passes(3),
        lambda: life.propose("fr", "Cities"),
        life.two_states_disagree,
        lambda: life.prepare_and_clear("bj", "AB"),
        lambda: life.enter_note_verbale("bj", "AC", "NV 1"),
        lambda: life.deputy_votes("bj", "AB", 4),
        lambda: life.admit("D", 24),
        lambda: life.vote("bj", "AD", 2),
        lambda: life.prepare_and_clear("ar", "AC"),
        lambda: life.deputy_sends_what_was_cleared(6),
        lambda: life.vote("ar", "AB", 3),
        lambda: life.the_deadline_comes(False),
        life.publish,
        lambda: life.hold_run_off(True),
        lambda: life.time_passes(1),
        life.two_states_disagree,
        lambda: life.the_deadline_comes(False),
        life.publish,
        lambda: life.hold_run_off(False),
    )
    assert (life.round, life.codes, life.places, life.before[0].slug[-7:]) == (1, ["B", "C"], 1, "run-off")


@pytest.mark.django_db
def test_the_model_goes_through_a_secret_tie_and_a_run_off_under_the_same_rules() -> None:
    life = BallotLife()
    live(
        life,
        lambda: life.announce("secret"),
        lambda: life.time_passes(3),
        lambda: life.prepare_and_clear("ar", "A"),
        life.two_states_disagree,
        lambda: life.vote("bj", "", 1),
        lambda: life.vote("bj", "A", 2),
        lambda: life.enter_note_verbale("fr", "A", "NV 1"),
        lambda: life.the_deadline_comes(False),
        life.publish,
        lambda: life.certify(True),
        lambda: life.hold_run_off(True),
        lambda: life.time_passes(1),
        life.two_states_disagree,
        lambda: life.the_deadline_comes(False),
        life.publish,
    )
    # Two of five have voted, and the run-off has the quorum of the ballot before.
    assert (life.codes, life.result["outcome"]) == (["A", "B"], "no-quorum")
