"""Run work in a child process with limits on memory, processor time and wall time.

The child is forked from a warm process, so it starts in milliseconds with everything imported. It does not use the
database or the broker; it writes its answer to a pipe and exits.
"""

import gc
import json
import os
import resource
import select
import signal
import struct
import time
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from foundation.jobs.registry import JobRefused

MEMORY = 1024 * 1024 * 1024  # bytes in addition to what the process already uses
PROCESSOR_SECONDS = 120
WALL_SECONDS = 180
# For the whole job, which also reads rows and stores the file.
RENDERING_LIMIT = 300
# Thresholds for the garbage collector. With the defaults it would traverse all boxes of a layout many times, a third of
# the time for a note. There is little cyclic garbage, memory is limited, and the child exits soon.
_COLLECTOR = (100_000, 20, 100)
_ANSWER_LIMIT = 256 * 1024 * 1024


# Facts about the result, such as its number of pages, as JSON.
Facts = dict[str, Any]
Work = Callable[[], tuple[bytes, Facts]]


def run_in_child(
    work: Work,
    *,
    memory: int = MEMORY,
    processor_seconds: int = PROCESSOR_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> tuple[bytes, Facts]:
    """Return the bytes and facts that `work` returns. The facts must be JSON.

    Raises JobRefused if the work exceeds a limit, and RuntimeError if it fails.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(work, writing, memory, processor_seconds, wall_seconds)
    os.close(writing)
    try:
        answer, in_time = _read_all(reading, wall_seconds)
    finally:
        os.close(reading)
        _end(child)
    if not in_time:
        raise JobRefused(
            _("The task took longer than %(seconds)s seconds and was stopped.") % {"seconds": wall_seconds}
        )
    return _unpacked(answer, processor_seconds)


def _child(work: Work, writing: int, memory: int, processor_seconds: int, wall_seconds: float) -> None:
    """Do the work and exit; never returns."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # The parent stops this child in time. If the parent was killed, this alarm does.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, wall_seconds + 1)
        gc.freeze()
        gc.set_threshold(*_COLLECTOR)
        resource.setrlimit(resource.RLIMIT_AS, (_held() + memory,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            content, facts = work()
        except MemoryError:
            content, facts = b"", {"failed": "memory"}
        except BaseException as error:
            # Catch everything, even SystemExit: the child must never continue with the parent's code.
            content, facts = b"", {"failed": "error", "error": f"{type(error).__name__}: {error}"[:1000]}
        head = json.dumps(facts).encode()
        _write_all(writing, struct.pack("!IQ", len(head), len(content)) + head + content)
    finally:
        os._exit(0)


def _held() -> int:
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - a plain read is enough
        return int(statm.read().split()[0]) * resource.getpagesize()


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _read_all(handle: int, wall_seconds: float) -> tuple[bytes, bool]:
    deadline = time.monotonic() + wall_seconds
    pieces: list[bytes] = []
    size = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or size > _ANSWER_LIMIT:
            return b"", False
        ready, _writable, _failed = select.select([handle], [], [], left)
        if ready:
            piece = os.read(handle, 1 << 20)
            if not piece:
                return b"".join(pieces), True
            pieces.append(piece)
            size += len(piece)


def _end(child: int) -> None:
    """Kill the child if it is still running, and wait for it, so that it does not become a zombie."""
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        os.waitpid(child, 0)


def _unpacked(answer: bytes, processor_seconds: int) -> tuple[bytes, Facts]:
    if len(answer) < 12:
        # The kernel killed the child: it exceeded its processor time, or the machine ran out of memory.
        raise JobRefused(
            _("The task exceeded its limits (memory, or %(seconds)s seconds of processor time) and was stopped.")
            % {"seconds": processor_seconds}
        )
    head_size, size = struct.unpack("!IQ", answer[:12])
    facts = json.loads(answer[12 : 12 + head_size])
    content = answer[12 + head_size :]
    if facts.get("failed") == "memory":
        raise JobRefused(_("The task needed more memory than allowed and was stopped."))
    if facts.get("failed"):
        raise RuntimeError(facts["error"])
    if len(content) != size:
        raise RuntimeError("the child's answer is incomplete")
    return content, facts
