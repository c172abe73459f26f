"""Access to every address: every view has a mark, and every address answers as the table of its app says."""

import logging
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access import APPS, ROLES, Row, addresses, app_of, table_of
from tests.conftest import delete_all_rows
from tests.sessions import COMMON, SESSIONS, SIGN_IN, session_of

RULES = re.compile(r"public|link|signed-in|any-role|delegation|member-state|accredited|role:[a-z]+(,[a-z]+)*")
METHODS = ("GET", "POST")
ALL_ROWS = [row for app in APPS for row in table_of(app) or ()]


@pytest.fixture(autouse=True)
def refusals_without_their_page(monkeypatch) -> Iterator[None]:
    """Skip rendering and logging of refusals, which are thousands here and have their own tests."""
    monkeypatch.setattr(
        "foundation.pages.errors.render",
        lambda request, template, context=None, status=200: HttpResponse(status=status),
    )
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def mark_of(view: object) -> str | None:
    while view is not None:
        if hasattr(view, "access"):
            return view.access
        view = getattr(view, "__wrapped__", None)
    return None


@pytest.fixture(scope="module")
def sessions(django_db_setup, django_db_blocker) -> Iterator[dict[str, str | None]]:
    """The session key of each role. All are signed in once, because signing in takes as long as most pages."""
    with django_db_blocker.unblock():
        yield {role: session_of(make) if make else None for role, make in ROLES.items()}
        delete_all_rows()


@pytest.fixture(scope="module")
def broken_sessions(django_db_setup, django_db_blocker) -> Iterator[dict[str, str]]:
    """The keys of sessions that sign nobody in."""
    with django_db_blocker.unblock():
        yield {kind: make() for kind, make in SESSIONS.items()}
        delete_all_rows()


def answered(row: Row, address: str, session: str | None) -> int:
    """Return the status for a visitor with this session, and roll the request back."""
    with transaction.atomic():
        client = Client()
        if session:
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        send = client.post if row.method == "POST" else client.get
        as_json = {"content_type": "application/json"} if row.json and row.method == "POST" else {}
        status = send(address, row.data or {}, **as_json).status_code
        transaction.set_rollback(True)
    return status


def unlike_nobody(row: Row, address: str, sessions: dict[str, str]) -> dict[str, int]:
    """Return the statuses for sessions that sign nobody in, if they are not those for a visitor without a session."""
    if row.name.startswith(SIGN_IN):
        return {}
    same = {row.statuses["anonymous"]}
    if row.method == "POST":
        same.add(409)  # a form whose page was opened by somebody who is no longer signed in; its text is kept
    answers = {kind: answered(row, address, key) for kind, key in sessions.items()}
    return {kind: status for kind, status in answers.items() if status not in same}


def address_of(row: Row) -> str:
    """Create what the row's address is about, and return the address."""
    return reverse(row.name, kwargs=row.kwargs() if row.kwargs else {})


def test_every_view_says_who_may_enter() -> None:
    unmarked = {name: mark_of(entry.callback) for name, entry in addresses()}
    assert {name: rule for name, rule in unmarked.items() if not rule or not RULES.fullmatch(rule)} == {}


@pytest.mark.parametrize("app", APPS)
def test_no_address_is_missing_from_its_apps_table(app) -> None:
    table = table_of(app)
    assert table is not None
    own = {name for name, _entry in addresses() if app_of(name) == app}
    listed = {row.name for row in table}
    assert (own - listed, listed - own) == (set(), set())


def named(row: Row) -> str:
    return " ".join(filter(None, (row.method, row.name, row.case)))


@pytest.mark.django_db
@pytest.mark.parametrize("row", ALL_ROWS, ids=named)
def test_an_address_answers_each_role_as_the_table_says(row, sessions, broken_sessions) -> None:
    address = address_of(row)
    assert {role: answered(row, address, session) for role, session in sessions.items()} == row.statuses
    assert unlike_nobody(row, address, {kind: broken_sessions[kind] for kind in COMMON}) == {}


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("row", ALL_ROWS, ids=named)
def test_a_rare_session_that_signs_nobody_in_is_answered_as_none(row, broken_sessions) -> None:
    assert unlike_nobody(row, address_of(row), broken_sessions) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted({row.name for row in ALL_ROWS}))
def test_a_method_that_is_not_in_the_table_is_refused(name, sessions) -> None:
    rows = [row for row in ALL_ROWS if row.name == name]
    row, role = min(
        ((row, role) for row in rows for role in ROLES if role != "anonymous"),
        key=lambda pair: (pair[0].statuses[pair[1]] in {403, 404}, pair[0].statuses[pair[1]]),
    )
    # If nobody is admitted, the refusal may come before the method is checked.
    refused = {405} if row.statuses[role] not in {403, 404} else {403, 404, 405}
    address = address_of(row)
    for method in set(METHODS) - {row.method for row in rows}:
        assert answered(row._replace(method=method), address, sessions[role]) in refused, f"{method} {name} as {role}"
