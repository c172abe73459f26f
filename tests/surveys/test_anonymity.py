"""An anonymous response cannot be traced to its invitation by key, time, order, `ctid` or transaction id."""

import threading
import time

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from foundation.time.clock import database_now
from surveys import services
from surveys.models import Answer, HeldResponse, Invitation, Mark, Response, Survey
from surveys.tasks import follow
from tests.factories.surveys import answer_all, close, make_linked, make_open

ANONYMOUS_TABLES = (Invitation, Mark, HeldResponse, Response, Answer)


def system_columns(model: type[models.Model], columns: str, order: str = "ctid") -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY {order}")
        return cursor.fetchall()


def distinct_responses(number: int) -> list[dict]:
    """Return responses that are all different."""
    return [{"overall": 1 + place % 5, "remarks": f"remark {place:03d}"} for place in range(number)]


def test_no_table_of_answers_has_a_time():
    timed = {
        f"{model.__name__}.{field.name}"
        for model in ANONYMOUS_TABLES
        for field in model._meta.get_fields()
        if isinstance(field, models.DateField | models.TimeField | models.DurationField)
    }
    assert timed == set()


def test_no_table_of_answers_has_history():
    tracked = {"InvitationEvent", "MarkEvent", "ResponseEvent", "AnswerEvent", "HeldResponseEvent"}
    assert tracked.isdisjoint(model.__name__ for model in apps.get_app_config("surveys").get_models())


def test_no_key_leads_from_a_response_to_an_invitation():
    reached, todo = set(), [Response, HeldResponse, Answer]
    while todo:
        model = todo.pop()
        for field in model._meta.concrete_fields:
            # Columns with the same value in all responses (survey, question) cannot link any two rows.
            if field.is_relation and field.related_model not in {Survey, *reached} and field.name not in {
                "question", "choice", "entity", "submitted_by"
            }:  # fmt: skip
                reached.add(field.related_model)
                todo.append(field.related_model)
    assert reached.isdisjoint({Invitation, Mark})


@pytest.mark.django_db(transaction=True)
def test_nine_wait_as_they_came_and_the_tenth_mixes_all_of_them():
    survey = make_open(participants=12)
    answer_all(survey, distinct_responses(9))
    as_they_came = set(system_columns(HeldResponse, "xmin::text"))
    assert as_they_came == set(system_columns(Mark, "xmin::text"))
    before = {row for (row,) in system_columns(HeldResponse, "id")}
    answer_all_from(survey, 9, distinct_responses(10)[9:])
    mixed = set(system_columns(HeldResponse, "xmin::text, is_mixed"))
    assert len(mixed) == 1
    assert mixed.isdisjoint((xmin, True) for (xmin,) in as_they_came)
    assert before.isdisjoint(row for (row,) in system_columns(HeldResponse, "id"))
    assert (HeldResponse.objects.count(), Response.objects.count(), Mark.objects.count()) == (10, 0, 10)


def answer_all_from(survey: Survey, start: int, answers: list[dict]) -> None:
    invitations = survey.invitations.select_related("survey").order_by("pk")[start : start + len(answers)]
    for invitation, given in zip(invitations, answers, strict=True):
        services.submit_response(invitation=invitation, answers=given)


@pytest.mark.django_db(transaction=True)
def test_answering_leaves_no_trace_on_the_invitation():
    survey = make_open(participants=12)
    make_linked(survey)
    before = system_columns(Invitation, "id, xmin, xmax, ctid, state")
    answer_all(survey, distinct_responses(10))
    close(survey)
    assert system_columns(Invitation, "id, xmin, xmax, ctid, state") == before


@pytest.mark.django_db(transaction=True)
def test_marks_and_responses_are_written_in_one_transaction_at_the_close():
    survey = make_open(participants=23)
    answer_all(survey, distinct_responses(23))
    assert Response.objects.count() == 0
    mixed = set(system_columns(HeldResponse, "xmin::text"))
    close(survey)
    written = [set(system_columns(model, "xmin::text")) for model in (Mark, Response, Answer)]
    assert written[0] == written[1] == written[2]
    assert len(written[0]) == 1
    assert written[0].isdisjoint(mixed)


@pytest.mark.django_db(transaction=True)
def test_a_batch_rewrites_the_marks_of_all_batches_before():
    survey = make_open(participants=20)
    answer_all(survey, distinct_responses(20))
    assert len(set(system_columns(Mark, "xmin::text"))) == 1


@pytest.mark.django_db(transaction=True)
def test_neither_marks_nor_responses_keep_the_order_of_answering():
    survey = make_open(participants=40)
    answer_all(survey, distinct_responses(40))
    close(survey)
    asked = list(survey.invitations.order_by("pk").values_list("pk", flat=True))
    marks = [pk for (pk,) in system_columns(Mark, "invitation_id")]
    spoken = [f"remark {place:03d}" for place in range(40)]
    remarks = dict(Answer.objects.exclude(text="").values_list("response_id", "text"))
    stored = [remarks[pk] for (pk,) in system_columns(Response, "id")]
    by_key = [remarks[pk] for pk in sorted(remarks)]
    assert sorted(marks) == sorted(asked)
    assert sorted(stored) == spoken
    # The chance that shuffling keeps the order is one in 40!.
    assert asked != marks
    assert spoken not in (stored, by_key)
    assert [spoken[asked.index(pk)] for pk in marks] != stored


@pytest.mark.django_db(transaction=True)
def test_one_link_sent_many_times_at_once_is_one_response():
    survey = make_open(participants=1)
    invitation = survey.invitations.select_related("survey").get()
    ready, outcomes = threading.Barrier(6), []

    def send() -> None:
        try:
            ready.wait(timeout=10)
            outcomes.append(services.submit_response(invitation=invitation, answers={"overall": 4}))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == [False] * 5 + [True]
    close(survey)
    assert (Response.objects.count(), Answer.objects.count(), Mark.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_whatever_was_acknowledged_around_the_close_is_counted():
    survey = make_open(participants=12)
    invitations = list(survey.invitations.select_related("survey"))
    ready, taken = threading.Barrier(13), []

    def send(invitation: Invitation) -> None:
        try:
            ready.wait(timeout=10)
            try:
                taken.append(services.submit_response(invitation=invitation, answers={"overall": 3}))
            except services.SurveyClosed:
                taken.append(False)
        finally:
            connection.close()

    def shut() -> None:
        try:
            ready.wait(timeout=10)
            services.close_now(survey=survey, actor=None)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(invitation,)) for invitation in invitations]
    threads.append(threading.Thread(target=shut))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(taken) == 12
    assert HeldResponse.objects.count() == 0
    assert Response.objects.count() == Mark.objects.count() == sum(taken)


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_had_to_wait_for_the_close_is_refused():
    survey = make_open(participants=1)
    invitation, outcomes = survey.invitations.select_related("survey").get(), []

    def send() -> None:
        try:
            outcomes.append(services.submit_response(invitation=invitation, answers={"overall": 4}))
        except services.SurveyClosed:
            outcomes.append("refused")
        finally:
            connection.close()

    sender = threading.Thread(target=send)
    with transaction.atomic():
        # The row is locked first, and the survey is closed only when the response waits for it: its statement began
        # before the close.
        Survey.objects.select_for_update().get(pk=survey.pk)
        sender.start()
        wait_until_somebody_waits()
        services.close_now(survey=survey, actor=None)
    sender.join(timeout=30)
    assert (outcomes, HeldResponse.objects.count(), Mark.objects.count()) == (["refused"], 0, 0)


def wait_until_somebody_waits() -> None:
    for _attempt in range(500):
        with connection.cursor() as cursor:
            # Inside a transaction the view would keep showing its first result.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_links_used_at_the_same_moment_are_mixed_at_the_latest_by_the_beat():
    survey = make_open(participants=12)
    invitations = list(survey.invitations.select_related("survey"))
    ready, taken = threading.Barrier(12), []

    def send(place: int) -> None:
        try:
            ready.wait(timeout=10)
            taken.append(services.submit_response(invitation=invitations[place], answers=distinct_responses(12)[place]))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(place,)) for place in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert taken == [True] * 12
    follow(database_now())
    mixed, fresh = (HeldResponse.objects.filter(is_mixed=is_mixed).count() for is_mixed in (True, False))
    assert (mixed + fresh, mixed >= 10, Mark.objects.count()) == (12, True, 12)
    close(survey)
    remarks = Answer.objects.exclude(text="").values_list("text", flat=True)
    assert sorted(remarks) == [answers["remarks"] for answers in distinct_responses(12)]


@pytest.mark.django_db(transaction=True)
def test_what_was_said_is_the_same_after_the_close():
    survey = make_open(participants=11)
    given = [
        {
            "overall": 1 + place % 5,
            "again": place % 2,
            "from": ("north", "south")[place % 2],
            "remarks": f"r{place:02d}",
        }
        for place in range(10)
    ]
    # Answers may contain only the required fields, and a comment may have any text.
    given.append({"overall": 3, "remarks": '{"from": "east"} \'; --'})
    answer_all(survey, given)
    assert (HeldResponse.objects.count(), Response.objects.count()) == (11, 0)
    close(survey)
    assert spoken(survey) == sorted(given, key=str)


def spoken(survey: Survey) -> list[dict]:
    """Return every response as it was given."""
    rows: dict = {pk: {} for pk in survey.responses.values_list("pk", flat=True)}
    for answer in Answer.objects.filter(response__survey=survey).select_related("question", "choice").order_by("pk"):
        value = answer.number if answer.number is not None else answer.text or answer.choice.code
        rows[answer.response_id][answer.question.code] = value
    keys = ("overall", "again", "from", "remarks")
    return sorted(({key: row[key] for key in keys if key in row} for row in rows.values()), key=str)
