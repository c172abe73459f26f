"""Handlers of jobs and followers of deadlines. Apps register them in `tasks.py`, which every process loads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from foundation.jobs.models import Job
from foundation.refusals import Refused


class JobRefused(Refused):
    """The work cannot be done and trying again would not help; its text is shown to the person who asked."""


class LeaseLost(Exception):
    """Another worker holds the job now; whatever this one still does must not be written."""


@dataclass(frozen=True)
class JobContext:
    """What a handler knows of its job. `fence` guards whatever it writes outside its own transaction."""

    id: str
    fence: int
    attempt: int

    def progress(self, done: int, total: int) -> None:
        """Show how far the work is. Raises `LeaseLost` when another worker has the job."""
        held = Job.objects.filter(pk=self.id, fence=self.fence, state=Job.State.RUNNING)
        if not held.update(done=done, total=total):
            raise LeaseLost(self.id)


Handler = Callable[..., dict[str, Any] | None]
Notifier = Callable[[Job], None]
Describer = Callable[..., str]


@dataclass(frozen=True)
class Registered:
    handler: Handler
    queue: str
    on_failure: Notifier | None
    limit: int | None
    describe: Describer | None


_handlers: dict[str, Registered] = {}
_followers: dict[str, Callable[[Any], None]] = {}
_notifiers: list[Notifier] = []


def job_handler(
    kind: str,
    *,
    queue: str = "default",
    limit: int | None = None,
    describe: Describer | None = None,
    on_failure: Notifier | None = None,
) -> Callable[[Handler], Handler]:
    """Register `handler(context, **arguments) -> result | None` for a kind of job.

    Running it twice must be harmless. It raises `JobRefused` with a sentence where trying again is no use.
    An attempt that takes longer than `limit` seconds is ended from outside, whatever it does; without one the limit is
    `JOB_HARD_LIMIT`, which is also the highest. `describe(**arguments)` names the work in the active language, for the
    email to the author of a job that was set aside. `on_failure(job)` is called once when the job has failed for good.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers and _handlers[kind].handler is not handler:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _handlers[kind] = Registered(handler, queue, on_failure, limit, describe)
        return handler

    return register


def registered(kind: str) -> Registered:
    return _handlers[kind]


def limit_of(kind: str) -> int:
    """Return the seconds that one attempt at a job of this kind may take; the highest for a kind nobody handles."""
    own = _handlers[kind].limit if kind in _handlers else None
    return min(own or settings.JOB_HARD_LIMIT, settings.JOB_HARD_LIMIT)


def on_failure_of(kind: str) -> Notifier | None:
    return _handlers[kind].on_failure if kind in _handlers else None


def description_of(job: Job) -> str:
    """Return what the work is, in the active language; empty where its kind does not say."""
    describe = _handlers[job.kind].describe if job.kind in _handlers else None
    return describe(**job.arguments) if describe else ""


def notifies_authors(notify: Notifier) -> Notifier:
    """Register `notify(job)`, called in the transaction that sets a job of any kind aside."""
    if notify not in _notifiers:
        _notifiers.append(notify)
    return notify


def notifiers() -> list[Notifier]:
    return list(_notifiers)


def follows_deadlines(name: str) -> Callable[[Callable], Callable]:
    """Register `follow(now)`, called every few seconds: it does what follows from times that have passed.

    Open and closed are computed from times; nothing may depend on this having run.
    """

    def register(follower: Callable) -> Callable:
        _followers[name] = follower
        return follower

    return register


def followers() -> dict[str, Callable]:
    return dict(_followers)


__all__ = ["JobContext", "JobRefused", "LeaseLost", "follows_deadlines", "job_handler", "notifies_authors"]
