"""Handlers of jobs and followers of deadlines. Apps register them in `tasks.py`, which every process loads."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from foundation.jobs.models import Job
from foundation.refusals import Refused


class JobRefused(Refused):
    """The work cannot be done and repeating it would not help. The message is shown to the person who requested it."""


class LeaseLost(Exception):
    """Another worker has taken over the job; this one must not write anything more."""


@dataclass(frozen=True)
class JobContext:
    """What a handler knows about its job. Use `fence` to guard writes outside the handler's transaction."""

    id: str
    fence: int
    attempt: int

    def progress(self, done: int, total: int) -> None:
        """Record progress. Raises LeaseLost if another worker has taken over the job."""
        held = Job.objects.filter(pk=self.id, fence=self.fence, state=Job.State.RUNNING)
        if not held.update(done=done, total=total):
            raise LeaseLost(self.id)


Handler = Callable[..., dict[str, Any] | None]
Notifier = Callable[[Job], None]
Describer = Callable[..., str]


@dataclass(frozen=True)
class Registered:
    """A registered handler with its queue, limit and callbacks."""

    handler: Handler
    queue: str
    on_failure: Notifier | None
    limit: int | None
    pauses: tuple[int, ...]
    is_decided_elsewhere: bool
    describe: Describer | None


_handlers: dict[str, Registered] = {}
_followers: dict[str, Callable[[Any], None]] = {}
_notifiers: list[Notifier] = []
_preparations: list[Callable[[], object]] = []
_surroundings: list[Callable[[], AbstractContextManager]] = []
# Whether the present work was requested before a backup was restored, so that the original may have done it.
from_backup: ContextVar[bool] = ContextVar("from_backup", default=False)


def job_handler(
    kind: str,
    *,
    queue: str = "default",
    limit: int | None = None,
    pauses: Sequence[int] = (),
    describe: Describer | None = None,
    on_failure: Notifier | None = None,
    is_decided_elsewhere: bool = False,
) -> Callable[[Handler], Handler]:
    """Register `handler(context, **arguments) -> result | None` for a kind of job.

    Running a handler twice must be harmless. It raises `JobRefused` with a sentence if repeating it would not help.
    An attempt that takes longer than `limit` seconds is killed; the default, and the maximum, is `JOB_HARD_LIMIT`.
    `pauses` are the seconds between the attempts, one fewer than there are attempts; the default is in the settings.
    `describe(**arguments)` names the work in the active language, for the email to the author of a job that was set
    aside. `on_failure(job)` is called once when the job has finally failed. Jobs that are `is_decided_elsewhere` are
    not on the administrators' page of jobs, because another page shows what they were for.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers and _handlers[kind].handler is not handler:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _handlers[kind] = Registered(
            handler, queue, on_failure, limit, tuple(pauses or settings.JOB_PAUSES), is_decided_elsewhere, describe
        )
        return handler

    return register


def registered(kind: str) -> Registered:
    """Return the handler of a kind. Raises KeyError if there is none."""
    return _handlers[kind]


def limit_of(kind: str) -> int:
    """Return how many seconds one attempt at a job of this kind may take; the maximum if the kind has no handler."""
    own = _handlers[kind].limit if kind in _handlers else None
    return min(own or settings.JOB_HARD_LIMIT, settings.JOB_HARD_LIMIT)


def pauses_of(kind: str) -> tuple[int, ...]:
    """Return the seconds between the attempts at a job of this kind."""
    return _handlers[kind].pauses if kind in _handlers else tuple(settings.JOB_PAUSES)


def more_attempts() -> dict[str, int]:
    """Return the number of attempts of the kinds that have another number than usual."""
    usual = len(settings.JOB_PAUSES)
    return {kind: len(found.pauses) + 1 for kind, found in _handlers.items() if len(found.pauses) != usual}


def decided_elsewhere() -> list[str]:
    """Return the kinds of jobs that are not on the administrators' page of jobs."""
    return [kind for kind, found in _handlers.items() if found.is_decided_elsewhere]


def on_failure_of(kind: str) -> Notifier | None:
    """Return the callback for failed jobs of a kind, or None."""
    return _handlers[kind].on_failure if kind in _handlers else None


def description_of(job: Job) -> str:
    """Return what the job does, in the active language, or an empty string if its kind has no description."""
    describe = _handlers[job.kind].describe if job.kind in _handlers else None
    return describe(**job.arguments) if describe else ""


def notifies_authors(notify: Notifier) -> Notifier:
    """Register `notify(job)`, which is called in the transaction that sets a job of any kind aside."""
    if notify not in _notifiers:
        _notifiers.append(notify)
    return notify


def notifiers() -> list[Notifier]:
    """Return the registered functions that notify authors."""
    return list(_notifiers)


def runs_before_jobs(prepare: Callable[[], object]) -> Callable[[], object]:
    """Register `prepare()`, which is called before each job and before deadlines are followed. It has to be quick."""
    if prepare not in _preparations:
        _preparations.append(prepare)
    return prepare


def preparations() -> list[Callable[[], object]]:
    """Return what is called before each job."""
    return list(_preparations)


def surrounds_deadlines(make: Callable[[], AbstractContextManager]) -> Callable[[], AbstractContextManager]:
    """Register a context manager within which deadlines are followed."""
    if make not in _surroundings:
        _surroundings.append(make)
    return make


def surroundings() -> list[Callable[[], AbstractContextManager]]:
    """Return the context managers within which deadlines are followed."""
    return list(_surroundings)


def follows_deadlines(name: str) -> Callable[[Callable], Callable]:
    """Register `follow(now)`, which is called every few seconds to do what follows from deadlines that have passed.

    Whether something is open or closed is computed from times; nothing may depend on this function having run.
    """

    def register(follower: Callable) -> Callable:
        _followers[name] = follower
        return follower

    return register


def followers() -> dict[str, Callable]:
    """Return the registered followers by name."""
    return dict(_followers)


__all__ = ["JobContext", "JobRefused", "LeaseLost", "follows_deadlines", "job_handler", "notifies_authors"]
