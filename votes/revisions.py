"""Revisions that the cached pages of this app and of the apps above it depend on."""

from django.db.models import QuerySet

from foundation.time.clock import ClockTimestamp
from votes.models import Ballot


def revision_of(ballots: QuerySet[Ballot]) -> tuple:
    """Return a value that changes with these ballots, and when one opens or closes by the database's clock; one query.

    For names of States and for papers, see the `revisions` modules of `membership` and `documents`.
    """
    read = ballots.only("revision", "preparation", "opens_at", "closes_at", "proposals_until")
    found = read.annotate(now=ClockTimestamp()).order_by("pk")
    return tuple(
        (ballot.pk, ballot.revision, ballot.state_at(ballot.now), ballot.takes_proposals_at(ballot.now))
        for ballot in found
    )
