"""A copy of the checkout with its own running demonstration, for tests that break things."""

import contextlib
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from script.lib.environment import ROOT

PATIENCE = (
    900  # seconds until a demonstration that has not started is ended: many times what it takes beside other work
)
# Works for 0.4 s of processor time, and prints the ratio of elapsed time to it.
RULER = """
import time
clock, own = time.monotonic(), time.process_time()
while time.process_time() - own < 0.4:
    sum(range(1000))
print((time.monotonic() - clock) / (time.process_time() - own))
"""
LEFT_BEHIND = shutil.ignore_patterns(".venv", ".local", ".git", "node_modules", "staticfiles", "__pycache__")


def copy_of_the_checkout(folder: Path) -> Path:
    shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def crowding() -> float:
    """Return how many times longer work takes now than on an idle machine, at least 1.0.

    Time limits are multiplied by it, so that faults exceed them and a busy machine does not.
    """
    command = [sys.executable, "-c", RULER]
    cores = len(os.sched_getaffinity(0))
    rulers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(cores)]
    return max(1.0, *(float(ruler.communicate(timeout=120)[0]) for ruler in rulers))


def processes_of(folder: Path, *words: str) -> list[int]:
    """Return the processes whose command line or environment contains the folder and all of `words`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
            known = line + (process / "environ").read_bytes()
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue  # has ended
        if str(folder).encode() in known and state != "Z" and all(word.encode() in line for word in words):
            found.append(int(process.name))
    return found


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def start_demo(folder: Path, port: int) -> tuple[subprocess.Popen, str]:
    """Start a demonstration; return its supervisor and what it printed until it was ready or gave up."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO_PASSWORD"}
    clean = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PORTAL_")}
    supervisor = subprocess.Popen(
        [folder / "script" / "demo"],
        env={**clean, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    giving_up = threading.Timer(PATIENCE, supervisor.terminate)
    giving_up.start()
    for line in supervisor.stdout:
        lines.append(line)
        if line.startswith("Started in"):
            break
    giving_up.cancel()
    return supervisor, "".join(lines)


def kill(pids: Iterable[int], number: signal.Signals = signal.SIGKILL) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


class Answer(NamedTuple):
    """A response; `status` is 0 if there was none."""

    status: int
    body: str
    url: str


class Browser:
    """A client with its own cookies that sends the forms of pages."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str, timeout: float = 30) -> Answer:
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.address, path)), timeout)

    def post(self, path: str, fields: dict[str, Any], *, form: str, timeout: float = 30) -> Answer:
        """Send a form with the tokens from `form`, the HTML of its page."""
        tokens = dict(re.findall(r'name="(csrfmiddlewaretoken|submission)" value="([^"]+)"', form))
        data = {**tokens, **fields}
        address = urllib.parse.urljoin(self.address, path)
        request = urllib.request.Request(address, urllib.parse.urlencode(data, doseq=True).encode())
        request.add_header("Referer", address)
        return self._ask(request, timeout)

    def _ask(self, request: urllib.request.Request, timeout: float) -> Answer:
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return Answer(answer.status, answer.read().decode(errors="replace"), answer.url)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(errors="replace"), error.url)
        except (urllib.error.URLError, OSError):
            return Answer(0, "", request.full_url)


class RunningDemo:
    """The demonstration of a copied checkout, until `end` is called."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.supervisor, self.output = start_demo(folder, self.port)
        assert "Started in" in self.output, self.output
        self.password = re.search(r"^Password: (\S+)$", self.output, re.MULTILINE)[1]
        self.address = f"http://127.0.0.1:{self.port}/"

    def end(self) -> None:
        self.supervisor.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.supervisor.wait(30)
        kill(processes_of(self.folder))
        self.supervisor.stdout.close()

    def sign_in(self, name: str) -> Browser:
        browser = Browser(self.address)
        page = browser.get("/accounts/login/")
        fields = {"login": f"{name}@idm.example", "password": self.password}
        answer = browser.post("/accounts/login/", fields, form=page.body)
        assert answer.status == 200 and urlsplit(answer.url).path == "/", answer.url
        return browser

    @property
    def database_url(self) -> str:
        state = json.loads((self.folder / ".local" / "run" / "servers.json").read_text())
        return urlunsplit(urlsplit(state["database"])._replace(path="/idm"))

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def until(self, holds: Callable[[], Any], *, seconds: float, what: str) -> float:
        """Wait until the condition holds and return the seconds; fail with a message if it never does."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with contextlib.suppress(psycopg2.OperationalError):
                if holds():
                    return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"after {seconds} s still not: {what}")
