"""What cached pages of this app and of the apps above it compare."""

from django.db.models import QuerySet

from foundation.time.clock import ClockTimestamp
from votes.models import Ballot


def revision_of(ballots: QuerySet[Ballot]) -> tuple:
    """Changes with these ballots and when one opens or closes, by the database's clock; in one query.

    The names of States are the register's, papers are documents: see `revisions` there.
    """
    read = ballots.only("revision", "preparation", "opens_at", "closes_at", "proposals_until")
    found = read.annotate(now=ClockTimestamp()).order_by("pk")
    return tuple(
        (ballot.pk, ballot.revision, ballot.state_at(ballot.now), ballot.takes_proposals_at(ballot.now))
        for ballot in found
    )
