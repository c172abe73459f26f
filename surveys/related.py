"""Surveys on the page of their workshop."""

from typing import Any

from django.template.loader import render_to_string

from foundation.pages.registries import related
from foundation.time.clock import database_now
from foundation.time.formats import in_zone
from membership.audience import audiences_of
from surveys.models import Survey
from surveys.results import results_of


@related("workshops.workshop")
def on_workshop(workshop: Any, viewer: Any) -> str:
    """Return HTML that lists the workshop's surveys this person may see, or an empty string."""
    now = database_now()
    audiences = audiences_of(viewer or None, now)
    surveys = list(Survey.objects.visible_to(audiences).set_up().filter(workshop=workshop).select_related("workshop"))
    if not surveys:
        return ""
    results = results_of([survey for survey in surveys if survey.is_settled and survey.results_audience in audiences])
    rows = [
        {
            "survey": survey,
            "opens": in_zone(survey.opens_at, survey.zone).date(),
            "closes": in_zone(survey.closes_at, survey.zone).date(),
            "result": results.get(survey.pk),
        }
        for survey in surveys
    ]
    return render_to_string("surveys/_related_workshop.html", {"rows": rows})
