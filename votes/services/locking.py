from django.db.models import F

from votes.models import Ballot


def locked(ballot: Ballot) -> Ballot:
    """The row as it is now, held until the transaction ends: casting, extending and closing wait for each other."""
    return Ballot.objects.select_for_update().get(pk=ballot.pk)


def bump(ballot: Ballot) -> None:
    """What the public sees of the ballot has changed, so kept pages are no longer current."""
    Ballot.objects.filter(pk=ballot.pk).update(revision=F("revision") + 1)
