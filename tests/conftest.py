"""Fixtures for the tests of all apps: people signed in, each in a separate browser."""

import gc
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pgtrigger
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from django.test.client import MULTIPART_CONTENT
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from foundation.editing.submissions import FIELD, new_token
from foundation.pages import changes, organization, wrong_links
from foundation.pages.cache import PAGES
from membership.models import Person
from surveys.questionnaire import cached_questionnaire
from tests.factories.membership import make_delegate, make_staff

# The garbage collector would take a fifth of the tests' processor time to look through Django's classes repeatedly.
gc.freeze()
gc.set_threshold(100_000, 50, 100)

SignIn = Callable[[Person], Client]

MADE_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}


def delete_all_rows(_case: TransactionTestCase | None = None) -> None:
    """Delete what a test committed, also from append-only tables, whose triggers otherwise refuse it.

    Django's own flush truncates all tables, even empty ones, and then creates content types and permissions again. It
    takes a second for each test, many times longer than this.
    """
    tables = sorted(set(connection.introspection.table_names()) - MADE_BY_MIGRATIONS)
    filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(filled)
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')  # in any order: foreign keys are checked at the end


TransactionTestCase._fixture_teardown = delete_all_rows


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Stop before a test writes to the database of the demonstration.

    pytest-django creates the test database only if a test with its mark is among those that run. Tests that commit
    what they write have no mark.
    """
    if not connection.settings_dict["NAME"].startswith("test_"):
        pytest.fail("No test database: run the whole folder, or at least one test that is marked django_db.")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use Debian's Chromium for tests marked `browser`."""
    # Playwright runs an event loop in the thread of the test, in which Django refuses to use its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    own = {"executable_path": os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium"), "args": ["--no-sandbox"]}
    return {**browser_type_launch_args, **own}


@pytest.fixture(autouse=True)
def english_and_utc() -> None:
    """Reset language and time zone, because Django's test client leaves those of the last request."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def no_cached_pages() -> None:
    """Drop cached pages, so that they do not outlive the test whose rows they show."""
    caches[PAGES].clear()
    cached_questionnaire.cache_clear()


@pytest.fixture(autouse=True)
def no_organization(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without an organization, as in an empty database, whatever the test before read."""
    monkeypatch.setattr(organization, "_held", (float("inf"), organization.Organization()))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The clock of cached pages. It stands still until a test changes `clock["second"]`."""
    time = {"second": changes.this_second()}
    monkeypatch.setattr(changes, "this_second", lambda: time["second"])
    return time


@pytest.fixture(autouse=True)
def forms_carry_their_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a fresh submission token to forms sent by the test client, unless the test gives one."""
    post = Client.post

    def post_with_token(client: Client, path: str, data: Any = None, *args: Any, **extra: Any) -> Any:
        content_type = args[0] if args else extra.get("content_type", MULTIPART_CONTENT)
        plain = content_type == MULTIPART_CONTENT and (data is None or isinstance(data, dict))
        view = _sent_once_view(path) if plain and FIELD not in (data or {}) else None
        if view is not None:
            by_link = view.access == "link"  # the token is then for anybody with the link, signed in or not
            signed_in = not by_link and settings.SESSION_COOKIE_NAME in client.cookies
            signed_in = signed_in and client.session.get("_auth_user_id")
            data = {**(data or {}), FIELD: new_token(int(signed_in) if signed_in else None)}
        return post(client, path, data, *args, **extra)

    monkeypatch.setattr(Client, "post", post_with_token)


def _sent_once_view(path: str) -> Any:
    place = urlsplit(str(path)).path
    try:
        # As the server resolves it, whatever language an earlier request has left active.
        with translation.override(translation.get_language_from_path(place) or settings.LANGUAGE_CODE):
            view = resolve(place).func
    except Resolver404:
        return None
    return view if hasattr(view, "sent_once") else None


@pytest.fixture
def same_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count all invalid links of a test in one minute, even if a minute ends while it runs."""
    minute = wrong_links.this_minute()
    monkeypatch.setattr(wrong_links, "this_minute", lambda: minute)


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Return `sign_in(person) -> Client`."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def editor(db: None) -> Person:
    return make_staff("editor")


@pytest.fixture
def publisher(db: None) -> Person:
    return make_staff("publisher")


@pytest.fixture
def administrator(db: None) -> Person:
    return make_staff("administrator")


@pytest.fixture
def head(db: None) -> Person:
    """The head of delegation of the Member State `au`."""
    return make_delegate("au", "head")
