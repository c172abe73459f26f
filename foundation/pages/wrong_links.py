"""Guessed links are slowed: an address on the network gets so many wrong ones a minute, then waits for the next.

Only wrong links are counted and written; a right one reads the count. A closed link counts as a wrong one, since it is
answered alike. Rooms share the counts: whoever guesses at surveys is slowed at translations too.
"""

import hashlib
import time

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from foundation.pages.clients import network_of
from foundation.pages.models import WrongLinks

WRONG_LINKS_A_MINUTE = 30
WINDOW = 60
MINUTES_KEPT = 5


def this_minute() -> int:
    return int(time.time()) // WINDOW


def limit_key(request: HttpRequest, minute: int | None = None) -> str:
    """By network and minute; hashed, so that nobody's address is kept."""
    secret = f"{settings.SECRET_KEY}:{network_of(request)}:{this_minute() if minute is None else minute}"
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def is_slowed(request: HttpRequest) -> bool:
    """Whether its network has come with too many wrong links in this minute; one query."""
    return WrongLinks.objects.filter(key=limit_key(request), wrong__gte=WRONG_LINKS_A_MINUTE).exists()


def count_wrong(request: HttpRequest) -> None:
    """One more, in one statement: guesses that come at the same moment are all counted."""
    minute = this_minute()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_wronglinks (key, minute, wrong) VALUES (%s, %s, 1)"
            " ON CONFLICT (key) DO UPDATE SET wrong = foundation_wronglinks.wrong + 1",
            [limit_key(request, minute), minute],
        )


def sweep() -> int:
    """Counts of minutes that have passed."""
    return WrongLinks.objects.filter(minute__lt=this_minute() - MINUTES_KEPT).delete()[0]
