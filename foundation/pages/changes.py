"""Whether anything that decides the revision of a public page has changed, in one small query."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from foundation.jobs.registry import follows_deadlines
from foundation.pages.models import PublicChange

ROWS_AT_ONCE = 10_000

Stamp = tuple[int, int]


def stamp() -> Stamp:
    """Return the sum of all changes, and the second of the clock.

    While neither has moved no revision has: what time alone moves (a ballot opens, a paper is released) moves at a
    full second. Read it before the rows of a page: a change in between then makes the page again, and once too often.
    """
    second = this_second()
    with connection.cursor() as cursor:
        cursor.callproc("foundation_public_changes")
        return cursor.fetchone()[0], second


def this_second() -> int:
    return int(timezone.now().timestamp())


@follows_deadlines("public changes")
def add_up(now: dt.datetime) -> None:
    """Replace many rows by one of the same sum, in one transaction, so that no reader sees another sum."""
    with transaction.atomic():
        locked = PublicChange.objects.select_for_update(skip_locked=True).order_by("pk")[:ROWS_AT_ONCE]
        keys = [change.pk for change in locked]
        if len(keys) < 2:
            return
        rows = PublicChange.objects.filter(pk__in=keys)
        total = rows.aggregate(total=Sum("number"))["total"]
        rows.delete()
        PublicChange.objects.create(number=total)
