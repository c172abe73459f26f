"""Slow down guessing of links: each network may try a limited number of invalid links per minute.

Only invalid links are counted and written; a valid one reads the count. A closed link counts as invalid, because its
answer is the same. All apps share the counts.
"""

import hashlib
import time

from django.conf import settings
from django.db import connection
from django.db.models import Exists, QuerySet
from django.http import HttpRequest

from foundation.pages.clients import network_of
from foundation.pages.models import WrongLinks

WRONG_LINKS_A_MINUTE = 30
WINDOW = 60
MINUTES_KEPT = 5


def this_minute() -> int:
    """Return the number of the current minute since 1970."""
    return int(time.time()) // WINDOW


def limit_key(request: HttpRequest, minute: int | None = None) -> str:
    """Return the key of network and minute, hashed so that no address is stored."""
    secret = f"{settings.SECRET_KEY}:{network_of(request)}:{this_minute() if minute is None else minute}"
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def is_slowed(request: HttpRequest) -> bool:
    """Return whether this network has tried too many invalid links in this minute. Takes one query."""
    return _too_many(request).exists()


def slows(request: HttpRequest) -> Exists:
    """Return the same as a condition for the query that looks for the link."""
    return Exists(_too_many(request))


def _too_many(request: HttpRequest) -> QuerySet[WrongLinks]:
    return WrongLinks.objects.filter(key=limit_key(request), wrong__gte=WRONG_LINKS_A_MINUTE)


def count_wrong(request: HttpRequest) -> None:
    """Count one invalid link in a single statement, so that simultaneous guesses are all counted."""
    minute = this_minute()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_wronglinks (key, minute, wrong) VALUES (%s, %s, 1)"
            " ON CONFLICT (key) DO UPDATE SET wrong = foundation_wronglinks.wrong + 1",
            [limit_key(request, minute), minute],
        )


def sweep() -> int:
    """Delete counts of past minutes."""
    return WrongLinks.objects.filter(minute__lt=this_minute() - MINUTES_KEPT).delete()[0]
