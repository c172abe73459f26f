"""`script/demo`: run the portal with its demonstration data, with all processes under one supervisor."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from script.lib.environment import LOCAL, ROOT, RefusalError, private_folder
from script.lib.processes import MARK, end_marked, ended_with_parent, port_from, require_free_port, send

READY_SECONDS = 180  # usually three seconds
STOP_SECONDS = 8
STEADY_SECONDS = 60  # a child that ran this long restarts after the shortest pause
LONGEST_PAUSE = 30
SIGN_SECONDS = 30  # as in idm_portal/health.py
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ACCOUNTS = ("editor", "publisher", "translator", "protocol", "admin", "moderator", "head.au", "deputy.au", "adviser.au")
CELERY = ["-m", "celery", "-A", "idm_portal"]
WORKER = [*CELERY, "worker", "-c", "1", "--loglevel=INFO", "--without-gossip", "--without-mingle"]


def suffix() -> str:
    return f"-{os.environ['PORTAL_DB']}" if os.environ.get("PORTAL_DB") else ""


def mark() -> str:
    return f"{ROOT}:{suffix()}"


def host() -> str:
    return os.environ.get("PORTAL_HOST", "127.0.0.1")


def check_start(arguments: list[str]) -> None:
    """Refuse what cannot work before anything is installed or started, and end what a killed demo has left."""
    if unknown := [word for word in arguments if word != "--fresh"]:
        raise RefusalError(f"script/demo knows --fresh and nothing else, not {' '.join(unknown)}.")
    port = port_from(os.environ.get("PORT"))
    with demo_lock():
        end_marked(mark())
    require_free_port(host(), port)


def demo_lock() -> IO[str]:
    """Take the lock of the demo on this database. The kernel releases it when the process dies."""
    handle = (private_folder(LOCAL / "run") / f"demo{suffix()}.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.seek(0)
        address = handle.read().strip() or "another port"
        raise RefusalError(f"The demonstration of this checkout already runs at {address}.") from error
    handle.truncate(0)
    return handle


def run(arguments: list[str]) -> int:
    from script.lib import servers

    started, port = time.monotonic(), port_from(os.environ.get("PORT"))
    for number in ENDING:
        signal.signal(number, leave)
    lock, using, children = demo_lock(), None, []
    try:
        addresses, using = servers.join()
        known = servers.environment_of(addresses) | {"PORT": str(port), "PORTAL_HOST": host(), MARK: mark()}
        known["PORTAL_MODE"] = "demo"
        prepare(addresses, known, fresh="--fresh" in arguments)
        children = start_processes(known)
        address = f"http://{'127.0.0.1' if host() in ('0.0.0.0', '::') else host()}:{port}/"
        wait_until_ready(children[0], f"{address}readyz")
        print(address, end="", file=lock, flush=True)
        announce(address, known["DEMO_PASSWORD"], time.monotonic() - started)
        while True:
            leave_if_asked()
            for child in children:
                child.watch()
            if using:
                servers.revive()
            time.sleep(0.3)
    except Leaving:
        return 0
    finally:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        stop(children)
        servers.leave(using)
        lock.close()


class Leaving(BaseException):
    """Raised on Ctrl-C, SIGTERM or SIGHUP to stop the demo."""

    asked = False


def leave(*_: object) -> None:
    # Also set a flag for the loops, because an exception raised inside a destructor is lost.
    Leaving.asked = True
    raise Leaving


def leave_if_asked() -> None:
    if Leaving.asked:
        raise Leaving


def announce(address: str, password: str, seconds: float) -> None:
    print(f"Ready {address}")
    print(f"Password: {password}")
    print(f"Accounts: {', '.join(f'{name}@idm.example' for name in ACCOUNTS)}")
    print("          and head., deputy., adviser.<iso2>@idm.example for every Member State")
    print(f"Mail that the portal sends: {address}demo/mail/")
    print(f"Started in {seconds:.0f} s. Ctrl-C stops everything.", flush=True)


def prepare(addresses, known: dict[str, str], *, fresh: bool) -> None:
    """Bring database, catalogues and static files up to date with the code."""
    from script.lib import assets, demodata, servers

    if addresses.local:
        servers.empty_redis(known["REDIS_URL"])  # messages from an earlier start; the jobs are in their table
    if fresh:
        demodata.empty(addresses, known)
        shutil.rmtree(known["PORTAL_DATA"], ignore_errors=True)
        private_folder(Path(known["PORTAL_DATA"]))
    assets.compile_catalogues()
    pool = ThreadPoolExecutor()
    try:
        static = pool.submit(assets.collect_static, known)
        demodata.load(known)
        static.result()
    finally:
        pool.shutdown(wait=False)  # if loading fails, do not wait; collecting is ended with the script


def start_processes(known: dict[str, str]) -> "list[Child]":
    schedule = LOCAL / "run" / f"beat{suffix()}"
    for leftover in schedule.parent.glob(f"{schedule.name}*"):
        leftover.unlink()  # may be damaged if beat was killed, and holds nothing that must last
    return [
        Child("web", ["-m", "gunicorn"], known),
        Child("worker", [*WORKER, "-Q", "urgent,default", "-n", "default@%h"], known),
        Child("pdf-worker", [*WORKER, "-Q", "pdf", "-n", "pdf@%h"], known),
        Child("sweeper", ["manage.py", "sweep_jobs"], known),
        Child("beat", [*CELERY, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel=INFO"], known),
    ]


class Child:
    """A process of the demonstration. If it crashes it is started again, a little later each time."""

    def __init__(self, name: str, words: list[str], known: dict[str, str]) -> None:
        self.name, self.words = name, words
        self.sign = private_folder(LOCAL / "run") / f"{name}{suffix()}.alive"
        self.known = {**known, "SIGN_OF_LIFE": str(self.sign)}
        self.log = private_folder(LOCAL / "log") / f"{name}{suffix()}.log"
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        self.pause, self.again_at = 0.0, None
        self.start()

    def start(self) -> None:
        self.sign.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.words],
                env=self.known,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches only the supervisor, which ends its children in order
                preexec_fn=ended_with_parent(signal.SIGTERM),
            )
        self.began, self.again_at = time.monotonic(), None

    def is_silent(self) -> bool:
        """Return whether the process shows signs of life and has stopped doing so, as health.py does in production."""
        try:
            return time.time() - self.sign.stat().st_mtime > SIGN_SECONDS
        except FileNotFoundError:
            return False

    def watch(self) -> None:
        now = time.monotonic()
        if self.again_at is None and self.is_silent():
            print(f"{self.name} shows no sign of life and is ended", flush=True)
            send(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.again_at is None and self.process.poll() is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # a killed worker leaves its pool behind
            self.pause = next_pause(self.pause, lived=now - self.began)
            self.again_at = now + self.pause
            ended = how_it_ended(self.process.returncode)
            print(f"{self.name} {ended}; it starts again in {self.pause:.0f} s (see {self.log})", flush=True)
        elif self.again_at is not None and now >= self.again_at:
            self.start()


def wait_until_ready(web: Child, url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and web.process.poll() is None:
        leave_if_asked()
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:  # an HTTP error, too
            time.sleep(0.1)
    lines = web.log.read_text(errors="replace").splitlines()[-15:]
    raise RefusalError("\n".join([*lines, f"The portal does not become ready; see {web.log}."]))


def stop(children: list[Child]) -> None:
    """Ask every child to end, then kill what is left; a job cut short runs again at the next start."""
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while any(child.process.poll() is None for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    end_marked(mark(), patience=1.0)


def next_pause(pause: float, *, lived: float) -> float:
    return 1.0 if lived >= STEADY_SECONDS or not pause else min(pause * 2, LONGEST_PAUSE)


def how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
