"""Answers are matched with people from table files, dumps, the write-ahead log and logs: no better than chance."""

import logging
import secrets
import struct

import pytest
from django.db import transaction

from foundation.anonymity.rewriting import request_rewrite, rewrite_tables
from foundation.anonymity.sealing import Sealed
from foundation.time.clock import database_now
from surveys import services
from surveys.models import HeldResponse, Survey
from surveys.services import responses as submission
from tests.disk import Copy, Observer, row_versions, sql
from tests.factories.surveys import close, make_linked, make_open

TABLES = ("surveys_mark", "surveys_heldresponse", "surveys_response", "surveys_answer")
# With n answers, chance guesses one of them right. The probability of eight or more is one in 97,000.
CHANCE = 8


class Run:
    """A survey whose every answer has a marker that is found again wherever it can be read."""

    def __init__(self, number: int) -> None:
        self.survey = make_open(participants=number)
        make_linked(self.survey)
        self.invitations = list(self.survey.invitations.select_related("survey").order_by("?"))
        own = secrets.token_hex(4)  # files and log still hold what earlier tests wrote
        self.markers = [f"marker-{own}-{secrets.token_hex(6)}".encode() for _invitation in self.invitations]
        self.truth = dict(zip(self.markers, (invitation.pk for invitation in self.invitations), strict=True))
        self.observer = Observer(f"marker-{own}-[0-9a-f]{{12}}".encode(), *TABLES)
        self.answered = 0
        request_rewrite(*TABLES)
        rewrite_tables()

    def answer(self, up_to: int) -> None:
        for place in range(self.answered, up_to):
            # Comments of very different lengths, which the marker begins.
            remarks = self.markers[place].decode() + " " + secrets.token_hex(place * 37 % 1900)
            services.submit_response(
                invitation=self.invitations[place], answers={"overall": 1 + place % 5, "remarks": remarks}
            )
        self.answered = up_to

    def attack(self) -> tuple[Copy, float]:
        """Take a copy and return it with the number of right guesses that the best attack can expect."""
        copy = self.observer.look()
        markers = self.markers[: self.answered]
        marks = [
            (number, invitation)
            for row in copy.rows["surveys_mark"]
            for number in row.transactions
            for invitation in struct.unpack_from("<q", row.data)
        ]
        answers = [row for table in TABLES[1:] for row in copy.rows[table]]
        right = [copy.guessed_by_transaction(answers, marks, self.truth)]
        right.append(copy.guessed_by_order(markers))
        # Marks in their order on the disk against comments in theirs, dead rows included.
        placed = [invitation for _number, invitation in marks]
        spoken = [marker for row in answers for marker in markers if marker in row.data]
        right.append(sum(self.truth[marker] == person for marker, person in zip(spoken, placed, strict=False)))
        return copy, max(right)


def settled_and_rewritten(run: Run) -> None:
    close(run.survey)
    assert set(rewrite_tables()) >= {"surveys_heldresponse", "surveys_mark"}


def sealed_texts() -> set[bytes]:
    # A part is enough: long values are stored in pieces.
    return {text[:200].encode() for text in HeldResponse.objects.values_list("answers", flat=True)[:5]}


@pytest.fixture
def unsealed(monkeypatch):
    """The control: answers wait as they are, as if sealing did nothing."""

    def in_clear(_survey_id, answers, *, size):
        return Sealed("0" * 16, "".join(map(str, answers.values())))

    monkeypatch.setattr(submission, "seal_answers", in_clear)


@pytest.mark.django_db(transaction=True)
def test_attack_matches_nearly_all_answers_that_wait_unsealed(unsealed):
    run = Run(30)
    run.answer(9)
    copy, right = run.attack()
    assert copy.found == {"files": 9, "write-ahead log": 9, "dump": 9}
    assert right == 9
    run.answer(30)
    copy, right = run.attack()
    assert min(copy.found.values()) >= 29
    assert right >= 29


@pytest.mark.django_db(transaction=True)
def test_answers_that_wait_are_in_no_copy_and_are_matched_no_better_than_by_chance_after_the_close(caplog):
    caplog.set_level(logging.DEBUG)
    run = Run(30)
    for number in (1, 12, 30):
        run.answer(number)
        copy, right = run.attack()
        assert copy.found == {"files": 0, "write-ahead log": 0, "dump": 0}
        assert right == 0
    assert not any(marker.decode() in caplog.text for marker in run.markers)
    waiting = sealed_texts()
    assert all(text in copy.files for text in waiting)
    close(run.survey)
    copy, right = run.attack()
    assert set(copy.found.values()) == {30}
    assert right < CHANCE
    assert set(rewrite_tables()) >= {"surveys_heldresponse", "surveys_mark"}
    copy, right = run.attack()
    assert right < CHANCE
    assert copy.rows["surveys_heldresponse"] == []
    assert not any(text in copy.files for text in waiting)
    assert len(copy.rows["surveys_mark"]) == 30
    assert len({row.transactions for row in copy.rows["surveys_mark"]}) == 1


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_hundred_answers_at_ten_moments_are_matched_no_better_than_by_chance(caplog):
    caplog.set_level(logging.DEBUG)
    run = Run(200)
    for number in (1, 9, 10, 37, 80, 120, 160, 200):
        run.answer(number)
        copy, right = run.attack()
        assert (copy.found, right) == ({"files": 0, "write-ahead log": 0, "dump": 0}, 0)
    close(run.survey)
    _copy, right = run.attack()
    assert right < CHANCE
    rewrite_tables()
    copy, right = run.attack()
    assert right < CHANCE
    assert set(copy.found.values()) == {200}
    assert not any(marker.decode() in caplog.text for marker in run.markers)


# --- New files --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_answers_to_another_survey_wait_on_in_the_new_file():
    closing, other = Run(3), Run(12)
    closing.answer(3)
    other.answer(12)
    assert len(row_versions("surveys_heldresponse")) > 15  # with those that mixing has deleted
    before = set(HeldResponse.objects.filter(survey=other.survey).values_list("pk", "answers"))
    settled_and_rewritten(closing)
    assert set(HeldResponse.objects.values_list("pk", "answers")) == before
    assert len(row_versions("surveys_heldresponse")) == 12
    close(other.survey)
    assert other.survey.responses.count() == 12


@pytest.mark.django_db(transaction=True)
def test_rewriting_is_repeated_while_somebody_may_still_read_the_deleted_rows():
    run = Run(3)
    run.answer(3)
    reader = connection_of_its_own()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM surveys_survey")
            close(run.survey)
            assert rewrite_tables() == []
            assert len(row_versions("surveys_heldresponse")) == 3
            # As a dump does it: the deleted rows must stay readable.
            cursor.execute("SELECT count(*) FROM surveys_heldresponse")
            assert cursor.fetchone() == (3,)
            cursor.execute("COMMIT")
        assert set(rewrite_tables()) >= {"surveys_heldresponse", "surveys_mark"}
        assert rewrite_tables() == []
        assert row_versions("surveys_heldresponse") == []
    finally:
        reader.close()


@pytest.mark.django_db(transaction=True)
def test_rewriting_waits_for_nobody_who_uses_the_table(monkeypatch):
    monkeypatch.setattr("foundation.anonymity.rewriting.PAUSE", 0)
    run = Run(2)
    run.answer(2)
    close(run.survey)
    reader = connection_of_its_own()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE surveys_heldresponse IN ACCESS SHARE MODE")
            done = rewrite_tables()
            assert "surveys_heldresponse" not in done
            cursor.execute("COMMIT")
        assert "surveys_heldresponse" in rewrite_tables()
    finally:
        reader.close()


def connection_of_its_own():
    from django.db import connections

    return connections["default"].copy()


@pytest.mark.django_db(transaction=True)
def test_rewriting_is_requested_with_the_close_and_not_done_inside_a_transaction():
    run = Run(1)
    run.answer(1)
    Survey.objects.filter(pk=run.survey.pk).update(closes_at=database_now())
    with transaction.atomic():
        assert services.settle(survey=run.survey)
        assert rewrite_tables() == []
        transaction.set_rollback(True)
    assert sql("SELECT count(*) FROM foundation_tablerewrite WHERE name = 'surveys_mark'") == [(0,)]
