"""What cached pages of this app and of the apps above it compare."""

from django.db.models import Case, QuerySet, Value, When

from foundation.time.clock import ClockTimestamp
from surveys.models import Survey


def revision_of(surveys: QuerySet[Survey]) -> tuple:
    """Changes with these surveys and when one opens or closes, by the database's clock; in one query.

    Attendance belongs to the workshop and its people, so their revisions count too.
    """
    now = ClockTimestamp()
    state = Case(When(opens_at__gt=now, then=Value(0)), When(closes_at__gt=now, then=Value(1)), default=Value(2))
    numbers = ("pk", "revision", "workshop__revision", "workshop__edit_version", "workshop__occasion__revision")
    return tuple(surveys.annotate(clock=state).order_by("pk").values_list(*numbers, "clock"))
