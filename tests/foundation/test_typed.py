"""Typed text is shown in the form again after the sign-in, without JavaScript; secrets are not stored."""

from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from council.models import AgendaItem
from foundation.editing.submissions import FIELD
from foundation.editing.typed import KEY, filled, is_secret
from membership.models import Person
from tests.factories.council import make_agenda
from tests.factories.membership import make_staff
from tests.submissions import form_on

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
LOGIN = "/accounts/login/"
PORTAL = "http://testserver"


@pytest.fixture
def writer(editor: Person) -> Person:
    editor.set_password(PASSWORD)
    editor.save()
    return editor


@pytest.fixture
def address() -> str:
    meeting, items = make_agenda()
    return reverse("council:item_edit", args=[meeting.slug, items["Debate"].pk])


class Browser(Client):
    """A browser with its tokens, which remembers the page of a form; forms are sent as filled in."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def open(self, address: str) -> dict[str, Any]:
        page = self.get(address)
        assert page.status_code == 200
        secret = lxml.html.fromstring(page.content).xpath("//main//input[@name='csrfmiddlewaretoken']/@value")
        return {**form_on(page.content.decode()), "csrfmiddlewaretoken": secret[0]}

    def send(self, address: str, fields: dict[str, Any], page: str = "") -> Any:
        origin = {"HTTP_ORIGIN": PORTAL, "HTTP_REFERER": PORTAL + (page or address)}
        return self.post(address, fields, **origin)


def signed_in(person: Person) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def sign_in_again(browser: Browser, person: Person, at: str) -> Any:
    fields = browser.open(at)
    return browser.send(at, {**fields, "login": person.email, "password": PASSWORD})


def test_text_of_somebody_whose_session_ended_is_back_in_the_form_after_the_sign_in(writer, address) -> None:
    browser = signed_in(writer)
    fields = browser.open(address) | {"description_en": "Half an hour of\r\nwriting.", "is_internal": "on"}
    Session.objects.all().delete()
    to_sign_in = browser.send(address, fields)
    assert (to_sign_in.status_code, to_sign_in["Location"]) == (302, f"{LOGIN}?next={quote(address, safe='')}")
    assert sign_in_again(browser, writer, to_sign_in["Location"])["Location"] == address
    page = browser.get(address).content.decode()
    back = form_on(page)
    assert "so it has not been sent yet" in page
    assert {name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in back.items()} == {
        **{name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"},
        "description_en": "Half an hour of\nwriting.",
        "is_internal": ["on"],
        FIELD: back[FIELD],
    }
    assert browser.send(address, {**browser.open(address), "description_en": "Written."}).status_code == 302
    assert AgendaItem.objects.get(title_en="Debate").description_en == "Written."


def test_what_was_put_back_is_put_back_once(writer, address) -> None:
    browser = signed_in(writer)
    fields = browser.open(address) | {"title_en": "Half an hour"}
    Session.objects.all().delete()
    login = browser.send(address, fields)["Location"]
    sign_in_again(browser, writer, login)
    assert [form_on(browser.get(address).content.decode())["title_en"] for _time in "ab"] == ["Half an hour", "Debate"]


def test_another_person_on_the_same_device_does_not_get_the_text(writer, address) -> None:
    browser, other = signed_in(writer), make_staff("editor")
    other.set_password(PASSWORD)
    other.save()
    fields = browser.open(address) | {"title_en": "Private words"}
    Session.objects.all().delete()
    login = browser.send(address, fields)["Location"]
    sign_in_again(browser, other, login)
    assert form_on(browser.get(address).content.decode())["title_en"] == "Debate"


def test_a_form_of_a_page_from_before_a_sign_in_elsewhere_comes_back_with_its_text(writer, address) -> None:
    browser = signed_in(writer)
    fields = browser.open(address) | {"title_en": "Half an hour"}
    browser.force_login(writer)
    browser.cookies["csrftoken"] = "n" * 32  # as after a sign-in in another window
    again = browser.send(address, fields)
    assert (again.status_code, again["Location"]) == (302, address)
    assert form_on(browser.get(address).content.decode())["title_en"] == "Half an hour"
    assert AgendaItem.objects.filter(title_en="Half an hour").count() == 0


def test_form_from_another_site_is_refused_and_not_stored(writer, address) -> None:
    browser = signed_in(writer)
    browser.open(address)
    refused = browser.post(address, {"title_en": "A trap"}, HTTP_ORIGIN="https://elsewhere.example")
    assert (refused.status_code, KEY in browser.session) == (403, False)


def test_two_windows_with_the_sign_in_page_each_end_where_they_wanted_to_go(writer, address) -> None:
    browser = Browser()
    one, two = f"{LOGIN}?next={address}", f"{LOGIN}?next=/council/"
    first, second = browser.open(one), browser.open(two)
    typed = {"login": writer.email, "password": PASSWORD}
    assert browser.send(one, {**first, **typed})["Location"] == address
    assert browser.send(two, {**second, **typed})["Location"] == "/council/"


def test_the_second_sign_in_page_leads_nowhere_outside_the_portal(writer) -> None:
    browser = Browser()
    fields = browser.open(f"{LOGIN}?next=https://elsewhere.example/")
    browser.force_login(writer)
    browser.cookies["csrftoken"] = "n" * 32
    assert browser.send(f"{LOGIN}?next=https://elsewhere.example/", fields)["Location"] == "/"


def test_polling_page_is_stopped_when_the_session_has_ended(writer, address) -> None:
    meeting = AgendaItem.objects.get(title_en="Debate").meeting
    asked = reverse("council:agenda_changes", args=[meeting.slug]) + "?seen=1"
    answer = Client().get(asked, HTTP_HX_REQUEST="true")
    headers = {name: answer[name] for name in ("HX-Reswap", "HX-Trigger")}
    assert (answer.status_code, "HX-Redirect" in answer, headers) == (
        286,
        False,
        {"HX-Reswap": "none", "HX-Trigger": "portal:signed-out"},
    )


def test_the_browser_learns_which_form_was_taken_and_which_was_not(writer, address) -> None:
    browser = signed_in(writer)
    fields = browser.open(address)
    assert "sent" in browser.send(address, fields).cookies
    Session.objects.all().delete()
    assert "sent" not in browser.send(address, fields).cookies


def test_fields_of_one_name_each_get_their_own_text_and_boxes_their_ticks() -> None:
    form = (
        '<main id="main"><form method="post"><input name="row"><textarea name="row"></textarea><input name="row">'
        '<input type="checkbox" name="tick" value="1"><input type="checkbox" name="tick" value="2" checked>'
        '<input type="hidden" name="steps" value="[]"></form></main>'
    )
    fields = {"row": ["one", "two\r\nlines", "three"], "tick": ["1"], "steps": ['[{"insert": "words"}]']}
    typed = {"page": "/a/", "action": "/a/", "person": 0, "fields": fields, "at": 0.0}
    back = lxml.html.fromstring(filled(f"<html><body>{form}</body></html>", typed)).forms[0].form_values()
    assert [(name, value.removeprefix("\n")) for name, value in back] == [
        ("row", "one"),
        ("row", "two\nlines"),
        ("row", "three"),
        ("tick", "1"),
        ("steps", '[{"insert": "words"}]'),
    ]


def test_fields_outside_their_form_are_filled_and_those_of_another_form_are_not() -> None:
    page = (
        '<main id="main"><form id="list" method="post"></form><input form="list" name="remark">'
        '<input form="other" name="remark"></main>'
    )
    typed = {"page": "/a/", "action": "/a/", "person": 0, "fields": {"remark": ["Late"]}, "at": 0.0}
    document = lxml.html.fromstring(filled(f"<html><body>{page}</body></html>", typed))
    assert document.xpath("//input/@value") == ["Late"]


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("new_password1", True),
        ("recovery_code", True),
        ("csrfmiddlewaretoken", True),
        ("submission", True),
        ("code", False),
        ("code_of_conduct", False),
        ("token_words", False),
        ("remarks", False),
    ],
)
def test_only_passwords_codes_of_the_sign_in_and_tokens_are_left_out(name, secret) -> None:
    assert is_secret(name) is secret
