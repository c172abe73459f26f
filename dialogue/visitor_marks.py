"""Marks that tell visitors apart without storing network addresses."""

import hashlib
import hmac
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from foundation.pages.clients import network_of

# Limit for one network in an hour; a school or an office shares one address.
CONTRIBUTIONS_AN_HOUR = 20
HOUR = 3600


def mark_of(request: HttpRequest, secret: bytes) -> str:
    """Return a keyed hash of network and browser. Marks under different secrets cannot be linked."""
    browser = request.headers.get("User-Agent", "")[:500]
    return hmac.new(secret, f"{network_of(request)}\n{browser}".encode(), hashlib.sha256).hexdigest()


def may_contribute(request: HttpRequest) -> bool:
    return cache.get(_key(request), 0) < CONTRIBUTIONS_AN_HOUR


def count_contribution(request: HttpRequest) -> None:
    key = _key(request)
    if cache.add(key, 1, timeout=2 * HOUR):
        return
    try:
        cache.incr(key)
    except ValueError:
        # The key expired between the two steps.
        cache.set(key, 1, timeout=2 * HOUR)


def _key(request: HttpRequest) -> str:
    """Return the cache key of network and hour, hashed so that the cache stores no address."""
    hour = int(time.time()) // HOUR
    secret = f"{settings.SECRET_KEY}:{network_of(request)}:{hour}"
    return f"dialogue-contributions:{hashlib.sha256(secret.encode()).hexdigest()[:32]}"
