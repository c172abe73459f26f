"""Sessions that sign nobody in: of closed accounts, unfinished sign-ins, or invented."""

import datetime as dt
from collections.abc import Callable

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.editing.submissions import FIELD, new_token
from membership.models import Person
from tests.factories.membership import make_staff

PASSWORD = "a long password of nobody"
# A visitor who has given the password and not yet the second factor has pages of their own.
SIGN_IN = ("account_", "mfa_")


def session_of(make: Callable[[], Person]) -> str:
    """Sign a new person in and return the session's key."""
    client = Client()
    client.force_login(make())
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def of_a_closed_account() -> str:
    person = make_staff("publisher")
    session = session_of(lambda: person)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    return session


def of_a_deleted_account() -> str:
    person = make_staff("publisher")
    session = session_of(lambda: person)
    person.delete()
    return session


def of_a_changed_password() -> str:
    person = make_staff("publisher")
    session = session_of(lambda: person)
    person.set_password(PASSWORD)
    person.save()
    return session


def expired() -> str:
    session = session_of(lambda: make_staff("publisher"))
    Session.objects.filter(session_key=session).update(expire_date=timezone.now() - dt.timedelta(minutes=1))
    return session


def unreadable() -> str:
    session = session_of(lambda: make_staff("publisher"))
    Session.objects.filter(session_key=session).update(session_data="forged:data:here")
    return session


def of_another_backend() -> str:
    store = SessionStore()
    store.update({"_auth_user_id": "1", "_auth_user_backend": "os.system", "_auth_user_hash": ["x"]})
    store.create()
    return store.session_key


def without_second_factor() -> str:
    """Return the session of a publisher who has given the password and must still give a code."""
    person = make_staff("publisher")
    person.set_password(PASSWORD)
    person.save()
    TOTP.activate(person, generate_totp_secret())
    client = Client()
    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def with_waiting_code() -> str:
    """Return the session of a publisher who has requested a sign-in code by email."""
    client, person = Client(), make_staff("publisher")
    EmailAddress.objects.create(user=person, email=person.email)
    fields = {"email": person.email, FIELD: new_token(None)}
    response = client.post(reverse("account_request_login_code"), fields)
    assert response["Location"] == reverse("account_confirm_login_code")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


SESSIONS = {
    "closed account": of_a_closed_account,
    "deleted account": of_a_deleted_account,
    "changed password": of_a_changed_password,
    "expired": expired,
    "unreadable": unreadable,
    "other backend": of_another_backend,
    "no second factor": without_second_factor,
    "waiting code": with_waiting_code,
    "forged key": lambda: "x" * 32,
    "forged markup": lambda: "'; DROP TABLE django_session; --",
    "long key": lambda: "a" * 5000,
}

# The common ones are tried in every run, the others by `script/test --all`.
COMMON = ("closed account", "no second factor", "forged key")
