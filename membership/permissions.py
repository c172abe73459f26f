"""Access decorators: every view has one of them or `foundation.pages.access.public`.

People who are not signed in are sent to the sign-in page and back; signed-in people without the right get 403. Staff
who signed in without a required second factor are sent to the page that sets it up.
"""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from foundation.editing.typed import keep_typed, page_of
from foundation.pages.access import View, mark
from membership.models import Accreditation, Rights, RoleName

# Session key of the accreditation chosen by a person with several delegations.
CHOSEN_DELEGATION = "delegation"
# Forms that act for a delegation may carry the id of its accreditation under this name. They are refused if the person
# has since chosen another delegation in another window.
ACTING_FOR = "acting_for"

# The status at which htmx stops polling, and the event at which the page shows a notice (static/js/src/signed-out.js).
STOP_ASKING, SIGNED_OUT = 286, "portal:signed-out"

Check = Callable[[HttpRequest, Rights], HttpResponse | None]


def rights_of(request: HttpRequest) -> Rights:
    """Return the viewer's roles and accreditations: at most two queries per request, none for anonymous readers."""
    viewer = getattr(request, "viewer", None)
    return viewer.rights_on(timezone.now().date()) if viewer else Rights()


# --- The decorators ---------------------------------------------------------------------------------------------------


def signed_in_required(view: View) -> View:
    return _guarded(view, "signed-in", lambda request, rights: None)


def any_role_required(view: View) -> View:
    """Require any role. For pages whose object names the staff who may see it, such as a draft and its clearers.

    The view must raise 404 for all others.
    """
    return _guarded(view, "any-role", _staff_check(*RoleName.values))


def role_required(*roles: str) -> Callable[[View], View]:
    """Require any of these roles. Publishers also pass where editors do, but not the reverse."""
    unknown = set(roles) - set(RoleName.values)
    if unknown or not roles:
        raise ValueError(f"no such role: {', '.join(sorted(unknown)) or 'none was named'}")
    return lambda view: _guarded(view, f"role:{','.join(roles)}", _staff_check(*roles))


def delegation_required(view: View) -> View:
    """Require an accreditation for a State or organization with a status, set as `request.delegation`."""
    return _guarded(view, "delegation", functools.partial(_delegation_check, among="delegations"))


def member_state_required(view: View) -> View:
    """Require an accreditation for a Member State, set as `request.delegation`."""
    return _guarded(view, "member-state", functools.partial(_delegation_check, among="member_states"))


def accredited_required(view: View) -> View:
    """Require an accreditation for any entity, also as focal point, set as `request.delegation`."""
    return _guarded(view, "accredited", functools.partial(_delegation_check, among="accreditations"))


def personal_link(view: View) -> View:
    """Allow holders of a link. The view checks the token and answers invalid and closed links alike."""

    @functools.wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return mark(entered, "link")


# --- Checks -----------------------------------------------------------------------------------------------------------


def _guarded(view: View, rule: str, check: Check) -> View:
    @functools.wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(request, "viewer", None):
            return sign_in_first(request)
        request.rights = rights_of(request)
        refused = check(request, request.rights)
        if refused is not None:
            return refused
        return view(request, *args, **kwargs)

    return mark(entered, rule)


def _staff_check(*roles: str) -> Check:
    def check(request: HttpRequest, rights: Rights) -> HttpResponse | None:
        if rights.awaits_second_factor:
            return second_factor_first(request)
        if not rights.has_role(*roles):
            raise PermissionDenied(
                _("Your role does not give access to this page. If you need it, ask an administrator.")
            )
        return None

    return check


def _delegation_check(request: HttpRequest, rights: Rights, *, among: str) -> HttpResponse | None:
    eligible: tuple[Accreditation, ...] = getattr(rights, among)
    if not eligible:
        raise PermissionDenied(
            _("This page is for delegations. You are not accredited for a delegation that can open it.")
        )
    chosen = chosen_delegation(request, eligible)
    if chosen is None:
        if request.method in {"GET", "HEAD"}:
            return redirect(_with_next(resolve_url("membership:delegation_choose"), request))
        raise PermissionDenied(_("First choose which delegation you act for."))
    acting_for = request.POST.get(ACTING_FOR) if request.method == "POST" else None
    if acting_for is not None and acting_for != str(chosen.pk):
        raise PermissionDenied(
            _("You have chosen another delegation since you opened this page, so nothing was changed. Reload the page.")
        )
    request.delegation = chosen
    return None


def chosen_delegation(request: HttpRequest, eligible: tuple[Accreditation, ...]) -> Accreditation | None:
    """Return the only accreditation or the one chosen in this sign-in; None if a choice is needed."""
    if len(eligible) == 1:
        return eligible[0]
    wanted = request.session.get(CHOSEN_DELEGATION)
    return next((accreditation for accreditation in eligible if accreditation.pk == wanted), None)


# --- Redirects for people without access ------------------------------------------------------------------------------


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page, and store what was typed for the page of the form.

    A page that polls is not redirected: it gets a response that stops the polling and shows a notice.
    """
    address = _with_next(resolve_url(settings.LOGIN_URL), request)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"sign_in": address}, status=401)
    if request.method == "POST":
        request.was_not_taken = True
        keep_typed(request, page_of(request))
    if getattr(request, "htmx", False):
        if request.method == "GET":
            return HttpResponse(status=STOP_ASKING, headers={"HX-Reswap": "none", "HX-Trigger": SIGNED_OUT})
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def second_factor_first(request: HttpRequest) -> HttpResponse:
    """Redirect to the second factor, or to its set-up if there is none."""
    page = "mfa_reauthenticate" if request.viewer.authenticator_set.exists() else "mfa_activate_totp"
    return redirect(_with_next(resolve_url(page), request))


def safe_next(request: HttpRequest, fallback: str = "home") -> str:
    """Return `next` of the form or address if it is on this host, otherwise the fallback."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(fallback)


def _with_next(address: str, request: HttpRequest) -> str:
    """Return the address with `next` set to this page or, after a POST, to the page with the form."""
    if request.method in {"GET", "HEAD"} and not getattr(request, "htmx", False):
        back = request.get_full_path()
    else:
        referer = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
            return address
        parts = urlsplit(referer)
        back = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return f"{address}?{urlencode({REDIRECT_FIELD_NAME: back})}"
