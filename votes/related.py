from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string

from foundation.pages.registries import related
from foundation.time.clock import database_now
from membership.audience import audiences_of
from votes.models import Ballot
from votes.presentation import sentence_of, state_of


@related("workshops.year")
def consultations_of_a_year(year: Any, viewer: Any) -> str:
    """Return HTML that lists the ballots on a year's theme and topics this person may see, or an empty string."""
    now = database_now()
    audiences = audiences_of(viewer or None, now)
    about = Q(options__theme__year=year) | Q(options__topic__year=year)
    ballots = Ballot.objects.for_audiences(audiences).filter(about).distinct()
    rows = [
        {
            "ballot": ballot,
            "state": state_of(ballot, now),
            "sentence": sentence_of(ballot) if state_of(ballot, now) == "published" else "",
        }
        for ballot in ballots.select_related("result", "meeting").prefetch_related("options").order_by("opens_at")
    ]
    return render_to_string("votes/_related_year.html", {"rows": rows}) if rows else ""
