"""Real workers under faults of the broker and of their own processes: they end rather than wait for ever."""

import os
import signal
import threading
import time
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from foundation.jobs import registry, services
from foundation.jobs.models import Job, Worker
from foundation.jobs.watch import EXIT_CODE
from foundation.time.clock import database_now
from idm_portal import health
from tests import workers
from tests.brokers import Broker
from tests.foundation import deaf_workers
from tests.running import parent_of, processes_of

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

RECOVERY_SECONDS = 60
INCLUDE = ("--include", "tests.foundation.deaf_workers")


@pytest.fixture
def broker(tmp_path, settings, monkeypatch):
    running = Broker(tmp_path)
    settings.CELERY_BROKER_URL = running.url
    monkeypatch.setattr(services._Broker, "away_until", 0.0)
    yield running
    running.end()


@pytest.fixture
def supervise(broker, tmp_path):
    """Return `supervise(words, **environment)`, which runs a process and starts it again when it ends."""
    running = []

    def supervise(words: list[str], **changes: str) -> workers.Supervised:
        changes = {"REDIS_URL": broker.url, "JOB_SILENCE": "10", "JOB_LEASE": "4", **changes}
        running.append(workers.Supervised(words, tmp_path, **changes))
        return running[-1]

    yield supervise
    for process in running:
        process.end()


def a_worker(supervise, *, name: str = "one", **changes: str) -> workers.Supervised:
    words = workers.command(deaf_workers.QUEUE, *INCLUDE, "-c", "2", "-n", f"{name}@{uuid.uuid4().hex[:6]}")
    return supervise(words, **changes)


def request(kind: str = "test.short", number: int = 1) -> None:
    for _ in range(number):
        services.request_job(kind=kind, key=uuid.uuid4().hex, arguments={})


def until(holds: Callable[[], object], seconds: float, what: str) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, (what, list(Job.objects.values_list("state", "attempt", "error")))
        time.sleep(0.2)
    return time.monotonic() - began


def all_ready() -> bool:
    return not Job.objects.exclude(state=Job.State.READY).exists()


def is_taken() -> bool:
    return Worker.objects.filter(queue=deaf_workers.QUEUE).exists()


def test_worker_whose_acknowledgement_is_lost_ends_and_its_successor_goes_on(supervise):
    supervise(workers.sweeper())
    worker = a_worker(supervise, DEAF="lost ack")
    request(number=5)
    until(lambda: worker.codes == [EXIT_CODE], 60, "the worker ended")
    worker.known["DEAF"] = ""
    request(number=5)
    until(all_ready, RECOVERY_SECONDS, "all jobs are done")


@pytest.mark.long
def test_worker_that_takes_nothing_more_ends_although_its_event_loop_goes_on(supervise):
    supervise(workers.sweeper())
    worker = a_worker(supervise, DEAF="takes nothing")
    until(lambda: worker.codes == [EXIT_CODE], 60, "the worker ended")
    worker.known["DEAF"] = ""
    request(number=5)
    until(all_ready, RECOVERY_SECONDS, "all jobs are done")


@pytest.mark.long
def test_idle_and_busy_workers_go_on(supervise):
    """Longer than a silent worker would live: first without any job, then with one in each process."""
    worker = a_worker(supervise)
    until(is_taken, 60, "the worker takes messages")
    time.sleep(13)
    Worker.objects.update(consumed_at=database_now())
    request("test.long", number=6)
    until(all_ready, RECOVERY_SECONDS, "all jobs are done")
    time.sleep(3)
    assert worker.codes == []


@pytest.mark.long
@pytest.mark.parametrize("stopped", ["a process of the pool", "the whole worker"])
def test_worker_that_is_stopped_by_a_signal_is_replaced(supervise, stopped, monkeypatch):
    monkeypatch.setattr(health, "SIGN_SECONDS", 10)
    supervise(workers.sweeper())
    worker = a_worker(supervise)
    until(is_taken, 60, "the worker takes messages")
    request("test.long", number=2)
    until(lambda: Job.objects.filter(state=Job.State.RUNNING).count() == 2, 30, "both run")
    main = worker.process.pid
    forked = [pid for pid in processes_of(worker.sign, "celery") if parent_of(pid) == main]
    for pid in forked[:1] if stopped == "a process of the pool" else [main, *forked]:
        os.kill(pid, signal.SIGSTOP)
    until(all_ready, RECOVERY_SECONDS, "both jobs are done")
    request(number=10)
    until(all_ready, RECOVERY_SECONDS, "new jobs are done")
    assert worker.codes == ([] if stopped == "a process of the pool" else [-signal.SIGKILL])


@pytest.mark.parametrize(
    ("seconds", "flushed"),
    [
        (15, False),
        pytest.param(60, False, marks=pytest.mark.long),
        pytest.param(60, True, marks=pytest.mark.long),
    ],
)
def test_broker_that_stalls_under_load_loses_no_job(supervise, broker, seconds, flushed):
    """Jobs are requested all the time; each ends once, at most a minute after the broker is back."""
    supervise(workers.sweeper())
    for name in ("one", "two"):
        a_worker(supervise, name=name)
    until(lambda: Worker.objects.count() == 2, 60, "both workers take messages")
    stop = threading.Event()

    def load() -> None:
        while not stop.wait(0.1):
            request(number=2)
        connection.close()

    loading = threading.Thread(target=load)
    loading.start()
    time.sleep(3)
    with broker.stalled():
        time.sleep(seconds)
    if flushed:
        broker.flush()
    back = database_now()
    time.sleep(5)
    stop.set()
    loading.join()
    request(number=1)
    until(all_ready, RECOVERY_SECONDS, "all jobs are done")
    assert Job.objects.filter(requested_at__lt=back, finished_at__lt=back).exists()
    assert Job.objects.count() > seconds * 5
    # Workers that lost an acknowledgement were replaced, and all workers that run now take jobs.
    Worker.objects.all().delete()
    until(lambda: Worker.objects.count() == 2, RECOVERY_SECONDS, "both workers take messages again")


def test_kinds_are_registered_for_this_file_only():
    assert registry.registered("test.short").queue == deaf_workers.QUEUE
