from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from foundation.pages.registries import related
from foundation.time.clock import database_now
from membership.audience import audiences_of
from membership.entities.effects import Change, affected
from votes.models import Ballot
from votes.presentation import sentence_of, state_of


@affected
def votes_of_a_state(change: Change) -> list[str]:
    """Say which votes a new status or suspension leaves as they are, and which will follow it."""
    if change.kind not in {"status", "suspension"}:
        return []
    now = database_now()
    opened = Ballot.objects.open_at(now).filter(entitlements__entity=change.entity).count()
    coming = [
        ballot
        for ballot in Ballot.objects.announced().filter(opens_at__gt=now)
        if not ballot.copies_entitled and (change.begins is None or ballot.rights_day >= change.begins)
    ]
    said = []
    if opened:
        words = ngettext(
            "%(count)s vote is open to this State and stays as it is.",
            "%(count)s votes are open to this State and stay as they are.",
            opened,
        )
        said.append(words % {"count": opened})
    if coming:
        words = ngettext(
            "%(count)s scheduled vote will follow the change.",
            "%(count)s scheduled votes will follow the change.",
            len(coming),
        )
        said.append(words % {"count": len(coming)})
    return said


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
