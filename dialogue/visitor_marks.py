"""Who asks, without keeping it: marks made of a network address, which nobody can turn back into one."""

import hashlib
import hmac
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from foundation.pages.clients import network_of

# Contributions from one network an hour. A school or an office sends from one address.
CONTRIBUTIONS_AN_HOUR = 20
HOUR = 3600


def mark_of(request: HttpRequest, secret: bytes) -> str:
    """The same network and browser give the same mark under one secret, and an unrelated one under another."""
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
        # It ran out between the two steps.
        cache.set(key, 1, timeout=2 * HOUR)


def _key(request: HttpRequest) -> str:
    """By network and hour; hashed, so that the cache holds no address."""
    hour = int(time.time()) // HOUR
    secret = f"{settings.SECRET_KEY}:{network_of(request)}:{hour}"
    return f"dialogue-contributions:{hashlib.sha256(secret.encode()).hexdigest()[:32]}"
