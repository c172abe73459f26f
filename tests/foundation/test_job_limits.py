"""A handler that hangs: its attempt is ended at the limit, the queue continues, the author is notified."""

import datetime as dt
import subprocess
import time

import pytest
from django.conf import settings as django_settings
from django.core import mail

from foundation.jobs import registry, services
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler, limit_of
from foundation.mail.models import Mail
from foundation.mail.services import send
from foundation.time.clock import database_now
from membership.models import Person
from tests import workers
from tests.factories.membership import make_staff
from tests.foundation import hanging_jobs

STOPPED = f"The task took longer than {hanging_jobs.LIMIT} seconds and was stopped."


def request(kind: str, key: str = "one", author=None) -> Job:
    return services.request_job(kind=kind, key=key, arguments={}, requested_by=author)


@pytest.fixture
def hung(monkeypatch, db):
    """Return `hung(attempt, **changes)`, which creates a job whose attempt was just killed at its limit of 30 s."""
    monkeypatch.setattr(registry, "_handlers", {"mail.send": registry.registered("mail.send")})
    monkeypatch.setattr(services, "publish", lambda job: True)
    job_handler("test.work", limit=30, describe=lambda: "Test\nwork")(lambda context: None)

    def hung(attempt: int, **changes) -> Job:
        job = request("test.work", author=changes.pop("author", None))
        ended = database_now() - dt.timedelta(seconds=1)
        started = ended - dt.timedelta(seconds=30)
        values = {"state": "running", "attempt": attempt, "fence": attempt, "started_at": started, "lease_until": ended}
        Job.objects.filter(pk=job.pk).update(**{**values, **changes})
        return job

    return hung


def test_a_kind_may_have_less_than_the_highest_limit_and_never_more(monkeypatch, settings):
    monkeypatch.setattr(registry, "_handlers", {})
    settings.JOB_HARD_LIMIT = 100
    for kind, limit in (("less", 30), ("more", 300), ("none", None)):
        job_handler(kind, limit=limit)(lambda context: None)
    assert [limit_of(kind) for kind in ("less", "more", "none", "unknown")] == [30, 100, 100, 100]


def test_every_registered_kind_leaves_time_for_its_lease():
    """With a limit shorter than the first lease, a dead worker would look like a job that hangs."""
    limits = {kind: limit_of(kind) for kind in registry._handlers if not kind.startswith("test.")}
    assert len(limits) > 8
    assert {kind: limit for kind, limit in limits.items() if limit < 3 * django_settings.JOB_LEASE} == {}


def test_attempt_ended_at_its_limit_waits_for_the_next(hung):
    job = hung(2)
    assert services.sweep() == {"published": 0, "set aside": 0}
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error, job.lease_until) == (
        "waiting",
        2,
        "The task took longer than 30 seconds and was stopped.",
        None,
    )
    assert dt.timedelta(seconds=2) < job.not_before - database_now() <= dt.timedelta(seconds=4)


def test_attempt_whose_worker_died_before_the_limit_is_taken_again_at_once(hung):
    job = hung(1, lease_until=database_now() - dt.timedelta(seconds=3), started_at=database_now())
    assert services.sweep() == {"published": 1, "set aside": 0}
    job.refresh_from_db()
    assert (job.state, job.error) == ("running", "")


def test_author_is_notified_once_of_a_job_set_aside_in_their_language(hung):
    author = make_staff("editor")
    Person.objects.filter(pk=author.pk).update(language="fr")
    job = hung(3, author=author)
    assert services.sweep() == {"published": 0, "set aside": 1}
    services.sweep()
    job.refresh_from_db()
    assert (job.state, job.error) == ("set_aside", "La tâche a dépassé 30 secondes et a été interrompue.")
    (row,) = Mail.objects.all()
    send(None, mail_id=row.pk)
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([author.email], "Non terminé\N{NO-BREAK SPACE}: Test work")
    assert job.error in message.body and str(job.pk) in message.body and "3 tentatives" in message.body


def test_job_that_the_portal_asked_for_itself_is_set_aside_without_an_email(hung):
    hung(3)
    assert services.sweep() == {"published": 0, "set aside": 1}
    assert not Mail.objects.exists()


def test_job_of_a_kind_that_no_release_knows_any_more_does_not_stop_the_sweeper(hung):
    unknown, known = hung(3, kind="test.gone", key="gone"), hung(3)
    assert services.sweep() == {"published": 0, "set aside": 2}
    assert {Job.objects.get(pk=job.pk).state for job in (unknown, known)} == {"set_aside"}


@pytest.mark.django_db(transaction=True)
def test_lease_is_renewed_up_to_the_limit_and_not_beyond(monkeypatch, settings):
    settings.JOB_LEASE = 1
    seen = []

    def hangs(context):
        job = Job.objects.get(pk=context.id)
        first, patience = job.lease_until, time.monotonic() + 30
        while job.lease_until >= database_now() and time.monotonic() < patience:
            time.sleep(0.05)
            job.refresh_from_db()
        seen.append((job.lease_until > first, job.lease_until - job.started_at, services.sweep()))

    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(services, "publish", lambda job: True)
    job_handler("test.work", limit=2)(hangs)
    job = request("test.work")
    assert services.run_job(str(job.pk)) == "lease lost"
    assert seen == [(True, dt.timedelta(seconds=2), {"published": 0, "set aside": 0})]
    job.refresh_from_db()
    assert (job.state, job.error) == ("waiting", "The task took longer than 2 seconds and was stopped.")


# --- With a worker ----------------------------------------------------------------------------------------------------

WORKER = (hanging_jobs.QUEUE, "--include", "tests.foundation.hanging_jobs", "-n", "hanging@%h")


ENDED = ("test.ends", "ready", 1, "", {"ended": True})


def ends() -> list[tuple]:
    rows = Job.objects.exclude(kind="mail.send").order_by("requested_at")
    return list(rows.values_list("kind", "state", "attempt", "error", "result"))


def sweep_until_all_ended(*, seconds: float = 120) -> set[tuple]:
    """Do what beat does until all jobs have ended, and return the states of the first job."""
    seen, patience = set(), time.monotonic() + seconds
    while Job.objects.filter(state__in=Job.UNFINISHED).exclude(kind="mail.send").exists():
        assert time.monotonic() < patience, list(Job.objects.values("kind", "state", "attempt", "error"))
        services.sweep()
        seen.add(Job.objects.order_by("requested_at").values_list("state", "attempt", "error").first())
        time.sleep(0.5)
    return seen


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_handler_that_hangs_is_ended_at_its_limit_and_the_queue_goes_on():
    author = make_staff("editor")
    hanging = request("test.hangs_in_python", author=author)
    Job.objects.filter(pk=hanging.pk).update(attempt=1)  # two attempts are left
    with workers.worker(*WORKER, JOB_LEASE="2"):
        request("test.ends")
        assert ("waiting", 2, STOPPED) in sweep_until_all_ended()
    assert ends() == [("test.hangs_in_python", "set_aside", 3, STOPPED, {}), ENDED]
    assert list(Mail.objects.values_list("recipient", "kind")) == [(author.email, "foundation.job_set_aside")]


@pytest.mark.long
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_handler_that_hangs_in_c_is_ended_too_and_the_queue_goes_on():
    """No thread of its process runs, so its lease expires before its limit; the attempt still ends at the limit."""
    hanging = request("test.hangs_in_c")
    Job.objects.filter(pk=hanging.pk).update(attempt=1)
    with workers.worker(*WORKER, JOB_LEASE="2"):
        request("test.ends")
        sweep_until_all_ended()
    message = "The server stopped responding 3 times during this task."
    assert ends() == [("test.hangs_in_c", "set_aside", 3, message, {}), ENDED]


@pytest.mark.long
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_worker_refuses_a_pool_that_cannot_end_a_job():
    refused = subprocess.run(
        workers.command(hanging_jobs.QUEUE, "--pool", "threads"),
        env=workers.environment(),
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
    )
    message = "Start the worker with --pool=prefork: other pools cannot end a job at its limit."
    assert (refused.returncode, message in refused.stderr + refused.stdout) == (1, True)
