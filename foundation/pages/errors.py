"""Error pages. They show what was typed, so that nothing is lost."""

import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from foundation.editing.submissions import FIELD, person_of
from foundation.editing.typed import keep_typed, page_of
from foundation.pages.access import public


# The pages for 500 and 503 are rendered without the request, because finding out who is signed in would query the
# database, which may be unavailable.
def service_unavailable(request: HttpRequest) -> HttpResponse:
    """Say that the database is unavailable and ask the client to try again in five seconds."""
    response = HttpResponse(render_to_string("errors/503.html"), status=503)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token does not match.

    On the portal's own pages this happens after signing in in another window: the form is shown again with what was
    typed, or the sign-in page redirects to its destination. Forms of other sites are refused.
    """
    if _is_own_page(request) and settings.CSRF_COOKIE_NAME in request.COOKIES:
        if request.resolver_match and (request.resolver_match.url_name or "").startswith(SIGN_IN):
            return redirect(_after_sign_in(request))
        page = page_of(request)
        viewer = getattr(request, "viewer", None)
        is_same_person = person_of(request.POST.get(FIELD, "")) in {None, 0, viewer.pk if viewer else 0}
        if is_same_person and keep_typed(request, page):
            request.was_not_taken = True
            return _to(request, page)
    return render(request, "errors/csrf.html", {"typed": request.POST}, status=403)


# URL names of the sign-in begin with these.
SIGN_IN = ("account_", "mfa_")


def _is_own_page(request: HttpRequest) -> bool:
    """Return whether the browser says that the form was on a page of this host."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.get_host()


def _after_sign_in(request: HttpRequest) -> str:
    """Return the destination of the sign-in if the person is signed in by now, otherwise the sign-in page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = ""
    if getattr(request, "viewer", None):
        return wanted or resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{request.path}?{urlencode({'next': wanted})}" if wanted else request.path


def _to(request: HttpRequest, page: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(status=409, headers={"HX-Redirect": page})
    return redirect(page)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an unknown address, and show what was typed if a form was sent to it."""
    # A form may be sent to something that was deleted in the meantime; the text can then be copied.
    return render(request, "errors/404.html", {"typed": request.POST}, status=404)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request without sufficient rights, with the reason if there is one."""
    context = {"reason": str(exception or ""), "typed": request.POST}
    return render(request, "errors/403.html", context, status=403)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the portal, or say that the database is unavailable."""
    if is_database_away(sys.exception()):
        return service_unavailable(request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def is_database_away(error: BaseException | None) -> bool:
    """Return whether PostgreSQL was unreachable or closed the connection, as opposed to deadlocks or a full disk."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "pgcode", None) or ""
    # No code: no server answered. 57P: shutdown, crash or startup. 08: connection failure.
    return not code or code.startswith(("57P", "08"))
