from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from membership.permissions import standing_of


class ViewerMiddleware:
    """`request.viewer`: the signed-in person, or None without reading a session when there is no session cookie.

    `request.standing` is what the viewer is today, read when it is first looked at. Whatever is answered to somebody
    with a session stays out of shared caches.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session:
            authenticated = request.user
            request.user = SimpleLazyObject(lambda: _with_second_factor(request, authenticated))
        request.viewer = SimpleLazyObject(lambda: _person(request)) if has_session else None
        request.standing = SimpleLazyObject(lambda: standing_of(request))
        response = self.get_response(request)
        if has_session or settings.SESSION_COOKIE_NAME in response.cookies:
            response["Cache-Control"] = "private, no-store"
        return response


def _with_second_factor(request: HttpRequest, authenticated: object) -> object:
    """The person, who knows from here on whether this very sign-in had a second factor."""
    if authenticated.is_authenticated:
        methods = {record.get("method") for record in get_authentication_records(request, authenticated)}
        authenticated.signed_in_with_second_factor = "mfa" in methods
    return authenticated


def _person(request: HttpRequest) -> object | None:
    return request.user if request.user.is_authenticated else None
