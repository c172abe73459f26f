"""`/readyz/jobs` says whether workers take jobs, and `/readyz` does not depend on it."""

import datetime as dt

import pytest
from django.test import Client

from foundation.jobs.models import Job, Worker
from foundation.jobs.tasks import heartbeat
from foundation.time.clock import database_now

pytestmark = pytest.mark.django_db
KEY = "seconds since a job was taken"


def answer() -> tuple[int, dict]:
    response = Client().get("/readyz/jobs")
    return response.status_code, response.json()


def test_portal_without_workers_serves_people_and_says_that_jobs_wait():
    assert Client().get("/readyz").status_code == 200
    assert answer() == (503, {"status": "jobs are waiting", KEY: {"urgent": None, "default": None, "pdf": None}})


def test_every_queue_needs_a_worker_that_takes_jobs():
    heartbeat("one@a", ["urgent", "default"])
    assert answer() == (503, {"status": "jobs are waiting", KEY: {"urgent": 0, "default": 0, "pdf": None}})
    heartbeat("two@a", ["pdf"])
    assert answer() == (200, {"status": "ok", KEY: {"urgent": 0, "default": 0, "pdf": 0}})


def test_worker_that_took_nothing_for_a_minute_does_not_count():
    heartbeat("one@a", ["urgent", "default", "pdf"])
    Worker.objects.filter(queue="pdf").update(consumed_at=database_now() - dt.timedelta(seconds=61))
    assert answer() == (503, {"status": "jobs are waiting", KEY: {"urgent": 0, "default": 0, "pdf": 61}})
    heartbeat("one@a", ["urgent", "default", "pdf"])
    assert (answer()[0], Worker.objects.count()) == (200, 3)


def test_worker_with_a_long_job_counts_as_long_as_it_renews_the_lease():
    heartbeat("one@a", ["urgent", "default"])
    lease = database_now() + dt.timedelta(seconds=8)
    job = Job.objects.create(kind="x", key="x", queue="pdf", state="running", lease_until=lease)
    assert answer()[0] == 200
    Job.objects.filter(pk=job.pk).update(lease_until=database_now() - dt.timedelta(seconds=1))
    assert answer()[0] == 503
