from django.db.models import F

from votes.models import Ballot
from workshops.models import IDMYear
from workshops.services.years import bump_year


def locked(ballot: Ballot) -> Ballot:
    """Return the ballot, locked until the transaction ends. Casting, extending and closing wait for each other."""
    return Ballot.objects.select_for_update().get(pk=ballot.pk)


def bump(ballot: Ballot) -> None:
    """Invalidate cached pages that show the ballot, including its IDM year."""
    Ballot.objects.filter(pk=ballot.pk).update(revision=F("revision") + 1)
    options = ballot.options.all()
    of_themes = IDMYear.objects.filter(themes__in=options.values("theme"))
    of_topics = IDMYear.objects.filter(topics__in=options.values("topic"))
    for year_id in (of_themes | of_topics).distinct().values_list("pk", flat=True):
        bump_year(year_id)
