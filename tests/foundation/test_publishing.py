"""When the broker is lost, a person waits only once and briefly."""

import socket
import threading
import uuid

import pytest
from kombu.utils import functional

from foundation.jobs import services
from foundation.jobs.models import Job


@pytest.fixture
def hanging_broker(settings, monkeypatch):
    """Run a server that accepts connections and never answers."""
    held = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take():
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        settings.CELERY_BROKER_URL = f"redis://:p@127.0.0.1:{server.getsockname()[1]}/0"
        monkeypatch.setattr(services._Broker, "away_until", 0.0)
        yield held
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    for connection in held:
        connection.close()


def job() -> Job:
    return Job(pk=uuid.uuid4(), kind="test.work", key="one", queue="default")


def test_ten_jobs_wait_for_a_hanging_broker_once_and_without_sleeping(hanging_broker, settings, monkeypatch):
    slept = []
    monkeypatch.setattr(functional, "sleep", slept.append)
    assert [services.publish(job()) for _ in range(10)] == [False] * 10
    assert (len(hanging_broker), slept) == (1, [])
    assert (
        settings.JOB_PUBLISHING_OPTIONS["socket_timeout"] + settings.JOB_PUBLISHING_OPTIONS["socket_connect_timeout"]
        < 0.5
    )


def test_broker_is_tried_again_after_the_pause(hanging_broker, monkeypatch):
    assert not services.publish(job())
    now = services.time.monotonic()
    monkeypatch.setattr(services._Broker, "away_until", now)
    assert not services.publish(job())
    assert len(hanging_broker) == 2
    assert services._Broker.away_until > now


def test_broker_that_answers_gets_the_message(monkeypatch):
    monkeypatch.setattr(services._Broker, "away_until", 0.0)
    assert services.publish(job())
