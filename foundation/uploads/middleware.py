"""Middleware that leaves no file of a request whose transaction was rolled back."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from foundation.uploads.orphans import leaving_no_orphans


class OrphanMiddleware:
    """Deletes the files that a refused request has written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        with leaving_no_orphans():
            return self.get_response(request)
