"""What every room's tests may use: people signed in, each in a browser of their own."""

import os
from collections.abc import Callable
from typing import Any

import pgtrigger
import pytest
from django.core.cache import caches
from django.test import Client, TransactionTestCase

from foundation.pages.cache import PAGES
from membership.models import Person
from tests.factories.membership import make_delegate, make_staff

SignIn = Callable[[Person], Client]

_flush = TransactionTestCase._fixture_teardown


def _flush_past_the_triggers(case: TransactionTestCase) -> None:
    """Append-only tables refuse to be emptied, which is right everywhere but between two tests."""
    with pgtrigger.ignore():
        _flush(case)


TransactionTestCase._fixture_teardown = _flush_past_the_triggers


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, for the tests marked `browser`."""
    # Playwright keeps an event loop running in the thread of the test, where Django then refuses to use its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    own = {"executable_path": os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium"), "args": ["--no-sandbox"]}
    return {**browser_type_launch_args, **own}


@pytest.fixture(autouse=True)
def no_cached_pages() -> None:
    """Pages cached in process memory do not outlive the test whose rows they show."""
    caches[PAGES].clear()


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """`sign_in(person) -> Client`."""

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
    """The head of the delegation of the Member State `au`."""
    return make_delegate("au", "head")
