"""Run a Celery worker in separate processes for a test."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from django.conf import settings
from django.db import connection


def command(queue: str, *options: str) -> list[str]:
    head = [sys.executable, "-m", "celery", "-A", "idm_portal", "worker", "-Q", queue, "-c", "1", "-l", "WARNING"]
    return [*head, "--without-gossip", "--without-mingle", *options]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a process that works on the database of this test."""
    parameters = connection.get_connection_params()
    url = (
        f"postgresql://{parameters.get('user', '')}:{parameters.get('password', '')}@{parameters.get('host', '')}"
        f":{parameters.get('port', '')}/{connection.settings_dict['NAME']}"
    )
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return {**inherited, "DATABASE_URL": url, "PORTAL_MODE": "test", **changes}


@contextlib.contextmanager
def worker(queue: str, *options: str, **changes: str) -> Iterator[subprocess.Popen]:
    """Run a worker of the queue on this test's database, as the demonstration starts it, and end it afterwards."""
    process = subprocess.Popen(
        command(queue, *options), env=environment(**changes), cwd=settings.BASE_DIR, start_new_session=True
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
