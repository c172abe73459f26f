"""A stamp of all changes to public pages, so that one small query tells whether cached pages are still up to date."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from foundation.jobs.registry import follows_deadlines
from foundation.pages.models import PublicChange

ROWS_AT_ONCE = 10_000

Stamp = tuple[int, int]


def stamp() -> Stamp:
    """Return the sum of all recorded changes, and the current second.

    While both are the same, no revision has changed. The second is included because some pages change at a set time
    (a ballot opens, a paper is released), always at a full second. Read the stamp before the rows of a page. A change
    in between then causes the page to be rendered again, which is never wrong.
    """
    second = this_second()
    with connection.cursor() as cursor:
        cursor.callproc("foundation_public_changes")
        return cursor.fetchone()[0], second


def any_change(request: HttpRequest, **address: Any) -> Stamp:
    """Return a revision that changes with any public page, and every minute.

    It suits pages that show content of many apps, and costs no query of its own.
    """
    (changes, second), _look = request.cached_since
    return changes, second // 60


def this_second() -> int:
    return int(timezone.now().timestamp())


@follows_deadlines("public changes")
def add_up(now: dt.datetime) -> None:
    """Replace many rows by one with the same sum, in one transaction, so that readers never see a different sum."""
    with transaction.atomic():
        locked = PublicChange.objects.select_for_update(skip_locked=True).order_by("pk")[:ROWS_AT_ONCE]
        keys = [change.pk for change in locked]
        if len(keys) < 2:
            return
        rows = PublicChange.objects.filter(pk__in=keys)
        total = rows.aggregate(total=Sum("number"))["total"]
        rows.delete()
        PublicChange.objects.create(number=total)
