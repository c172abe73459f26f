"""Reported visits, as the secretariat enters them."""

import datetime as dt

from documents.models import ReportedFigure
from documents.reported_figures.services import enter_figure


def reported_visits(slug: str = "partner-visits", amount: int = 350) -> ReportedFigure:
    """Create a reported figure of visits with a lower bound as its value, in two languages."""
    return enter_figure(
        slug=slug,
        kind="count",
        labels={"en": "visits to the partner’s pages", "fr": "visites des pages du partenaire"},
        amount=amount,
        is_lower_bound=True,
        source="Letter of the partner",
        reported_on=dt.date(2010, 7, 25),
        actor=None,
    )
