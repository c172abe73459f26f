"""`script/demo`: run the portal with its demonstration data, with all processes under one supervisor."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from script.lib.environment import LOCAL, ROOT, RefusalError, private_folder
from script.lib.processes import MARK, end_marked, ended_with_parent, port_from, require_free_port

READY_SECONDS = 180  # usually three seconds
STOP_SECONDS = 8
STEADY_SECONDS = 60  # a child that ran this long restarts after the shortest pause
LONGEST_PAUSE = 30
ACCOUNTS = ("editor", "publisher", "translator", "protocol", "admin", "moderator", "head.au", "deputy.au", "adviser.au")


def clear_the_way(arguments: list[str]) -> None:
    """Refuse wrong arguments or a port in use before anything is installed or started.

    Also ends processes left by a demo that was killed.
    """
    if unknown := [word for word in arguments if word != "--fresh"]:
        raise RefusalError(f"script/demo knows --fresh and nothing else, not {' '.join(unknown)}.")
    port = port_from(os.environ.get("PORT"))
    with demo_lock():
        end_marked(mark())
    require_free_port(host(), port)


def mark() -> str:
    return f"{ROOT}:{os.environ.get('PORTAL_DB', '')}"


def host() -> str:
    return os.environ.get("PORTAL_HOST", "127.0.0.1")


def demo_lock():
    """Take the lock of the demo on this database. The kernel releases it when the process dies."""
    suffix = os.environ.get("PORTAL_DB", "")
    handle = (private_folder(LOCAL / "run") / f"demo{suffix and '-' + suffix}.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.seek(0)
        address = handle.read().strip() or "another port"
        raise RefusalError(f"The demonstration of this checkout already runs at {address}.") from error
    handle.truncate(0)
    return handle


def demo(arguments: list[str]) -> int:
    from script.lib import servers

    started = time.monotonic()
    port = port_from(os.environ.get("PORT"))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    lock, membership, family = demo_lock(), None, None
    try:
        addresses, membership = servers.join()
        known = servers.environment_of(addresses) | {"PORT": str(port), "PORTAL_HOST": host(), MARK: mark()}
        known["PORTAL_MODE"] = "demo"
        prepare(addresses, known, fresh="--fresh" in arguments)
        family = Family(known)
        family.start()
        address = f"http://{'127.0.0.1' if host() in ('0.0.0.0', '::') else host()}:{port}/"
        family.wait_until_ready(f"{address}readyz")
        lock.write(address)
        lock.flush()
        announce(address, known["DEMO_PASSWORD"], time.monotonic() - started)
        while True:
            leave_if_asked()
            family.watch()
            if membership:
                servers.revive()
            time.sleep(0.3)
    except Leaving:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if family:
            family.stop()
        end_marked(mark(), patience=1.0)
        if membership:
            membership.leave()
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
    from script.lib import demodata, servers
    from script.lib.assets import collect_static, compile_catalogues, static_is_current

    if addresses.local:
        servers.empty_redis(known["REDIS_URL"])  # messages from an earlier start; the jobs are in their table
    if fresh:
        demodata.empty(addresses, known)
        shutil.rmtree(known["PORTAL_DATA"], ignore_errors=True)
        private_folder(Path(known["PORTAL_DATA"]))
    compile_catalogues()
    if not static_is_current():
        print("Collecting the static files …", flush=True)
    beside = ThreadPoolExecutor()
    try:
        static = beside.submit(collect_static, known)
        demodata.load(known)
        static.result()
    finally:
        beside.shutdown(wait=False)  # if loading fails, do not wait; collecting is ended with the script


@dataclass
class Child:
    name: str
    words: list[str]
    process: subprocess.Popen | None = None
    began: float = 0.0
    pause: float = 0.0
    again_at: float | None = None


class Family:
    """The web, worker and beat processes. One that crashes is restarted, after a longer pause each time."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        suffix = os.environ.get("PORTAL_DB", "")
        schedule = LOCAL / "run" / f"beat{suffix and '-' + suffix}"
        for leftover in schedule.parent.glob(f"{schedule.name}*"):
            leftover.unlink()  # may be damaged if beat was killed, and holds nothing that must last
        celery = ["-m", "celery", "-A", "idm_portal"]
        quiet = ["--loglevel=INFO", "--without-gossip", "--without-mingle"]
        self.children = [
            Child("web", ["-m", "gunicorn"]),
            Child("worker", [*celery, "worker", "-Q", "default", "-c", "1", "-n", "default@%h", *quiet]),
            Child("pdf-worker", [*celery, "worker", "-Q", "pdf", "-c", "1", "-n", "pdf@%h", *quiet]),
            Child("beat", [*celery, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel=INFO"]),
        ]
        self.logs = private_folder(LOCAL / "log")
        self.suffix = suffix and f"-{suffix}"

    def log(self, child: Child) -> Path:
        return self.logs / f"{child.name}{self.suffix}.log"

    def start(self) -> None:
        for child in self.children:
            log = self.log(child)
            if log.exists():
                log.replace(log.with_suffix(".log.1"))
            self.start_child(child)

    def start_child(self, child: Child) -> None:
        with self.log(child).open("ab") as log:
            child.process = subprocess.Popen(
                [sys.executable, *child.words],
                env=self.known,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches only the supervisor, which ends its children in order
                preexec_fn=ended_with_parent(signal.SIGTERM),
            )
        child.began, child.again_at = time.monotonic(), None

    def watch(self) -> None:
        """Check every child once, and restart those that have ended."""
        now = time.monotonic()
        for child in self.children:
            if child.again_at is None and child.process.poll() is not None:
                end_group(child.process.pid)
                child.pause = next_pause(child.pause, lived=now - child.began)
                child.again_at = now + child.pause
                print(
                    f"{child.name} {how_it_ended(child.process.returncode)}; it starts again in {child.pause:.0f} s "
                    f"(see {self.log(child)})",
                    flush=True,
                )
            elif child.again_at is not None and now >= child.again_at:
                self.start_child(child)

    def wait_until_ready(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        web = self.children[0]
        while time.monotonic() < deadline:
            leave_if_asked()
            if web.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        lines = self.log(web).read_text(errors="replace").splitlines()[-15:]
        raise RefusalError("\n".join([*lines, f"The portal does not become ready; see {self.log(web)}."]))

    def stop(self) -> None:
        """Ask every child to end, and kill those that do not in time.

        An interrupted job runs again at the next start.
        """
        running = [child.process for child in self.children if child.process]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                end_group(process.pid)
                process.wait(5)
            end_group(process.pid)


def end_group(leader: int) -> None:
    """Kill the rest of a child's process group: a killed worker leaves its pool running."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def next_pause(pause: float, *, lived: float) -> float:
    return 1.0 if lived >= STEADY_SECONDS or not pause else min(pause * 2, LONGEST_PAUSE)


def how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
