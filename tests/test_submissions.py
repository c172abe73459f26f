"""A form sent twice creates one thing and sends one email, at every address that creates something."""

import datetime as dt
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from council.models import AgendaItem
from foundation.editing.models import Submission
from foundation.editing.submissions import ACCEPTED_FOR, FIELD, REMEMBERED_FOR, new_token, sweep_submissions
from foundation.mail.models import Mail
from membership.models import Person
from tests.access import APPS, ROLES, table_of
from tests.creating import CREATING, NOT_CREATING
from tests.factories.council import make_meeting
from tests.submissions import Sent, form_on, rows_everywhere, send, sent_once_addresses


def filled_in(sent: Sent) -> tuple[Client, str, dict[str, Any]]:
    """Return a client, the address, and the filled-in form that it is about to send."""
    kwargs = sent.kwargs() if sent.kwargs else {}
    address, client, make = reverse(sent.name, kwargs=kwargs) + sent.query, Client(), ROLES[sent.role]
    person = make() if make else None
    if person:
        client.force_login(person)
    data = sent.data(kwargs) if callable(sent.data) else sent.data or {}
    page = client.get(address)
    if page.status_code == 200:
        return client, address, {**form_on(page.content.decode()), **data}
    assert page.status_code in {404, 405}  # the form is on another page
    return client, address, {FIELD: new_token(person.pk if person else None), **data}


def problem_of(response: HttpResponse) -> str:
    """Return the errors that the page shows, for the message of a failing test."""
    found = re.findall(r'role="alert"[^>]*>(.*?)</div>', response.content.decode(), re.DOTALL)
    return " ".join(found) or response.content.decode()[:500]


def test_every_address_that_takes_a_form_creates_once_or_says_why_it_creates_nothing() -> None:
    posted = {row.name for app in APPS for row in table_of(app) or () if row.method == "POST"}
    assert posted - sent_once_addresses() == set(NOT_CREATING)


def test_every_address_that_creates_is_in_the_table() -> None:
    listed, marked = [sent.name for sent in CREATING], sent_once_addresses()
    assert (marked - set(listed), set(listed) - marked, len(listed)) == (set(), set(), len(set(listed)))


@pytest.mark.django_db
@pytest.mark.parametrize("sent", CREATING, ids=lambda sent: sent.name)
def test_a_form_sent_twice_creates_one_thing_and_leads_to_the_same_place(sent) -> None:
    client, address, fields = filled_in(sent)
    before = rows_everywhere()
    first = send(client, address, fields)
    made = rows_everywhere()
    assert (first.status_code, made != before) == (302, sent.adds_rows), problem_of(first)
    second = send(client, address, fields)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert rows_everywhere() == made


# --- One address, as an example of the rest ---------------------------------------------------------------------------


@pytest.fixture
def opened(editor: Person) -> tuple[Client, str, dict[str, Any]]:
    """Open the page of a new agenda item as an editor, and return its form."""
    client, address = Client(), reverse("council:item_add", args=[make_meeting().slug])
    client.force_login(editor)
    fields = form_on(client.get(address).content.decode())
    return client, address, {**fields, "title_en": "Other business"}


def titles() -> list[str]:
    return sorted(AgendaItem.objects.values_list("title_en", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token",
    [lambda: "", lambda: "made-up", lambda: new_token(None)[:-1], lambda: new_token(10**9)],
    ids=["none", "made up", "altered", "of another person"],
)
def test_a_form_without_a_token_of_this_person_is_refused_and_its_text_is_shown(opened, token) -> None:
    client, address, fields = opened
    refused = client.post(address, {**fields, FIELD: token(), "title_en": "A title that took long to write"})
    page = refused.content.decode()
    assert (refused.status_code, titles()) == (409, [])
    assert ("This page has expired" in page, "A title that took long to write" in page) == (True, True)


@pytest.mark.django_db
def test_a_page_older_than_a_week_has_expired(opened, monkeypatch) -> None:
    client, address, fields = opened
    a_week_ago = time.time() - ACCEPTED_FOR.total_seconds() - 60
    with monkeypatch.context() as clock:
        clock.setattr("django.core.signing.time.time", lambda: a_week_ago)
        old = new_token(int(client.session["_auth_user_id"]))
    assert (client.post(address, {**fields, FIELD: old}).status_code, titles()) == (409, [])


@pytest.mark.django_db
def test_a_form_that_was_refused_can_be_corrected_and_sent_again(opened) -> None:
    client, address, fields = opened
    wrong = client.post(address, {**fields, "title_en": ""})
    assert (wrong.status_code, Submission.objects.count()) == (200, 0)
    assert client.post(address, fields).status_code == 302
    assert titles() == ["Other business"]


@pytest.mark.django_db
def test_a_form_changed_after_it_was_sent_is_neither_dropped_nor_created_unasked(opened) -> None:
    client, address, fields = opened
    first = client.post(address, fields)
    asked = client.post(address, {**fields, "title_en": "Something else"})
    page = asked.content.decode()
    assert (asked.status_code, titles(), f'href="{first["Location"]}"' in page) == (409, ["Other business"], True)
    assert client.post(address, form_on(page)).status_code == 302
    assert titles() == ["Other business", "Something else"]


@pytest.mark.django_db
def test_the_same_content_from_a_fresh_page_is_created_again(opened) -> None:
    client, address, fields = opened
    client.post(address, fields)
    fresh = form_on(client.get(address).content.decode())
    client.post(address, {**fresh, "title_en": "Other business"})
    assert titles() == ["Other business", "Other business"]


@pytest.mark.django_db
def test_what_was_sent_is_forgotten_when_its_token_is_no_longer_accepted(opened) -> None:
    client, address, fields = opened
    client.post(address, fields)
    sweep_submissions(timezone.now() + ACCEPTED_FOR)
    assert Submission.objects.count() == 1
    sweep_submissions(timezone.now() + REMEMBERED_FOR + dt.timedelta(minutes=1))
    assert Submission.objects.count() == 0


# --- At the same moment -----------------------------------------------------------------------------------------------

TOGETHER = (
    "account_request_login_code",
    "account_reset_password",
    "council:item_add",
    "schedule:slot_add",
    "workshops:register",
    "workshops:material_add",
    "dialogue:contribute",
)
WITH_EMAIL = ("account_request_login_code", "account_reset_password", "workshops:register")


def emails_sent() -> int:
    return Mail.objects.count() + len(mail.outbox)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sent", [sent for sent in CREATING if sent.name in TOGETHER], ids=lambda sent: sent.name)
def test_a_form_sent_twice_at_the_same_moment_creates_one_thing_and_sends_one_email(sent) -> None:
    client, address, fields = filled_in(sent)
    before, emails = rows_everywhere(), emails_sent()
    at_once = threading.Barrier(2)

    def send_it(_which: int) -> tuple[int, str]:
        browser = Client()
        browser.cookies = client.cookies.copy()
        try:
            at_once.wait(30)
            answer = send(browser, address, fields)
            return answer.status_code, answer["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        one, other = both.map(send_it, range(2))
    assert (one, one[0]) == (other, 302)
    added = {name: count - before[name] for name, count in rows_everywhere().items() if count != before[name]}
    added.pop("foundation.PublicChange", None)  # one row for each table that public pages show
    assert set(added.values()) == ({1} if sent.adds_rows else set())
    assert emails_sent() - emails == (1 if sent.name in WITH_EMAIL else 0)
