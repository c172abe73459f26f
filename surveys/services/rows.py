from django.db.models import F

from surveys.models import Survey
from workshops.services.years import bump_workshop


def locked(survey: Survey) -> Survey:
    """The row as it is now, held against every other change until the transaction ends."""
    return Survey.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=survey.pk)


def bump(survey: Survey) -> None:
    """What kept pages show of the survey has changed, its workshop's page among them."""
    Survey.objects.filter(pk=survey.pk).update(revision=F("revision") + 1)
    if survey.workshop_id:
        bump_workshop(survey.workshop)
