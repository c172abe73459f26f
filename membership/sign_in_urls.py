"""The pages of django-allauth that the portal uses, under allauth's names.

allauth checks access to each of its pages; the marks record what it checks.
"""

import datetime as dt
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from foundation.editing.submissions import sent_once
from foundation.pages.access import View, mark, public


def anyone(view: View) -> View:
    return mark(view, "public")


def own(view: View) -> View:
    return mark(view, "signed-in")


@public
def no_sign_up(request: HttpRequest) -> HttpResponse:
    """Answer 404: there is no sign-up, but allauth needs the address when it answers for unknown accounts."""
    raise Http404


# How long the same form sends no second email.
ONE_EMAIL_FOR = dt.timedelta(minutes=1)


def one_email(view: View) -> View:
    """Let a form that is sent twice at the same moment send one email.

    Both requests must have the same session, because the emailed code is checked in it, and a browser ignores the
    cookies of the first answer to a double click. The page of the form therefore starts the session.
    """

    @never_cache
    @sent_once(again_after=ONE_EMAIL_FOR)
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.session.session_key:
            request.session.create()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            request.session.save()  # before the second request is answered
        return response

    return sent


urlpatterns = [
    path("signup/", no_sign_up, name="account_signup"),
    path("login/", anyone(account.login), name="account_login"),
    path("login/code/", anyone(one_email(account.request_login_code)), name="account_request_login_code"),
    path("login/code/confirm/", anyone(account.confirm_login_code), name="account_confirm_login_code"),
    path("logout/", anyone(account.logout), name="account_logout"),
    path("inactive/", anyone(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", own(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", own(account.password_change), name="account_change_password"),
    path("password/set/", own(account.password_set), name="account_set_password"),
    path("password/reset/", anyone(one_email(account.password_reset)), name="account_reset_password"),
    path("password/reset/sent/", anyone(account.password_reset_done), name="account_reset_password_done"),
    path(
        "password/reset/done/",
        anyone(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        anyone(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("2fa/", own(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", anyone(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", own(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/new/", own(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(
        "2fa/recovery-codes/download/",
        own(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
