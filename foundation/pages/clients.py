"""Whose request it is, as far as limits need to know."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


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
