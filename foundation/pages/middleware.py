import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse

from foundation.pages.errors import service_unavailable

log = logging.getLogger(__name__)


class DatabaseAwayMiddleware:
    """A database that restarts: reading is tried once more on a fresh connection; else a clean 503 says when to return.

    It stands in for a check of the connection before each request, which would be a query more on every page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "database_was_away", False) and request.method in {"GET", "HEAD"}:
            response = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.error("the database is away: %s", exception)
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close()
        request.database_was_away = True
        return service_unavailable(request)
