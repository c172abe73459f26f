import datetime as dt
import logging

from dialogue.imports import ContributionImport
from dialogue.visits import close_days
from foundation.jobs.registry import follows_deadlines

log = logging.getLogger(__name__)


@follows_deadlines("dialogue")
def follow(now: dt.datetime) -> None:
    """Store the number of visits of past days, and delete the marks by which readers were distinguished."""

    closed = close_days(now)
    if closed:
        log.info("visits of %d days are written down", closed)


__all__ = ["ContributionImport", "follow"]
