"""Sign-in: same answers for known and unknown addresses; no code works twice, no step is skipped, no open redirect."""

import datetime as dt
import re
import time
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.editing.submissions import FIELD
from foundation.jobs.models import Job
from membership.models import Person
from tests.factories.membership import make_delegate, make_person, make_staff
from tests.mails import deliver
from tests.submissions import form_on

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_limits_left_over(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()


@pytest.fixture
def delegate() -> Person:
    person = make_delegate("au")
    person.email = "head.au@idm.example"
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def staff() -> Person:
    person = make_staff("editor", email="editor@idm.example")
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def page_of(response) -> str:
    """Return the page without the form's token, which is always different."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def with_authenticator(person: Person) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30):06}"


# --- Password -------------------------------------------------------------------------------------------------------


def test_right_password_opens_the_dashboard_for_any_spelling_of_the_address(client, delegate) -> None:
    response = sign_in(client, "Head.AU@idm.example")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(delegate.pk)


def test_a_known_and_an_unknown_address_get_the_same_answer(delegate) -> None:
    known = sign_in(Client(), delegate.email, "wrong password here")
    unknown = sign_in(Client(), "nobody.xx@idm.example", "wrong password here")
    assert known.status_code == unknown.status_code == 200
    assert page_of(known) == page_of(unknown).replace("nobody.xx@idm.example", delegate.email)


def test_an_address_is_guessed_five_times_and_then_waits_even_with_the_right_password(delegate) -> None:
    for _attempt in range(5):
        sign_in(Client(), delegate.email, "wrong password here")
    client = Client()
    response = sign_in(client, delegate.email)
    assert "Too many failed login attempts" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_limits_hold_against_a_forged_address_of_the_sender(delegate) -> None:
    statuses = []
    for number in range(31):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        statuses.append(Client().post(LOGIN, {"login": f"a{number}@b.example", "password": "x"}, headers=headers))
    assert [response.status_code for response in statuses].count(429) > 0
    assert "Too many attempts" in statuses[-1].content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "http:///elsewhere.example",
        "https:elsewhere.example",
        "javascript:alert(1)",
        "http://localhost/people/",  # another host name of the portal
        " //elsewhere.example",
        "http://testserver@elsewhere.example/",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(client, delegate, address) -> None:
    assert sign_in(client, delegate.email, next=address)["Location"] == "/"
    assert client.post(reverse("account_logout"), {"next": address})["Location"] == "/"


def test_who_was_on_the_way_to_a_page_comes_there(client, delegate) -> None:
    refused = client.get("/people/delegation/?a=1")
    assert refused["Location"] == "/accounts/login/?next=%2Fpeople%2Fdelegation%2F%3Fa%3D1"
    assert sign_in(client, delegate.email, next="/people/delegation/?a=1")["Location"] == "/people/delegation/?a=1"


def test_sign_in_leads_to_the_dashboard_in_the_persons_language(client, delegate):
    Person.objects.filter(pk=delegate.pk).update(language="fr")
    assert sign_in(client, delegate.email)["Location"] == "/fr/"
    asked = sign_in(Client(), delegate.email, next="/votes/")
    assert asked["Location"] == "/votes/"


def test_signing_in_is_possible_in_each_language(delegate) -> None:
    pages = {code: Client().get(f"{prefix}{LOGIN}") for code, prefix in {"en": "", "fr": "/fr", "es": "/es"}.items()}
    assert {code: re.search(r'<html lang="(\w+)"', page.content.decode())[1] for code, page in pages.items()} == {
        "en": "en",
        "fr": "fr",
        "es": "es",
    }


# --- End of a sign-in -----------------------------------------------------------------------------------------------


def test_old_cookie_opens_nothing_after_signing_out(client, delegate) -> None:
    sign_in(client, delegate.email)
    old_cookie = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["sessionid"] = old_cookie
    assert thief.get("/people/").status_code == 302


def test_a_closed_account_is_signed_out_with_its_next_page(client, delegate) -> None:
    sign_in(client, delegate.email)
    assert client.get("/people/").status_code == 200
    Person.objects.filter(pk=delegate.pk).update(is_active=False)
    assert client.get("/people/").status_code == 302
    assert sign_in(Client(), delegate.email)["Location"] == "/accounts/inactive/"


def test_the_accounts_of_the_demonstration_open_nothing_in_production(client, delegate, settings) -> None:
    Person.objects.filter(pk=delegate.pk).update(is_demo=True)
    sign_in(client, delegate.email)
    assert client.get("/people/").status_code == 200
    settings.PRODUCTION = True
    assert client.get("/people/").status_code == 302
    assert sign_in(Client(), delegate.email)["Location"] == "/accounts/inactive/"


def test_pages_of_the_signed_in_stay_out_of_shared_caches(client, delegate) -> None:
    assert "no-store" not in client.get("/people/register/").get("Cache-Control", "")
    sign_in(client, delegate.email)
    for address in ("/people/", "/people/register/", "/accounts/2fa/", "/nowhere/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"


# --- Code by email --------------------------------------------------------------------------------------------------


def ask_for_code(client: Client, email: str):
    return client.post(reverse("account_request_login_code"), {"email": email}, follow=True)


def test_a_code_signs_in_once(client, delegate) -> None:
    delegate.language = "fr"
    delegate.save()
    ask_for_code(client, delegate.email)
    [message] = deliver()
    assert (message.to, "\n" in message.subject) == (["head.au@idm.example"], False)
    code = re.search(r"^ {4}(\S+)$", message.body, re.MULTILINE)[1]
    confirm = reverse("account_confirm_login_code")
    assert client.post(confirm, {"code": code})["Location"] == "/fr/"  # the delegate's preferred language
    client.post(reverse("account_logout"))
    client.post(confirm, {"code": code})
    assert "_auth_user_id" not in client.session


def test_a_code_of_another_browser_is_worth_nothing(client, delegate) -> None:
    ask_for_code(client, delegate.email)
    code = re.search(r"^ {4}(\S+)$", deliver()[0].body, re.MULTILINE)[1]
    other = Client()
    ask_for_code(other, delegate.email)
    other.post(reverse("account_confirm_login_code"), {"code": code})
    assert "_auth_user_id" not in other.session


def test_asking_for_a_code_or_a_link_does_not_say_who_has_an_account(delegate) -> None:
    for address, field in (
        (reverse("account_request_login_code"), "email"),
        (reverse("account_reset_password"), "email"),
    ):
        known = Client().post(address, {field: delegate.email}, follow=True)
        unknown = Client().post(address, {field: "nobody.xx@idm.example"}, follow=True)
        assert known.redirect_chain == unknown.redirect_chain
        assert page_of(known) == page_of(unknown).replace("nobody.xx@idm.example", delegate.email)
    assert [message.to for message in deliver()] == [[delegate.email], ["nobody.xx@idm.example"]] * 2


CONFIRM = "/accounts/login/code/confirm/"


def form_for(client: Client, name: str, email: str) -> dict[str, Any]:
    return form_on(client.get(reverse(name)).content.decode()) | {"email": email}


def test_a_double_click_sends_one_code_which_signs_in_although_the_first_answer_was_dropped(client, delegate) -> None:
    fields = form_for(client, "account_request_login_code", delegate.email)
    dropped = Client()
    dropped.cookies = client.cookies.copy()
    for browser in (dropped, client):
        assert browser.post(reverse("account_request_login_code"), fields)["Location"] == CONFIRM
    [message] = deliver()
    code = re.search(r"^ {4}(\S+)$", message.body, re.MULTILINE)[1]
    assert client.post(CONFIRM, {"code": code})["Location"] == "/"


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_whoever_goes_back_gets_another_email_after_a_minute_and_for_another_address_at_once(
    delegate, name, time_machine
) -> None:
    start, client = timezone.now(), Client()
    fields = form_for(client, name, "nobody.xx@idm.example")
    corrected = {**fields, "email": delegate.email}
    for form, seconds in ((fields, 0), (corrected, 1), (corrected, 59), (corrected, 62), (corrected, 63)):
        # A new session each time, as after the code has expired: allauth leads others on to the page of the code.
        client.cookies.clear()
        time_machine.move_to(start + dt.timedelta(seconds=seconds))
        assert client.post(reverse(name), form).status_code == 302
    assert [message.to[0] for message in deliver()] == ["nobody.xx@idm.example", delegate.email, delegate.email]


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_a_request_for_an_email_without_its_token_says_so_and_leads_back_to_the_form(client, delegate, name) -> None:
    fields = form_for(client, name, delegate.email)
    refused = client.post(reverse(name), {**fields, FIELD: ""})
    page = refused.content.decode()
    assert (refused.status_code, "Reload the page and try again." in page, deliver()) == (409, True, [])
    assert f'<a href="{reverse(name)}">Reload page</a>' in page
    assert client.post(reverse(name), form_for(client, name, delegate.email)).status_code == 302
    assert [message.to for message in deliver()] == [[delegate.email]]


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_mail_server_that_is_away_neither_fails_the_page_nor_loses_the_email(delegate, name, settings) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.foundation.test_restored.Refusing"
    for email in (delegate.email, "nobody.xx@idm.example"):
        browser = Client()
        assert browser.post(reverse(name), form_for(browser, name, email)).status_code == 302
    assert deliver() == []
    waiting = Job.objects.filter(state=Job.State.WAITING, attempt=1)
    assert {"refuses" in job.error for job in waiting} == {True} and waiting.count() == 2
    settings.EMAIL_BACKEND = working
    waiting.update(not_before=None)
    assert {message.to[0] for message in deliver()} == {delegate.email, "nobody.xx@idm.example"}


# --- A new password -------------------------------------------------------------------------------------------------


def test_a_link_for_a_new_password_is_good_once_and_names_the_portals_own_host(delegate, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    Client(headers={"host": "evil.example"}).post(reverse("account_reset_password"), {"email": delegate.email})
    link = re.search(r"http\S+", deliver()[0].body)[0]
    assert link.startswith(f"{settings.PUBLIC_ADDRESS}/accounts/password/reset/key/")
    path = link.removeprefix(settings.PUBLIC_ADDRESS)
    client = Client()
    form = client.get(path, follow=True).redirect_chain[-1][0]
    wanted = {"password1": "a wholly new password", "password2": "a wholly new password"}
    assert client.post(form, wanted)["Location"] == reverse("account_reset_password_from_key_done")
    assert sign_in(Client(), delegate.email, "a wholly new password").status_code == 302
    assert "already been used" in Client().get(path, follow=True).content.decode()


# --- Second factor --------------------------------------------------------------------------------------------------


def test_password_opens_nothing_without_the_second_factor(client, staff) -> None:
    secret = with_authenticator(staff)
    assert sign_in(client, staff.email)["Location"].startswith(reverse("mfa_authenticate"))
    # Opening an address directly does not skip the step: the person is signed in nowhere.
    assert {path: client.get(path).status_code for path in ("/people/", "/accounts/2fa/", "/people/manage/")} == {
        "/people/": 302,
        "/accounts/2fa/": 302,
        "/people/manage/": 302,
    }
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})["Location"] == "/"
    assert client.get("/people/").status_code == 200


def test_a_code_of_the_authenticator_is_good_once(staff) -> None:
    code = code_of(with_authenticator(staff))
    entered = []
    for _turn in range(2):
        client = Client()
        sign_in(client, staff.email)
        client.post(reverse("mfa_authenticate"), {"code": code})
        entered.append("_auth_user_id" in client.session)
    assert entered == [True, False]


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    person = make_staff("administrator", email="chief@idm.example")
    person.set_password(PASSWORD)
    person.save()
    sign_in(client, person.email)
    refused = client.get("/people/manage/")
    assert refused["Location"] == f"{reverse('mfa_activate_totp')}?next=%2Fpeople%2Fmanage%2F"
    assert client.get("/admin/")["Location"].startswith(reverse("mfa_activate_totp"))


def test_staff_who_gave_their_second_factor_come_in(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    person = make_staff("administrator", email="chief@idm.example")
    person.set_password(PASSWORD)
    person.save()
    secret = with_authenticator(person)
    sign_in(client, person.email)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert [client.get(path).status_code for path in ("/people/manage/", "/admin/")] == [200, 200]


def test_a_sign_in_from_before_the_second_factor_has_no_role(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    person = make_staff("administrator", email="chief@idm.example")
    person.set_password(PASSWORD)
    person.save()
    sign_in(client, person.email)
    secret = with_authenticator(person)
    refused = client.get("/people/manage/")
    assert refused["Location"] == f"{reverse('mfa_reauthenticate')}?next=%2Fpeople%2Fmanage%2F"
    passed = client.post(refused["Location"], {"code": code_of(secret), "next": "/people/manage/"})
    assert passed["Location"] == "/people/manage/"
    assert client.get("/people/manage/").status_code == 200


def test_secret_of_an_authenticator_is_stored_encrypted(staff) -> None:
    secret = with_authenticator(staff)
    held = Authenticator.objects.get(user=staff, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in held
    assert get_adapter().decrypt(held) == secret
    assert get_adapter().decrypt("written under another key") == ""


def test_staff_cannot_take_off_their_own_second_factor(client, staff, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    secret = with_authenticator(staff)
    sign_in(client, staff.email)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    response = client.post(reverse("mfa_deactivate_totp"))
    assert "You cannot deactivate two-factor authentication" in response.content.decode()
    assert Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists()


def test_setting_it_up_shows_a_drawing_that_the_policy_lets_through(client) -> None:
    client.force_login(make_person())
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]+src=)", page)
