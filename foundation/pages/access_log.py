"""The access log: one line for each request, with its route instead of its address, and never who sent it."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from foundation.logs import request_id

log = logging.getLogger("portal.access")

GIVEN_ID = re.compile(r"[\w-]{8,64}")
# Static files, and the checks that ask every few seconds.
UNINTERESTING = ("/static/", "/healthz", "/readyz")
# Personal links of respondents. The time of a request would be a path from an anonymous answer to its invitation.
NOT_LOGGED = re.compile(r"(?:[a-z]{2}/)?s/")


class AccessLogMiddleware:
    """Gives each request an id, which the answer and all log lines of the request carry, and logs the answer.

    The log has the route ("votes/<slug:slug>/"), because addresses hold tokens, and what people search for. Only pages
    from the cache, which are the same for everybody, are logged with their address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        token = request_id.set(_id_of(request))
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            if settings.ACCESS_LOG and not request.path.startswith(UNINTERESTING):
                _log(request, response, (time.perf_counter() - began) * 1000)
            return response
        finally:
            request_id.reset(token)


def _id_of(request: HttpRequest) -> str:
    """Return the id that the proxy has given, or a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXY_COUNT else ""
    return given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def _log(request: HttpRequest, response: HttpResponse, milliseconds: float) -> None:
    route = _route_of(request, response)
    if NOT_LOGGED.match(route):
        return
    size = 0 if response.streaming else len(response.content)
    fields = {
        "method": request.method if request.method in METHODS else "other",
        "route": f"/{route}" if route != UNKNOWN else route,
        "status": response.status_code,
        "milliseconds": round(milliseconds, 1),
        "bytes": size,
    }
    log.info("%(method)s %(route)s %(status)s %(milliseconds)s ms %(bytes)s B", fields, extra={"fields": fields})


METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
UNKNOWN = "-"


def _route_of(request: HttpRequest, response: HttpResponse) -> str:
    if request.resolver_match:
        return request.resolver_match.route
    # Nothing was resolved: the page came from the cache, or there is no such address, which may be anything.
    return request.path.lstrip("/") if response.status_code in {200, 304} else UNKNOWN
