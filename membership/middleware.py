from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from membership.permissions import rights_of


class ViewerMiddleware:
    """Set `request.viewer`: the signed-in person, or None without reading a session if there is no session cookie.

    Until the view is known it is a lazy object. `request.rights` holds the viewer's roles and accreditations of the day
    and is read on first use. Answers to people with a session stay out of shared caches.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session:
            authenticated = request.user
            request.user = SimpleLazyObject(lambda: _with_second_factor(request, authenticated))
        request.viewer = SimpleLazyObject(lambda: _person(request)) if has_session else None
        request.rights = SimpleLazyObject(lambda: rights_of(request))
        response = self.get_response(request)
        if has_session or settings.SESSION_COOKIE_NAME in response.cookies:
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Read who is signed in, so that views and querysets get a person or None, never a lazy object around None.

        Pages of personal links must not know who is signed in, and read no session.
        """
        if request.viewer is not None:
            request.viewer = None if getattr(view, "access", "") == "link" else _person(request)


def _with_second_factor(request: HttpRequest, authenticated: object) -> object:
    """Return the person and record whether this sign-in used a second factor."""
    if authenticated.is_authenticated:
        methods = {record.get("method") for record in get_authentication_records(request, authenticated)}
        authenticated.signed_in_with_second_factor = "mfa" in methods
    return authenticated


def _person(request: HttpRequest) -> object | None:
    return request.user if request.user.is_authenticated else None
