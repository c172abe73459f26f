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


# The pages for 500 and 503 are rendered without the request: who is looking at them would be asked of the very database
# that may be away.
def service_unavailable(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(render_to_string("errors/503.html"), status=503)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form of a page that was opened before a sign-in in another window, or that came from elsewhere.

    A form of the portal's own pages comes back with what was typed. A second window with the sign-in page goes where it
    wanted to go. What another site sent is refused.
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


# Names of the addresses of the sign-in begin so.
SIGN_IN = ("account_", "mfa_")


def _is_own_page(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this host."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.get_host()


def _after_sign_in(request: HttpRequest) -> str:
    """Return where the sign-in leads whoever has signed in elsewhere; others to the page itself, to try again."""
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
    # A form may be sent to what somebody has deleted in the meantime: what was typed is shown, to be copied.
    return render(request, "errors/404.html", {"typed": request.POST}, status=404)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    context = {"reason": str(exception or ""), "typed": request.POST}
    return render(request, "errors/403.html", context, status=403)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the portal. If the database is unavailable, say so and do not repeat anything."""
    if is_database_away(sys.exception()):
        return service_unavailable(request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def is_database_away(error: BaseException | None) -> bool:
    """Whether PostgreSQL was unreachable or closed the connection; not a deadlock, a lock or a full disk."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "pgcode", None) or ""
    # None where no server answered; else its shutdown, crash or start, or a failure of the connection.
    return not code or code.startswith(("57P", "08"))
