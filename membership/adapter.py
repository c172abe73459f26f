"""Settings of django-allauth in code: no sign-up, links stay on this host, secrets are stored encrypted."""

import base64
import datetime as dt
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from foundation.mail.sealed import request_sealed_mail
from foundation.mail.services import Message, absolute
from membership.models import Person, Role

# How long the codes and links of emails are valid; later they are not sent any more.
VALID_FOR = {
    "account/email/login_code": dt.timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    "account/email/unknown_account": dt.timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    "account/email/password_reset_key": dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
}


def may_sign_in(person: Person) -> bool:
    """Return whether this person may sign in.

    The demonstration's accounts, whose password is public, may not in production.
    """
    return person.is_active and not (person.is_demo and settings.PRODUCTION)


class PersonBackend(AuthenticationBackend):
    """Checks a person at sign-in and, for those with a session, with every request."""

    def user_can_authenticate(self, user: Person) -> bool:
        return may_sign_in(user)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: the secretariat and focal points create accounts."""
        return False

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        if not may_sign_in(user):
            user.is_active = False  # not saved; makes allauth respond as for a closed account
        return super().pre_login(request, user, **kwargs)

    def is_safe_url(self, url: str) -> bool:
        """Return whether the address is on the host of this request; other host names of the portal do not count."""
        host = allauth_context.request.get_host()
        return url_has_allowed_host_and_scheme(url, {host}, require_https=allauth_context.request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the dashboard in the person's language, unless they came for a certain page."""
        with translation.override(request.user.language if request.user.is_authenticated else None):
            return reverse("home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("membership:account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return a link with the portal's own address, never the Host header of the request."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return absolute(path.replace("UID-KEY", key))

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Request it in the recipient's language or, for unknown addresses, in the page's language.

        A job sends it, so that the answer neither waits for the mail server nor fails with it.
        """
        person = context.get("user")
        language = (person.language if person else translation.get_language()) or settings.LANGUAGE_CODE
        with translation.override(language):
            given = {"request": allauth_context.request, "email": email, **context}
            rendered = self.render_mail(
                template_prefix, email, given | {"sign_in_url": absolute(reverse("account_login"))}
            )
        request_sealed_mail(
            recipient=email,
            language=language[:2],
            message=Message(subject=str(rendered.subject), text=str(rendered.body)),
            valid_for=VALID_FOR.get(template_prefix),
        )


class MFAAdapter(DefaultMFAAdapter):
    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether the person may remove it. Staff may not; an administrator resets it if the device is lost."""
        held = Role.objects.on(timezone.now().date()).filter(person_id=authenticator.user_id)
        return not (settings.STAFF_SECOND_FACTOR and held.exists())

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as inline SVG: the content security policy forbids images in data addresses."""
        return super().build_totp_svg(url).partition("?>")[2]

    def encrypt(self, text: str) -> str:
        return _secrets().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _secrets().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # The secret key was replaced without SECRET_KEY_FALLBACKS: no code can be checked, so none is accepted.
            return ""


def _secrets() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor:{key}".encode()).digest())) for key in keys]
    )
