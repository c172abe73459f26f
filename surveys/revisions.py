"""Revisions that the cached pages of this app and of the apps above it depend on."""

from django.db.models import Case, QuerySet, Value, When

from foundation.time.clock import ClockTimestamp
from surveys.models import Survey


def revision_of(surveys: QuerySet[Survey]) -> tuple:
    """Return a value that changes with these surveys, and when one opens or closes by the database's clock; one query.

    The revision of the workshop is included, because results show its attendance.
    """
    now = ClockTimestamp()
    state = Case(When(opens_at__gt=now, then=Value(0)), When(closes_at__gt=now, then=Value(1)), default=Value(2))
    numbers = ("pk", "revision", "workshop__revision", "workshop__edit_version", "workshop__occasion__revision")
    return tuple(surveys.annotate(clock=state).order_by("pk").values_list(*numbers, "clock"))
