"""Check ports, and find and end processes that a killed script has left.

Uses only the standard library, because ports are checked before anything is installed.
"""

import contextlib
import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from script.lib.environment import RefusalError

MARK = "PORTAL_STARTED_BY"  # in the environment of all that a start has started


def port_from(text: str | None) -> int:
    text = text or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise RefusalError(f"PORT must be a number between 1 and 65535, not {text!r}.")
    return int(text)


def require_free_port(host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except PermissionError as error:
        raise RefusalError(f"Port {port} may not be opened by this user; choose one above 1023 with PORT=….") from error
    except OSError as error:
        other = f"choose another, for example PORT={port % 65535 + 1}"
        raise RefusalError(f"Port {port} on {host} is taken by another program; {other}.") from error


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def marked(mark: str) -> list[int]:
    """Return the ids of processes with this mark in their environment, which children inherit."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # has ended, or belongs to another user
            known = (folder / "environ").read_bytes().split(b"\0")
            zombie = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            if f"{MARK}={mark}".encode() in known and not zombie and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found


def end_marked(mark: str, patience: float = 5.0) -> None:
    """Send SIGTERM to the marked processes, and SIGKILL to those that remain after `patience` seconds."""
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        for pid in marked(mark):
            send(pid, number)
        deadline = time.monotonic() + seconds
        while marked(mark) and time.monotonic() < deadline:
            time.sleep(0.1)


def send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def ended_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` that makes the kernel send `number` to the child when its parent dies."""
    set_parent_death_signal = 1
    prctl = ctypes.CDLL(None).prctl

    def prepare() -> None:
        prctl(set_parent_death_signal, number)
        # Shells let background processes ignore SIGINT, and children inherit that. Restore the default.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return prepare
