"""Handlers of jobs and followers of deadlines. Rooms register them in `tasks.py`, which every process loads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models


class JobRefused(Exception):
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
        from foundation.jobs.models import Job

        held = Job.objects.filter(pk=self.id, fence=self.fence, state=Job.State.RUNNING)
        if not held.update(done=done, total=total):
            raise LeaseLost(self.id)


Handler = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class Registered:
    handler: Handler
    queue: str
    on_failure: Callable[[models.Model], None] | None


_handlers: dict[str, Registered] = {}
_followers: dict[str, Callable[[Any], None]] = {}


def job_handler(
    kind: str, *, queue: str = "default", on_failure: Callable[[models.Model], None] | None = None
) -> Callable[[Handler], Handler]:
    """Registers `handler(context, **arguments) -> result | None` for a kind of job.

    Running it twice must be harmless. It raises `JobRefused` with a sentence where trying again is no use.
    `on_failure(job)` is called once when the job has failed for good.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers and _handlers[kind].handler is not handler:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _handlers[kind] = Registered(handler, queue, on_failure)
        return handler

    return register


def registered(kind: str) -> Registered:
    return _handlers[kind]


def follows_deadlines(name: str) -> Callable[[Callable], Callable]:
    """Registers `follow(now)`, called every few seconds: it does what follows from times that have passed.

    Open and closed are computed from times; nothing may depend on this having run.
    """

    def register(follower: Callable) -> Callable:
        _followers[name] = follower
        return follower

    return register


def followers() -> dict[str, Callable]:
    return dict(_followers)


__all__ = ["JobContext", "JobRefused", "LeaseLost", "follows_deadlines", "job_handler"]
