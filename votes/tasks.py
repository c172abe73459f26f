import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from foundation.jobs.registry import JobContext, follows_deadlines, job_handler
from foundation.time.clock import database_now
from votes import printing_jobs
from votes.models import Ballot, LedgerEntry
from votes.services import ensure_closed, ensure_opened
from votes.services.confidential_mail import delete_prepared_material, remind_heads_of_positions
from votes.services.notifications import email_delegations, notify_of_vote

__all__ = ["follow_deadlines", "notify_delegations", "notify_of_cast_vote", "printing_jobs"]

log = logging.getLogger(__name__)


@job_handler("votes.tell_delegations")
def notify_delegations(context: JobContext, *, ballot_id: int, occasion: str) -> dict[str, Any]:
    ballot = Ballot.objects.get(pk=ballot_id)
    return {"mails": email_delegations(ballot, occasion, database_now())}


@job_handler("votes.tell_of_vote")
def notify_of_cast_vote(context: JobContext, *, ballot_id: int, entity_id: int, token: str) -> None:
    entries = LedgerEntry.objects.select_related("entity", "actor")
    notify_of_vote(entries.get(ballot=ballot_id, entity=entity_id, token=token))


@follows_deadlines("votes")
def follow_deadlines(now: dt.datetime) -> None:
    """Open and close ballots whose time has come. Page views do the same."""
    for ballot in Ballot.objects.started(now).filter(opened_at=None):
        _follow(ensure_opened, ballot, "opened")
    for ballot in Ballot.objects.not_counted(now):
        _follow(ensure_closed, ballot, "closed and counted")
    delete_prepared_material(now=now)
    remind_heads_of_positions(now=now)


def _follow(service: Callable[..., Any], ballot: Ballot, what: str) -> None:
    """Follow one ballot. A failure does not stop the others."""
    try:
        service(ballot=ballot)
    except Exception:
        log.exception("ballot %s could not be %s", ballot.slug, what)
    else:
        log.info("ballot %s %s", ballot.slug, what)
