"""Run a Celery worker in separate processes for a test."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from idm_portal import health


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


class Supervised:
    """A process that is started again when it ends, as compose and the demonstration do, and killed when it is silent.

    `codes` are the exit codes so far.
    """

    def __init__(self, words: list[str], folder: Path, **changes: str) -> None:
        self.words, self.codes = words, []
        self.sign = folder / f"{id(self)}.alive"
        self.known = environment(SIGN_OF_LIFE=str(self.sign), **changes)
        self.ending = threading.Event()
        self.start()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.words, env=self.known, cwd=settings.BASE_DIR, start_new_session=True, stdin=subprocess.DEVNULL
        )

    def _watch(self) -> None:
        while not self.ending.wait(0.2):
            health.process(self.sign)
            if self.process.poll() is not None:
                self.codes.append(self.process.returncode)
                self._kill_the_rest()
                self.start()

    def _kill_the_rest(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        self.ending.set()
        self.thread.join()
        self._kill_the_rest()
        self.process.wait()


def sweeper() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "sweep_jobs"]


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
