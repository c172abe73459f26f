import datetime as dt
import logging

from dialogue.visits import close_days
from foundation.jobs.registry import follows_deadlines

log = logging.getLogger(__name__)


@follows_deadlines("dialogue")
def follow(now: dt.datetime) -> None:
    """Days that are over: their visits are written down, and what told readers apart is destroyed."""
    closed = close_days(now)
    if closed:
        log.info("visits of %d days are written down", closed)
