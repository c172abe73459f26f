"""End a worker that no longer takes jobs, so that its supervisor starts it again.

A worker whose acknowledgement is lost never gets that slot back: Kombu's Redis transport counts the message as being
worked on until the connection is closed. Once every slot is lost the worker waits for ever, while `inspect ping`, which
uses a channel of its own, still answers. Celery offers no way to notice this, so every worker proves by itself that it
takes jobs: it sends itself a message through its own queue and consumer every few seconds. A worker that does not get
the message back, although the broker took it and a slot is free, ends with an error. Ending is better than repairing
the connection, because it covers every cause, and the job rows say what is still to do.
"""

import contextlib
import logging
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from celery import Task, bootsteps
from celery.signals import celeryd_after_setup
from celery.worker import state
from celery.worker.request import Request
from django.conf import settings
from kombu import Exchange, Queue

log = logging.getLogger(__name__)

# The name of the task in `foundation.jobs.tasks`, which records in the database that the worker takes jobs.
HEARTBEAT = "foundation.jobs.heartbeat"
# Seconds
ASKED_EVERY = 5
ACKNOWLEDGED_WITHIN = 12  # twice what the broker may take to answer
STOPPED_FOR = 10  # after which a stopped process of the pool is killed
ENDING_WITHIN = 15  # for jobs that are running when the worker ends
EXIT_CODE = 70


class Proof:
    """What this worker knows about its own consumer. The times are on the monotonic clock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.consumed_at = time.monotonic()
        self.unconfirmed: list[tuple[Any, float]] = []
        self.reason = ""

    def consumed(self) -> None:
        """Note that a job was taken and acknowledged, or that nothing can be known at the moment."""
        self.consumed_at = time.monotonic()

    def acknowledging(self, message: Any) -> None:
        """Note that the worker is about to acknowledge a message; its event loop does so a little later."""
        with self.lock:
            self.unconfirmed.append((message, time.monotonic()))

    def lost(self) -> bool:
        """Look through the acknowledgements that were sent, and return whether one was lost."""
        now = time.monotonic()
        with self.lock:
            confirmed = [entry for entry in self.unconfirmed if entry[0].acknowledged]
            self.unconfirmed = [entry for entry in self.unconfirmed if not entry[0].acknowledged]
            overdue = any(now - since > ACKNOWLEDGED_WITHIN for _message, since in self.unconfirmed)
        if confirmed:
            self.consumed()
        return overdue

    def silent_for(self) -> float:
        """Return the seconds since the last proof."""
        return time.monotonic() - self.consumed_at


proof = Proof()


class WatchedRequest(Request):
    """A message that a worker works on. Notes its acknowledgement."""

    def acknowledge(self) -> None:
        """Acknowledge the message, unless this was done before."""
        if not self.acknowledged:
            proof.acknowledging(self.message)
        super().acknowledge()

    def reject(self, requeue: bool = False) -> None:
        """Refuse the message, unless it was acknowledged before."""
        if not self.acknowledged:
            proof.acknowledging(self.message)
        super().reject(requeue=requeue)


class WatchedTask(Task):
    """The base of all tasks of the portal."""

    abstract = True
    Request = "foundation.jobs.watch:WatchedRequest"


def own_queue(nodename: str) -> Queue:
    """Return the queue that only this worker process takes from. Two workers may have the same name by mistake."""
    name = f"alive.{nodename}.{os.getpid()}"
    return Queue(name, Exchange("alive", type="direct"), name, auto_delete=True)


@celeryd_after_setup.connect
def take_from_own_queue(sender: str, instance: Any, **_kwargs: object) -> None:
    """Add the worker's own queue to those that it takes from."""
    instance.app.amqp.queues.select_add(own_queue(sender))


class Watch(bootsteps.StartStopStep):
    """A thread of the worker's main process that watches the consumer, its event loop and the pool."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.thread: threading.Thread | None = None
        self.sending = threading.Lock()
        self.stopped: dict[int, float] = {}
        self.asked_at = 0.0

    def start(self, parent: Any) -> None:
        """Start watching before the consumer connects."""
        proof.consumed()
        self.queue = own_queue(parent.hostname)
        self.queues = [name for name in parent.app.amqp.queues.consume_from if name != self.queue.name]
        # A process that the pool forks while the thread holds a lock of the broker's client would wait for it for ever.
        os.register_at_fork(
            before=self.sending.acquire, after_in_parent=self.sending.release, after_in_child=self.sending.release
        )
        self.thread = threading.Thread(target=self._watch, args=[parent], name="watch", daemon=True)
        self.thread.start()

    def stop(self, parent: Any) -> None:
        """Keep watching while the worker stops, because stopping may hang too."""

    def _watch(self, worker: Any) -> None:
        while not proof.reason:
            time.sleep(1)
            try:
                proof.reason = self._look(worker)
            except Exception:  # the watch must outlive every fault, or a hanging worker stays
                log.exception("the worker could not be examined")
        log.critical("the worker %s ends: %s", worker.hostname, proof.reason)
        state.should_stop = EXIT_CODE  # Celery looks at it in its event loop and ends after the jobs that are running
        time.sleep(ENDING_WITHIN)
        log.critical("the worker %s did not end by itself", worker.hostname)
        for pid in _pool_of(worker):
            _kill(pid)
        os._exit(EXIT_CODE)

    def _look(self, worker: Any) -> str:
        """Return why the worker has to end, or an empty string."""
        if state.should_stop or state.should_terminate:
            return ""
        self._end_stopped(_pool_of(worker))
        if proof.lost():
            return "an acknowledgement was lost"
        if self._is_busy(worker):
            proof.consumed()
        elif time.monotonic() - self.asked_at >= ASKED_EVERY:
            self.asked_at = time.monotonic()
            if not self._ask(worker.hostname):
                proof.consumed()  # without a broker there is nothing to take
        if proof.silent_for() > settings.JOB_SILENCE:
            return f"it has taken nothing from its queues for {settings.JOB_SILENCE} s although it was free"
        show_sign_of_life()
        return ""

    def _is_busy(self, worker: Any) -> bool:
        """Return whether every process has a job that it may still work on."""
        begun = time.time() - settings.JOB_HARD_LIMIT - settings.JOB_SILENCE
        active = [request for request in list(state.active_requests) if (request.time_start or 0) > begun]
        return len(active) >= worker.pool.num_processes

    def _ask(self, nodename: str) -> bool:
        """Send the worker a message through its own queue, and return whether the broker took it."""
        from foundation.jobs.services import send_message  # noqa: PLC0415 - needs Django's models

        with self.sending:
            return send_message(
                HEARTBEAT, args=[nodename, self.queues], queue=self.queue, time_limit=settings.JOB_SILENCE
            )

    def _end_stopped(self, pids: list[int]) -> None:
        """Kill processes of the pool that were stopped by a signal: they hold a job and would never end it."""
        now = time.monotonic()
        self.stopped = {pid: self.stopped.get(pid, now) for pid in pids if _is_stopped(pid)}
        for pid, since in self.stopped.items():
            if now - since > STOPPED_FOR:
                log.error("process %s of the pool has been stopped for %s s and is killed", pid, STOPPED_FOR)
                _kill(pid)


def show_sign_of_life() -> None:
    """Write the id of this process into `SIGN_OF_LIFE`, whose age the health check looks at."""
    if settings.SIGN_OF_LIFE:
        Path(settings.SIGN_OF_LIFE).write_text(str(os.getpid()))


def _pool_of(worker: Any) -> list[int]:
    return list(worker.pool.info["processes"])


def _is_stopped(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"T", "t"}
    return False


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
