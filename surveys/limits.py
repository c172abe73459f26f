"""Guessed links are slowed: an address on the network gets so many wrong ones a minute, then waits for the next.

Counted in the default cache, which lies in PostgreSQL. A closed link counts as a wrong one, since it is answered alike.
"""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from foundation.pages.clients import network_of

WRONG_LINKS_A_MINUTE = 30
WINDOW = 60


def may_try(request: HttpRequest) -> bool:
    return cache.get(_key(request), 0) < WRONG_LINKS_A_MINUTE


def count_wrong(request: HttpRequest) -> None:
    key = _key(request)
    if cache.add(key, 1, timeout=2 * WINDOW):
        return
    try:
        cache.incr(key)
    except ValueError:
        # It ran out between the two steps.
        cache.set(key, 1, timeout=2 * WINDOW)


def _key(request: HttpRequest) -> str:
    """By network and minute; hashed, so that the cache holds no address."""
    minute = int(time.time()) // WINDOW
    secret = f"{settings.SECRET_KEY}:{network_of(request)}:{minute}"
    return f"survey-links:{hashlib.sha256(secret.encode()).hexdigest()[:32]}"
