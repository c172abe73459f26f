from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject


class ViewerMiddleware:
    """`request.viewer`: the signed-in person, or None without reading a session when there is no session cookie.

    Whatever is answered to somebody with a session stays out of shared caches.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        request.viewer = SimpleLazyObject(lambda: _person(request)) if has_session else None
        response = self.get_response(request)
        if has_session or settings.SESSION_COOKIE_NAME in response.cookies:
            response["Cache-Control"] = "private, no-store"
        return response


def _person(request: HttpRequest) -> object | None:
    return request.user if request.user.is_authenticated else None
