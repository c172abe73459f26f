"""Work that may go wrong in every way, in a child of this process: bounded in memory, processor and wall time.

The child is forked from a warm process, so that it starts in milliseconds with everything imported. It touches neither
the database nor the broker, writes its answer into a pipe and is gone.
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

from django.utils.translation import gettext as _

from foundation.jobs.registry import JobRefused

MEMORY = 1024 * 1024 * 1024  # bytes beyond what the process holds already
PROCESSOR_SECONDS = 120
WALL_SECONDS = 180
# For the whole job around it: reading the rows and storing the file take the rest.
RENDERING_LIMIT = 300
# The collector would walk all boxes of a layout again and again: a third of the time of a note. What is really garbage
# in cycles is little, memory is bounded, and the child ends soon.
_COLLECTOR = (100_000, 20, 100)
_ANSWER_LIMIT = 256 * 1024 * 1024


def run_confined(
    work: Callable[[], tuple[bytes, dict]],
    *,
    memory: int = MEMORY,
    processor_seconds: int = PROCESSOR_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> tuple[bytes, dict]:
    """The bytes and the facts that `work` answers with. Raises JobRefused with a sentence where it broke a limit."""
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
    return _understood(answer, processor_seconds)


def _child(
    work: Callable[[], tuple[bytes, dict]], writing: int, memory: int, processor_seconds: int, wall_seconds: float
) -> None:
    """Never returns: whatever happens, the copy of the parent ends here."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # The parent ends this child in time; where the parent was killed, the kernel does.
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
            # A fatal error of the renderer is no Exception; nothing may reach the parent's code above.
            content, facts = b"", {"failed": "error", "error": f"{type(error).__name__}: {error}"[:1000]}
        head = json.dumps(facts).encode()
        _write_all(writing, struct.pack("!IQ", len(head), len(content)) + head + content)
    finally:
        os._exit(0)


def _held() -> int:
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - nothing but this is needed of the file
        return int(statm.read().split()[0]) * resource.getpagesize()


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _read_all(handle: int, wall_seconds: float) -> tuple[bytes, bool]:
    deadline = time.monotonic() + wall_seconds
    pieces, size = [], 0
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
    """The child has answered or must go; either way it is waited for, so that no zombie stays."""
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        os.waitpid(child, 0)


def _understood(answer: bytes, processor_seconds: int) -> tuple[bytes, dict]:
    if len(answer) < 12:
        # Killed by the kernel: the processor limit, or the machine out of memory.
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
        raise RuntimeError("the answer of the rendering was cut off")
    return content, facts
