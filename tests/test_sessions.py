"""Sessions that sign nobody in: every address answers them as it answers a visitor without a session."""

import datetime as dt
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.editing.submissions import FIELD, new_token
from tests.access import Row
from tests.conftest import delete_all_rows
from tests.factories.membership import make_staff
from tests.test_addresses import ALL_ROWS, address_of, answered, refusals_without_their_page, session_of  # noqa: F401

PASSWORD = "a long password of nobody"
# A visitor who has given the password and not yet the second factor has pages of their own.
SIGN_IN = ("account_", "mfa_")


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


# The others are tried by `script/test --all`.
COMMON = ("closed account", "no second factor", "forged key")


@pytest.fixture(scope="module")
def broken_sessions(django_db_setup, django_db_blocker) -> Iterator[dict[str, str]]:
    with django_db_blocker.unblock():
        yield {kind: make() for kind, make in SESSIONS.items()}
        delete_all_rows()


def statuses(row: Row, sessions: dict[str, str]) -> dict[str, int]:
    """Return the statuses that differ from a visitor's without a session."""
    if row.name.startswith(SIGN_IN):
        return {}
    address = address_of(row)
    answers = {kind: answered(row, address, key) for kind, key in sessions.items()}
    # A form whose page was opened by somebody who is no longer signed in is not accepted, and its text is kept.
    same = {row.statuses["anonymous"], 409} if row.method == "POST" else {row.statuses["anonymous"]}
    return {kind: status for kind, status in answers.items() if status not in same}


@pytest.mark.django_db
@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: " ".join(filter(None, (row.method, row.name, row.case))))
def test_a_session_that_signs_nobody_in_is_answered_as_none(row, broken_sessions) -> None:
    assert statuses(row, {kind: broken_sessions[kind] for kind in COMMON}) == {}


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: " ".join(filter(None, (row.method, row.name, row.case))))
def test_a_rare_session_that_signs_nobody_in_is_answered_as_none(row, broken_sessions) -> None:
    assert statuses(row, {kind: key for kind, key in broken_sessions.items() if kind not in COMMON}) == {}
