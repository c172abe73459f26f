"""A production portal begins with two commands: the first administrator, and the register."""

import csv
import datetime as dt
import io
import re
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from django.core.management import CommandError, call_command
from django.utils import timezone

from foundation.mail.models import Mail
from membership.entities.list_import import SHIPPED
from membership.models import Entity, EntityName, EntityStatus, Group, GroupMembership, Person, Role
from tests.factories.membership import make_person, make_staff

pytestmark = pytest.mark.django_db
# Members of the United Nations and the two permanent observers, by ISO 3166-1 code.
UNITED_NATIONS = """
    ad ae af ag al am ao ar at au az ba bb bd be bf bg bh bi bj bn bo br bs bt bw by bz ca cd cf cg ch ci cl cm cn co
    cr cu cv cy cz de dj dk dm do dz ec ee eg er es et fi fj fm fr ga gb gd ge gh gm gn gq gr gt gw gy hn hr ht hu id
    ie il in iq ir is it jm jo jp ke kg kh ki km kn kp kr kw kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk
    ml mm mn mr mt mu mv mw mx my mz na ne ng ni nl no np nr nz om pa pe pg ph pk pl pt pw py qa ro rs ru rw sa sb sc
    sd se sg si sk sl sm sn so sr ss st sv sy sz td tg th tj tl tm tn to tr tt tv tz ua ug us uy uz vc ve vn vu ws ye
    za zm zw
"""


def run(name: str, *words: str) -> str:
    output = io.StringIO()
    call_command(name, *words, stdout=output, stderr=output)
    return output.getvalue()


def refused(name: str, *words: str) -> str:
    output = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(name, *words, stdout=output, stderr=output)
    return f"{output.getvalue()}{error.value}"


def table(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


# --- The first administrator ------------------------------------------------------------------------------------------


def test_the_first_administrator_sets_a_password_with_the_printed_link_once(client, settings) -> None:
    said = run("create_administrator", "Ada@Example.org")
    person = Person.objects.get()
    assert (person.email, person.has_usable_password(), person.is_staff, person.is_superuser) == (
        "ada@example.org", False, True, False,
    )  # fmt: skip
    assert list(Role.objects.values_list("name", "begins", "ends")) == [("administrator", timezone.now().date(), None)]
    link = re.search(r"^http\S+$", said, re.MULTILINE)[0]
    path = link.removeprefix(settings.PUBLIC_ADDRESS)
    form = client.get(path, follow=True)
    words = {"password1": "a long enough phrase", "password2": "a long enough phrase"}
    assert client.post(form.redirect_chain[-1][0], words).status_code == 302
    person.refresh_from_db()
    assert person.check_password("a long enough phrase")
    assert "already been used" in client.get(path, follow=True).content.decode()


def test_staff_who_sign_in_by_password_first_can_set_up_the_second_factor(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    run("create_administrator", "ada@example.org")
    person = Person.objects.get()
    person.set_password("a long enough phrase")
    person.save()
    client.post("/accounts/login/", {"login": person.email, "password": "a long enough phrase"})
    asked = client.get("/setup/", follow=True)
    page = client.post(asked.redirect_chain[-1][0], {"password": "a long enough phrase"}, follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": f"{hotp_value(secret, int(time.time()) // 30):06}"})
    assert (answer.status_code, person.authenticator_set.filter(type="totp").count()) == (302, 1)
    assert client.get("/setup/", follow=True).status_code == 200


def test_a_second_run_says_what_is_already_so_and_a_new_link_is_printed_only_when_asked() -> None:
    run("create_administrator", "ada@example.org")
    assert refused("create_administrator", "ADA@example.org") == (
        "ada@example.org is already an administrator. Nothing was changed. "
        "For another link to set a password, add --new-link."
    )
    assert "/password/reset/key/" in run("create_administrator", "ada@example.org", "--new-link")
    assert (Person.objects.count(), Role.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("address", "words"),
    [("nobody", "Enter a valid email address."), ("b@example.org", "No administrator has this address.")],
)
def test_a_new_link_is_refused_for_anybody_else(address, words) -> None:
    make_person("b@example.org")
    assert words in refused("create_administrator", address, "--new-link")


def test_an_account_without_the_role_gets_it_only_if_nobody_else_can_grant_it() -> None:
    person = make_person("b@example.org")
    administrator = make_staff("administrator")
    assert f"/people/manage/{person.pk}/" in refused("create_administrator", person.email)
    administrator.roles.update(ends=timezone.now().date())
    assert "has the role of administrator from today" in run("create_administrator", person.email)
    assert list(person.roles.values_list("name", flat=True)) == ["administrator"]


@pytest.mark.parametrize(("fields", "words"), [({"is_active": False}, "closed"), ({"is_demo": True}, "fictional")])
def test_a_closed_or_fictional_account_is_refused(fields, words) -> None:
    make_person("b@example.org", **fields)
    assert words in refused("create_administrator", "b@example.org")
    assert not Role.objects.exists()


def test_the_link_can_be_sent_by_email_and_is_not_stored_with_it() -> None:
    said = run("create_administrator", "ada@example.org", "--language", "fr", "--send-email")
    assert "/password/" not in said
    mail = Mail.objects.get()
    assert (mail.recipient, mail.language, mail.arguments) == (
        "ada@example.org",
        "fr",
        {"person_id": Person.objects.get().pk},
    )


def test_createsuperuser_says_what_to_use_instead() -> None:
    assert refused("createsuperuser", "--noinput", "--email", "ada@example.org") == (
        "This portal has no superusers. To open the first account, run: manage.py create_administrator EMAIL"
    )
    assert not Person.objects.exists()


# --- The register -----------------------------------------------------------------------------------------------------


def test_the_shipped_list_is_complete_has_no_status_and_changes_nothing_when_loaded_again() -> None:
    assert run("load_register") == "195 new, 0 changed, 0 unchanged\n"
    assert sorted(Entity.objects.values_list("code", flat=True)) == sorted([*UNITED_NATIONS.split(), "ps", "va"])
    assert (len(UNITED_NATIONS.split()), EntityName.objects.count(), EntityStatus.objects.count()) == (193, 3 * 195, 0)
    assert (Group.objects.filter(kind="region").count(), GroupMembership.objects.count()) == (5, 195)
    chosen = EntityName.objects.filter(entity__code="ci").order_by("language")
    assert list(chosen.values_list("language", "short", "formal", "article", "sort_key", "begins", "ends")) == [
        ("en", "Côte d'Ivoire", "the Republic of Côte d'Ivoire", "", "cote d ivoire", None, None),
        ("es", "Côte d'Ivoire", "la República de Côte d'Ivoire", "", "cote d ivoire", None, None),
        ("fr", "Côte d'Ivoire", "la République de Côte d'Ivoire", "la", "cote d ivoire", None, None),
    ]
    assert run("load_register") == "0 new, 0 changed, 195 unchanged\n"
    assert run("load_register", "--correct") == "0 new, 0 changed, 195 unchanged\n"


def test_every_shipped_name_is_filled_and_has_a_sort_key_in_its_own_letters() -> None:
    rows = list(csv.DictReader(SHIPPED.open(encoding="utf-8")))
    assert [
        (row["code"], name) for row in rows for name in row if not row[name] and not name.startswith("article")
    ] == []
    assert [row["code"] for row in rows if not re.fullmatch(r"[a-z]+( [a-z]+)*", row["sort_key_fr"])] == []


FILE = """code;kind;short_en;short_fr;short_es;formal_en;region;status;status_from;decision;mailbox
KE;state;Kenya;Kenya;Kenya;the Republic of Kenya;africa;member;1985-01-01;Resolution 12;mission.ke@example.org
org-helpers;organization;Helpers;;;;;observer;2001-02-03;Resolution 14;
"""


def test_a_file_of_ones_own_brings_status_with_its_decision(tmp_path) -> None:
    path = table(tmp_path / "members.csv", FILE)
    assert "Nothing was changed" in run("load_register", path, "--dry-run")
    assert not Entity.objects.exists()
    assert run("load_register", path) == "2 new, 0 changed, 0 unchanged\n"
    rows = Entity.objects.order_by("code").values_list("code", "kind", "region", "mailbox")
    assert list(rows) == [
        ("ke", "state", "africa", "mission.ke@example.org"),
        ("org-helpers", "organization", "", ""),
    ]
    held = EntityStatus.objects.order_by("entity__code").values_list("entity__code", "status", "begins", "decision")
    assert list(held) == [
        ("ke", "member", dt.date(1985, 1, 1), "Resolution 12"),
        ("org-helpers", "observer", dt.date(2001, 2, 3), "Resolution 14"),
    ]
    assert run("load_register", path) == "0 new, 0 changed, 2 unchanged\n"


def test_lines_with_errors_are_named_and_nothing_is_loaded(tmp_path) -> None:
    path = table(
        tmp_path / "wrong.csv",
        "code,short_en,short_fr,short_es,region,status,decision,status_from\n"
        "ke,Kenya,Kenya,Kenya,africa,,,\n"
        "kenya,Kenya,Kenya,Kenya,,,,\n"
        "tz,Tanzania,,Tanzanía,,,,\n"
        "ug,Uganda,Ouganda,Uganda,atlantis,,,\n"
        "rw,Rwanda,Rwanda,Rwanda,,member,,\n"
        "bi,Burundi,Burundi,Burundi,,,,2010-13-01\n",
    )
    said = refused("load_register", path)
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "Line 3, code", "Line 4, short_fr", "Line 5, region", "Line 6, decision", "Line 7, status_from",
        "5 of 6 lines have errors. Nothing was changed.",
    ]  # fmt: skip
    assert not Entity.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("list.csv", ""), ("list.pdf", "words"), ("list.csv", "a,b\n1,2\n")])
def test_a_file_that_is_no_list_is_refused(tmp_path, name, content) -> None:
    refused("load_register", table(tmp_path / name, content))
    refused("load_register", str(tmp_path / "missing.csv"))
    assert not Entity.objects.exists()


def test_what_somebody_corrected_stays_unless_the_command_is_asked_to_correct_it(tmp_path) -> None:
    run("load_register", table(tmp_path / "members.csv", FILE))
    EntityName.objects.filter(entity__code="ke", language="en").update(short="Kenia")
    said = run("load_register", str(tmp_path / "members.csv"))
    assert said.startswith("0 new, 0 changed, 2 unchanged\n1 entries differ from the file")
    assert EntityName.objects.get(entity__code="ke", language="en").short == "Kenia"
    assert run("load_register", str(tmp_path / "members.csv"), "--correct") == "0 new, 1 changed, 1 unchanged\n"
    assert EntityName.objects.get(entity__code="ke", language="en").short == "Kenya"


def test_columns_that_the_file_does_not_have_change_nothing(tmp_path) -> None:
    run("load_register")
    before = list(EntityName.objects.order_by("pk").values())
    path = table(
        tmp_path / "members.csv",
        "code,short_en,short_fr,short_es,status,decision\nci,Côte d'Ivoire,Côte d'Ivoire,Côte d'Ivoire,member,R 1\n",
    )
    assert run("load_register", path, "--correct") == "0 new, 1 changed, 0 unchanged\n"
    assert list(EntityName.objects.order_by("pk").values()) == before
    assert EntityStatus.objects.get().entity.region == "africa"


def test_names_from_a_day_succeed_the_present_ones_and_so_does_a_status(tmp_path) -> None:
    run("load_register", table(tmp_path / "members.csv", FILE))
    later = (
        "code,short_en,short_fr,short_es,names_from,status,status_from,decision\n"
        "ke,New Kenya,Nouveau Kenya,Nueva Kenya,2020-01-01,observer,2021-01-01,Resolution 20\n"
    )
    path = table(tmp_path / "later.csv", later)
    assert run("load_register", path, "--correct") == "0 new, 1 changed, 0 unchanged\n"
    names = EntityName.objects.filter(entity__code="ke", language="en").order_by("pk")
    assert list(names.values_list("short", "begins", "ends")) == [
        ("Kenya", None, dt.date(2020, 1, 1)),
        ("New Kenya", dt.date(2020, 1, 1), None),
    ]
    held = EntityStatus.objects.filter(entity__code="ke").order_by("pk")
    assert list(held.values_list("status", "begins", "ends")) == [
        ("member", dt.date(1985, 1, 1), dt.date(2021, 1, 1)),
        ("observer", dt.date(2021, 1, 1), None),
    ]
    assert run("load_register", path, "--correct") == "0 new, 0 changed, 1 unchanged\n"
