"""Start gunicorn for the portal and for bare Django, with the same number of workers and threads."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

FLOOR = Path(__file__).parent / "floor"
WORKERS, THREADS = 2, 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def gunicorn(application: str, folder: Path, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Run a server, yield (port, process id) once it accepts connections, and stop it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(folder), "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)]
    command += ["--keep-alive", "30", "--log-level", "error", "--preload", application]
    process = subprocess.Popen(command, env={**os.environ, **environment, "PORT": str(port)}, cwd=folder)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{application} did not start")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextlib.contextmanager
def portal() -> Iterator[tuple[int, int]]:
    with gunicorn("idm_portal.wsgi:application", settings.BASE_DIR, {}) as server:
        yield server


@contextlib.contextmanager
def bare_django() -> Iterator[tuple[int, int]]:
    environment = {"PYTHONPATH": str(FLOOR)}
    subprocess.run([sys.executable, "floor.py", "fill"], cwd=FLOOR, env={**os.environ, **environment}, check=True)
    with gunicorn("floor:application", FLOOR, environment) as server:
        yield server


class Reader:
    """A client with one connection that accepts gzip."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> tuple[float, int]:
        """Return the seconds and bytes of one response. Raises RuntimeError unless its status is 200."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = self.connection.getresponse()
        body = answer.read()
        taken = time.perf_counter() - begun
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return taken, len(body)


def memory(process_id: int) -> int:
    """Return the memory of a server and its workers in MB, counting shared pages once (PSS)."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    total = 0
    for process in (str(process_id), *children):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total // 1024
