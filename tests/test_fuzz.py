"""Hostile values in every parameter, field, JSON key and address: refused or ignored, never an error of the portal."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse

from foundation.editing.submissions import FIELD
from foundation.pages import letters
from tests.access import APPS, ROLES, Row, table_of
from tests.submissions import form_on
from tests.test_addresses import named

ROWS = [row for app in APPS for row in table_of(app) or ()]
DEEP = "[" * 100_000
# Each request gives each name another of the values, so that all of them are tried over a few addresses.
MIXTURES = 2
# What a text field, a number, a date, a choice, a zone or a code may be sent instead.
VALUES = {
    "NUL": "a\x00b",
    "line breaks": "a\r\nBcc: other@example.org\r\n\r\nb",
    "only unseen letters": "\u200b\u2060\ufeff\u202e",
    "unpaired surrogate": b"a\xed\xa0\x80b",
    "bytes that are not UTF-8": b"\xff\xfe\x00",
    "large number": "9" * 400,
    "negative number": "-1",
    "fraction": "1.5",
    "digits of another script": "٣²",
    "not a number": "NaN",
    "infinity": "1e999",
    "impossible date": "2010-02-30T25:61",
    "first date": "0001-01-01T00:00",
    "last date": "9999-12-31T23:59",
    "unknown zone": "Mars/Phobos",
    "path": "../../etc/passwd",
    "pattern": "(a+)+$[%_\\",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}%(n)s",
    "JSON": '{"a": [1]}',
    "open brackets": DEEP,
    "nothing": "",
}
LONG = "x" * 1_000_000
JSON_VALUES = (None, True, -1, 10**400, 1.5, "", "a\x00b", "\ud800", [], [[]], {}, {"a": {"b": []}}, "x" * 100_000)
BODIES = ("", "null", "[]", '"a"', "1", "NaN", "{", DEEP, "[" * 500 + "]" * 500, '{"a": 1e999}', "\x00", '"\\ud800"')
PIECES = {"large": "9" * 30, "long": "x" * 3000, "letters": "é中\u200d", "dots": "..", "negative": "-1", "zero": "0"}


class Recording(QueryDict):
    """A query that notes the names that the view reads."""

    names: set[str] = set()  # also of copies, which forms make

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)

    def getlist(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().getlist(name, default)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)


@pytest.fixture
def names_read(monkeypatch) -> set[str]:
    """Names of all parameters and fields that views have read from queries and forms."""
    names = Recording.names
    names.clear()
    clean = letters.cleaned

    def recording(sent: QueryDict) -> QueryDict:
        found = Recording(mutable=True, encoding=sent.encoding)
        for name, values in clean(sent).lists():
            found.setlist(name, values)
        found._mutable = False
        return found

    monkeypatch.setattr(letters, "cleaned", recording)
    return names


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def signed_in(row: Row) -> Client:
    """Return a browser of the role that gets furthest."""
    role = min(ROLES, key=lambda role: (row.statuses[role] >= 400, row.statuses[role], role == "anonymous"))
    client = Client(raise_request_exception=False)
    if make := ROLES[role]:
        client.force_login(make())
    return client


def fault(client: Client, method: str, address: str, *arguments: Any, expected: int = 0, **more: Any) -> str | None:
    """Return the exception behind a 500 that is not expected, after rolling everything back."""
    with transaction.atomic():
        response = getattr(client, method.lower())(address, *arguments, **more)
        transaction.set_rollback(True)
    if response.status_code < 500 or response.status_code == expected:
        return None
    return repr(response.exc_info[1]) if getattr(response, "exc_info", None) else str(response.status_code)


def set_up(row: Row) -> tuple[Client, str]:
    return signed_in(row), reverse(row.name, kwargs=row.kwargs() if row.kwargs else {})


def names_of(row: Row, client: Client, address: str, names_read: set[str]) -> list[str]:
    """Return the names that the address reads from a query or form."""
    fault(client, row.method, address, {"probe": "1", **(row.data or {})})
    return sorted(names_read | set(row.data or {}) - {"probe", FIELD}) or ["q"]


def mixtures(names: list[str], offset: int) -> Iterator[dict[str, Any]]:
    kinds = list(VALUES.values())
    for number in range(MIXTURES):
        shift = offset + number * (len(kinds) // MIXTURES)
        yield {name: kinds[(shift + place) % len(kinds)] for place, name in enumerate(names)}


def form_of(row: Row, client: Client, address: str, names_read: set[str]) -> dict[str, Any]:
    """Return the fields that the address takes: those that it reads, those on its page, and those of the table."""
    names = names_of(row, client, address, names_read)
    page, on_page = client.get(address), {}
    if page.status_code == 200 and page.get("Content-Type", "").startswith("text/html"):
        with suppress(StopIteration):  # a page without a form
            on_page = form_on(page.content.decode())
    return dict.fromkeys(names, "1") | on_page | (row.data or {})


SENT = [row for row in ROWS if not row.json]
FORMS = [row for row in SENT if row.method == "POST"]
JSONS = [row for row in ROWS if row.method == "POST" and row.json]


@pytest.mark.django_db
@pytest.mark.parametrize("row", SENT, ids=named)
def test_no_mixture_of_values_is_an_error_of_the_portal(row, names_read) -> None:
    client, address = set_up(row)
    names = names_of(row, client, address, names_read)
    sent = mixtures(names, offset=len(address))
    assert [
        (mixture, found)
        for mixture in sent
        if (found := fault(client, row.method, address, mixture, expected=row.statuses["anonymous"]))
    ] == []


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("row", SENT, ids=named)
def test_no_value_in_all_fields_is_an_error_of_the_portal(row, names_read) -> None:
    client, address = set_up(row)
    names = names_of(row, client, address, names_read)
    faults = {
        kind: found
        for kind, value in VALUES.items()
        if (
            found := fault(client, row.method, address, dict.fromkeys(names, value), expected=row.statuses["anonymous"])
        )
    }
    assert faults == {}


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("row", FORMS, ids=named)
def test_no_field_beside_valid_ones_is_an_error_of_the_portal(row, names_read) -> None:
    client, address = set_up(row)
    form = form_of(row, client, address, names_read)
    faults = [
        (name, mixture[name][:50], found)
        for name in form
        for mixture in [*mixtures([name], offset=len(name) + len(address)), {name: LONG}]
        if (found := fault(client, "POST", address, form | mixture))
    ]
    assert faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("row", JSONS, ids=named)
def test_no_body_is_an_error_of_the_portal(row) -> None:
    client, address = set_up(row)
    bodies = [*BODIES, *(json.dumps(changed) for changed in changed_bodies(row.data or {}))]
    faults = {
        body[:100]: found
        for body in bodies
        if (found := fault(client, "POST", address, body, content_type="application/json"))
    }
    assert faults == {}


def changed_bodies(body: dict[str, Any]) -> Iterator[Any]:
    """Yield the body with each of its values replaced, and with each left out."""
    for name in body:
        yield {key: value for key, value in body.items() if key != name}
        for value in JSON_VALUES:
            yield body | {name: value}
        if isinstance(body[name], list):
            yield from (body | {name: [value]} for value in JSON_VALUES)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("row", [row for row in SENT if row.method == "GET" and row.kwargs], ids=named)
def test_no_address_is_an_error_of_the_portal(row) -> None:
    kwargs = row.kwargs()
    client, faults = signed_in(row), {}
    for name in kwargs:
        for kind, piece in PIECES.items():
            try:
                address = reverse(row.name, kwargs=kwargs | {name: piece})
            except NoReverseMatch:
                continue
            if found := fault(client, "GET", address):
                faults[name, kind] = found
    assert faults == {}
