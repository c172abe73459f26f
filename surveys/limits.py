"""Guessed links are slowed: an address on the network gets so many wrong ones a minute, then waits for the next.

Counted in the default cache, which lies in PostgreSQL. A closed link counts as a wrong one, since it is answered alike.
"""

import hashlib
import ipaddress
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

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


def network_of(request: HttpRequest) -> str:
    """The client's address as the last trusted proxy saw it; for IPv6 its /64, which one person may own whole.

    Without trusted proxies `X-Forwarded-For` is what the client likes it to be, and is not read.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXY_COUNT
    if proxies:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(forwarded) >= proxies:
            seen = forwarded[-proxies]
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return seen
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
