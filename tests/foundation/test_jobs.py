import datetime as dt
import threading

import pytest
from django.conf import settings
from django.db import connection, transaction

from foundation.jobs import registry, services, sweeper
from foundation.jobs.models import Job, Worker
from foundation.jobs.registry import JobRefused, LeaseLost, follows_deadlines, job_handler
from foundation.jobs.tasks import follow_deadlines
from foundation.time.clock import database_now


@pytest.fixture
def kinds(monkeypatch):
    """Register handlers for one test, and list published jobs instead of sending them to a broker."""
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_followers", {})
    published = []
    monkeypatch.setattr(services, "publish", lambda job: published.append(str(job.pk)) or True)
    return published


def requested(kind="test.work", key="one", **arguments):
    with transaction.atomic():
        return services.request_job(kind=kind, key=key, arguments=arguments)


def age(job, **changes):
    Job.objects.filter(pk=job.pk).update(**changes)


@pytest.mark.django_db(transaction=True)
def test_job_runs_once_and_keeps_its_result(kinds):
    ran = []
    job_handler("test.work")(lambda context, word: ran.append(word) or {"word": word})
    job = requested(word="paper")

    assert services.run_job(str(job.pk)) == "ready"
    assert services.run_job(str(job.pk)) == "not taken"

    job.refresh_from_db()
    assert (ran, job.state, job.result, job.attempt, job.lease_until) == (
        ["paper"],
        "ready",
        {"word": "paper"},
        1,
        None,
    )
    assert kinds == [str(job.pk)]


@pytest.mark.django_db(transaction=True)
def test_same_request_while_unfinished_is_the_same_job(kinds):
    job_handler("test.work")(lambda context: None)
    first = requested()

    assert requested() == first
    services.run_job(str(first.pk))
    assert requested() != first


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_when_the_business_transaction_fails(kinds):
    job_handler("test.work")(lambda context: None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.request_job(kind="test.work", key="k", arguments={})
        1 / 0  # noqa: B018

    assert (kinds, Job.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_five_messages_at_once_are_one_run(kinds):
    ran, barrier = [], threading.Barrier(5)
    job_handler("test.work")(lambda context: ran.append(context.fence))
    job = requested()

    def message():
        barrier.wait()
        services.run_job(str(job.pk))
        connection.close()

    threads = [threading.Thread(target=message) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    job.refresh_from_db()
    assert (ran, job.state, job.attempt) == ([1], "ready", 1)


@pytest.mark.django_db(transaction=True)
def test_job_that_dies_three_times_is_set_aside_and_its_author_notified(kinds):
    notified = []

    def die(context):
        raise ValueError("no paper")

    job_handler("test.work", on_failure=lambda job: notified.append((job.state, job.error)))(die)
    job = requested()

    for _ in range(settings.JOB_ATTEMPTS):
        age(job, not_before=None)
        services.run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("set_aside", 3, "ValueError: no paper")
    assert notified == [("set_aside", "ValueError: no paper")]


@pytest.mark.django_db(transaction=True)
def test_refused_job_is_not_tried_again(kinds):
    def refuse(context):
        raise JobRefused("The table has more than 10,000 rows.")

    job_handler("test.work")(refuse)
    job = requested()
    services.run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("failed", 1, "The table has more than 10,000 rows.")


@pytest.mark.django_db(transaction=True)
def test_worker_that_lost_its_lease_writes_nothing(kinds):
    def taken_over(context):
        age(Job.objects.get(pk=context.id), fence=context.fence + 1)
        with pytest.raises(LeaseLost):
            context.progress(1, 2)
        return {"by": "the first"}

    job_handler("test.work")(taken_over)
    job = requested()

    assert services.run_job(str(job.pk)) == "lease lost"
    job.refresh_from_db()
    assert (job.state, job.result) == ("running", {})


@pytest.mark.django_db(transaction=True)
def test_sweeper_publishes_what_the_broker_lost_and_what_lost_its_worker(kinds):
    job_handler("test.work")(lambda context: None)
    lost, orphan, fresh, later = (
        requested(key="lost"),
        requested(key="orphan"),
        requested(key="fresh"),
        requested(key="later"),
    )
    now = database_now()
    age(lost, requested_at=now - dt.timedelta(minutes=1))
    age(orphan, state="running", attempt=1, fence=1, started_at=now, lease_until=now - dt.timedelta(seconds=1))
    age(later, not_before=now + dt.timedelta(minutes=1), requested_at=now - dt.timedelta(minutes=1))
    kinds.clear()

    assert services.sweep() == {"published": 2, "set aside": 0}
    assert set(kinds) == {str(lost.pk), str(orphan.pk)}
    assert str(fresh.pk) not in kinds


@pytest.mark.django_db(transaction=True)
def test_sweeper_sets_aside_what_killed_its_worker_three_times(kinds):
    notified = []
    job_handler("test.work", on_failure=lambda job: notified.append(job.pk))(lambda context: None)
    job = requested()
    now = database_now()
    age(job, state="running", attempt=3, fence=3, started_at=now, lease_until=now - dt.timedelta(seconds=1))

    assert services.sweep() == {"published": 0, "set aside": 1}
    job.refresh_from_db()
    assert (job.state, notified) == ("set_aside", [job.pk])


@pytest.mark.django_db(transaction=True)
def test_request_succeeds_when_the_broker_is_away(monkeypatch, settings):
    from foundation.jobs.tasks import run

    monkeypatch.setattr(registry, "_handlers", {})
    job_handler("test.work")(lambda context: None)

    def away(*args, **kwargs):
        raise run.OperationalError("connection refused")

    monkeypatch.setattr(run, "apply_async", away)
    job = requested()
    job.refresh_from_db()
    assert job.state == "waiting"


@pytest.mark.django_db
def test_follower_that_fails_does_not_stop_the_others(kinds):
    done = []

    @follows_deadlines("broken")
    def broken(now):
        raise ValueError

    follows_deadlines("whole")(lambda now: done.append(now.tzinfo is not None))
    follow_deadlines()
    assert done == [True]


@pytest.mark.django_db(transaction=True)
def test_sweeper_goes_on_after_a_fault_and_forgets_workers_that_ended(kinds, monkeypatch, caplog):
    now = database_now()
    for name, hours in (("gone", 25), ("here", 23)):
        Worker.objects.create(name=name, queue="default", consumed_at=now - dt.timedelta(hours=hours))
    with monkeypatch.context() as fault:
        fault.setattr(sweeper, "sweep", lambda: 1 / 0)
        sweeper.sweep_once()
    assert "jobs could not be swept" in caplog.text and Worker.objects.count() == 2
    sweeper.sweep_once()
    assert [worker.name for worker in Worker.objects.all()] == ["here"]


@pytest.mark.django_db(transaction=True)
def test_kind_with_its_own_pauses_is_tried_as_often_as_it_says(kinds):
    def die(context):
        raise ValueError("no server")

    job_handler("test.work", pauses=(1, 10, 100, 1000))(die)
    job, pauses = requested(), []
    for _ in range(4):
        age(job, not_before=None)
        services.run_job(str(job.pk))
        job.refresh_from_db()
        pauses.append(round((job.not_before - database_now()).total_seconds()))
    age(job, not_before=database_now() - dt.timedelta(seconds=1))
    kinds.clear()
    assert services.sweep() == {"published": 1, "set aside": 0}
    assert (pauses, services.run_job(str(job.pk)), kinds) == ([1, 10, 100, 1000], "set_aside", [str(job.pk)])
    assert services.run_job(str(job.pk)) == "not taken"
