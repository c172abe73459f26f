from django.db.models import F

from votes.models import Ballot
from workshops.models import IDMYear
from workshops.services.years import bump_year


def locked(ballot: Ballot) -> Ballot:
    """The row as it is now, held until the transaction ends: casting, extending and closing wait for each other."""
    return Ballot.objects.select_for_update().get(pk=ballot.pk)


def bump(ballot: Ballot) -> None:
    """What the public sees of the ballot has changed, here and on the page of its IDM year: kept pages grow old."""
    Ballot.objects.filter(pk=ballot.pk).update(revision=F("revision") + 1)
    options = ballot.options.all()
    of_themes = IDMYear.objects.filter(themes__in=options.values("theme"))
    of_topics = IDMYear.objects.filter(topics__in=options.values("topic"))
    for year_id in (of_themes | of_topics).distinct().values_list("pk", flat=True):
        bump_year(year_id)
