import csv
import datetime as dt
import io

import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from membership.admin import site
from membership.dashboard import items
from membership.models import Accreditation, EntityStatus, Person, VotingSuspension
from membership.register import load_register
from membership.search import hits
from membership.services import details_version
from tests.factories.membership import (
    make_accreditation,
    make_delegate,
    make_organization,
    make_person,
    make_staff,
    make_state,
)

pytestmark = pytest.mark.django_db
REGISTER = configured.BASE_DIR / "data" / "register"


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


# --- Own account ------------------------------------------------------------------------------------------------------


def test_one_changes_name_language_and_zone_and_nothing_else(sign_in, head) -> None:
    forged = {"is_staff": "on", "email": "other@idm.example", "entity": "ch", "is_superuser": "on", "roles": "editor"}
    own = {"title": "H.E. Ms.", "first_name": "Ana", "last_name": "Núñez", "language": "es", "zone": "America/Lima"}
    response = sign_in(head).post("/people/", own | forged | {"edit_version": str(details_version(head))})
    assert (response.status_code, response["Location"]) == (302, "/people/")
    changed = Person.objects.get(pk=head.pk)
    assert {name: getattr(changed, name) for name in own} == own
    assert (changed.email, changed.is_staff, changed.is_superuser) == (head.email, False, False)
    assert (changed.roles.count(), [a.entity.code for a in changed.accreditations.all()]) == (0, ["au"])


def test_what_was_typed_stays_when_it_is_refused(sign_in, head) -> None:
    typed = {"title": "", "first_name": "", "last_name": "<b>Kept</b>", "language": "xx", "zone": "Europe/Zurich"}
    response = sign_in(head).post("/people/", typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert "&lt;b&gt;Kept&lt;/b&gt;" in page
    assert "<b>Kept" not in page
    assert list(response.context["form"].errors) == ["language"]


def test_a_delegation_sees_its_own_people_in_order_of_rank_and_nobody_elses(sign_in, head) -> None:
    state = make_state("au")
    for capacity, name in (("focal-point", "Fay"), ("adviser", "Ada"), ("deputy", "Dee")):
        make_accreditation(make_person(last_name=name), state, capacity)
    make_accreditation(make_person(last_name="Gone"), state, "adviser", ends=dt.date(2010, 1, 1))
    make_accreditation(make_person(last_name="Stranger"), make_state("ch"))
    rows = sign_in(head).get("/people/delegation/").context["rows"]
    assert [(row.capacity, row.person.last_name) for row in rows] == [
        ("head", ""),
        ("deputy", "Dee"),
        ("adviser", "Ada"),
        ("focal-point", "Fay"),
    ]


def test_who_acts_for_two_delegations_chooses_first_and_can_change(sign_in, head) -> None:
    second = make_accreditation(head, make_state("ch"), "adviser")
    first = head.accreditations.get(entity__code="au")
    foreign = make_accreditation(entity=make_state("fr"))
    client = sign_in(head)
    asked = client.get("/people/delegation/")
    assert asked["Location"] == "/people/delegation/choose/?next=%2Fpeople%2Fdelegation%2F"
    assert client.post("/people/delegation/choose/", {"accreditation": foreign.pk}).status_code == 200
    for chosen in (second, first):
        there = client.post("/people/delegation/choose/", {"accreditation": chosen.pk, "next": "/people/delegation/"})
        assert there["Location"] == "/people/delegation/"
        assert {row.entity_id for row in client.get("/people/delegation/").context["rows"]} == {chosen.entity_id}
    Accreditation.objects.filter(pk=first.pk).update(ends=timezone.now().date())
    assert {row.entity_id for row in client.get("/people/delegation/").context["rows"]} == {second.entity_id}


def test_choosing_a_delegation_sends_nobody_elsewhere(sign_in, head) -> None:
    chosen = {"accreditation": head.accreditations.get().pk, "next": "//elsewhere.example/"}
    assert sign_in(head).post("/people/delegation/choose/", chosen)["Location"] == "/"


# --- The register -----------------------------------------------------------------------------------------------------


def test_the_register_reads_as_it_was_on_the_day_that_is_asked_for(client) -> None:
    load_register(folder=REGISTER)
    response = client.get("/people/register/", {"day": "2010-07-19"})
    assert response.context["counts"] == {"members": 127, "observer_states": 17, "organizations": 24}
    assert response.context["page"].paginator.count == 168
    names = {row.code: row.protocol_name for row in response.context["page"]}
    assert names["cz"] == "Czech Republic"


def test_the_register_is_sorted_filtered_and_named_in_the_readers_language(client) -> None:
    load_register(folder=REGISTER)
    asked = {"day": "2010-07-19", "status": "observer", "kind": "state", "region": "africa"}
    english, french = client.get("/people/register/", asked), client.get("/fr/people/register/", asked)
    assert [row.code for row in english.context["page"]] == ["et", "mz", "st"]
    assert [(row.protocol_name, row.region_name) for row in french.context["page"]] == [
        ("Éthiopie", "États d'Afrique"),
        ("Mozambique", "États d'Afrique"),
        ("Sao Tomé-et-Principe", "États d'Afrique"),
    ]
    backwards = client.get("/people/register/", asked | {"sort": "-name"})
    assert [row.code for row in backwards.context["page"]] == ["st", "mz", "et"]
    found = client.get("/people/register/", {"q": "cote d'ivoire"})
    assert [row.code for row in found.context["page"]] == ["ci"]


def test_nonsense_in_the_registers_address_shows_the_whole_list(client) -> None:
    make_state("au")
    for query in ("day=2010-02-30", "status=king", "region=mars", "page=9999", "page=x", "sort=password", "q=%00"):
        response = client.get(f"/people/register/?{query}")
        assert (response.status_code, [row.code for row in response.context["page"]]) == (200, ["au"]), query


def test_the_register_takes_as_many_queries_for_many_as_for_one(client, django_assert_num_queries) -> None:
    make_state("au")
    client.get("/people/register/?a=0")
    with django_assert_num_queries(7):
        client.get("/people/register/?a=1")
    load_register(folder=REGISTER)
    with django_assert_num_queries(7):
        page = client.get("/people/register/?a=2")
    assert len(page.context["page"]) > 40


def test_cached_register_takes_one_query_and_changes_with_it(client, clock, django_assert_num_queries) -> None:
    state = make_state("au", name="Australia")
    assert "Australia" in client.get("/people/register/").content.decode()
    clock["second"] += 1
    with django_assert_num_queries(1):
        again = client.get("/people/register/")
    clock["second"] += 1
    with django_assert_num_queries(1):
        assert client.get("/people/register/", headers={"If-None-Match": again["ETag"]}).status_code == 304
    state.names.filter(language="en").update(short="New Australia")
    assert "New Australia" in client.get("/people/register/").content.decode()


def test_the_register_is_exported_as_it_is_filtered_and_no_cell_is_a_formula(client) -> None:
    make_state("au", name="=SUM(A1)", begins=dt.date(2010, 1, 1))
    make_organization()
    assert rows_of(client.get("/people/register.csv", {"kind": "state"}))[1:] == [
        ["au", "'=SUM(A1)", "'=SUM(A1)", "State", "Member", "2010-01-01", "Resolution 1", "", ""]
    ]
    assert client.get("/people/register.xlsx").content.startswith(b"PK")


# --- People -----------------------------------------------------------------------------------------------------------


def test_people_are_found_by_words_role_and_entity(sign_in, administrator) -> None:
    make_person("ana@mission.example", first_name="Ana", last_name="Núñez")
    editor, head = make_staff("editor"), make_delegate("au")
    client = sign_in(administrator)
    found = {
        query: [row.email for row in client.get(f"/people/manage/?{query}").context["page"]]
        for query in ("q=ana+mission", "role=editor", "entity=au", "q=nobody", "role=king")
    }
    assert found == {
        "q=ana+mission": ["ana@mission.example"],
        "role=editor": [editor.email],
        "entity=au": [head.email],
        "q=nobody": [],
        "role=king": sorted(
            Person.objects.values_list("email", flat=True), key=lambda e: (e == "ana@mission.example", e)
        ),
    }


def test_the_list_of_people_takes_as_many_queries_for_many_as_for_one(
    sign_in, administrator, django_assert_num_queries
) -> None:
    client = sign_in(administrator)
    client.get("/people/manage/")
    with django_assert_num_queries(9):
        client.get("/people/manage/")
    made = [make(code) for code in ("au", "ch", "fr") for make in (make_delegate, lambda _code: make_staff("editor"))]
    with django_assert_num_queries(9):
        page = client.get("/people/manage/").text
    assert [person.email for person in made if person.email not in page] == []


def test_an_administrator_registers_accredits_and_ends(sign_in, administrator) -> None:
    client = sign_in(administrator)
    make_state("au")
    new = {"email": "New@Mission.example", "first_name": "Nia", "last_name": "Okoro", "language": "fr"}
    there = client.post("/people/manage/new/", new)["Location"]
    person = Person.objects.get(email="new@mission.example")
    assert there == reverse("membership:person", kwargs={"person_id": person.pk})
    accredited = {"accreditation-entity": "au", "accreditation-capacity": "deputy"}
    assert client.post(f"{there}accreditation/", accredited)["Location"] == there
    held = person.accreditations.get()
    assert (held.capacity, held.begins, held.ends) == ("deputy", timezone.now().date(), None)
    ended = client.post(reverse("membership:accreditation_end", kwargs={"accreditation_id": held.pk}), {"ends": ""})
    held.refresh_from_db()
    assert (ended["Location"], held.ends) == (there, timezone.now().date())


def test_a_second_account_for_an_address_is_refused_beside_its_field(sign_in, administrator) -> None:
    make_person("ana@mission.example")
    new = {"email": "ANA@mission.example", "first_name": "Ana", "last_name": "B", "language": "en"}
    response = sign_in(administrator).post("/people/manage/new/", new)
    assert response.context["form"].errors == {
        "email": ["There is already an account with this email address. Enter a different one."]
    }


def test_a_refused_accreditation_keeps_what_was_typed(sign_in, administrator, head) -> None:
    typed = {"accreditation-entity": "au", "accreditation-capacity": "head", "accreditation-begins": "2010-01-01"}
    response = sign_in(administrator).post(f"/people/manage/{head.pk}/accreditation/", typed)
    form = response.context["accreditation_form"]
    assert (response.status_code, form.non_field_errors()) == (
        422,
        ["This person already has this accreditation. Choose another State or organization, or another capacity."],
    )
    assert 'value="2010-01-01"' in response.content.decode()


def test_the_export_of_people_names_no_secret(sign_in, administrator) -> None:
    head = make_delegate("au")
    rows = rows_of(sign_in(administrator).get("/people/manage.csv?entity=au"))
    assert rows == [
        ["Name", "Email address", "Language", "Roles", "Accredited for", "Account"],
        ["", head.email, "en", "", "au (head)", "open"],
    ]


# --- Admin, dashboard, search -----------------------------------------------------------------------------------------


def test_the_admin_shows_a_person_without_a_secret_and_changes_nothing(sign_in, administrator) -> None:
    person = make_person(password="a password nobody knows")
    client = sign_in(administrator)
    address = reverse("admin:membership_person_change", args=[person.pk])
    page = client.get(address).content.decode()
    assert person.email in page
    assert person.password not in page
    assert "md5" not in page
    for method in (client.post, client.put, client.delete):
        assert method(address, {"email": "other@idm.example"}).status_code == 405
    assert Person.objects.get(pk=person.pk).email == person.email
    assert {model.__name__ for model in site._registry}.isdisjoint(
        {"Authenticator", "Vote", "Position", "Answer", "Mail"}
    )


def test_administrators_dashboard_lists_accreditations_that_end_soon(administrator, head) -> None:
    now = timezone.now()
    soon = now.date() + dt.timedelta(days=10)
    person = make_accreditation(make_person(first_name="Ana"), make_state("ch", name="Switzerland"), ends=soon).person
    make_accreditation(entity=make_state("fr"), ends=now.date() + dt.timedelta(days=60))
    [item] = items(administrator, now)
    assert (item.title, item.url, item.deadline.date()) == (
        "The accreditation of Ana for Switzerland ends",
        f"/people/manage/{person.pk}/",
        soon,
    )
    assert items(head, now) == []


def test_dashboard_of_staff_asks_for_a_required_second_factor(editor, head, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    assert [item.url for item in items(editor, timezone.now())] == ["/accounts/2fa/totp/activate/"]
    assert items(head, timezone.now()) == []


def test_search_finds_states_for_all_and_people_only_for_administrators(administrator, editor, head) -> None:
    make_state("ch", name="Switzerland")
    person = make_person("swift@idm.example", first_name="Swi", last_name="Ft")
    found = {
        name: [(hit.title, hit.url) for hit in hits(viewer, "swi", "en")]
        for name, viewer in {"public": None, "editor": editor, "head": head, "administrator": administrator}.items()
    }
    state = ("Switzerland", "/people/register/?q=Switzerland")
    assert found == {
        "public": [state],
        "editor": [state],
        "head": [state],
        "administrator": [state, ("Swi Ft", f"/people/manage/{person.pk}/")],
    }


def test_protocol_officers_are_reminded_of_what_ends_in_the_register_and_nobody_else_is() -> None:
    now = dt.datetime(2010, 7, 19, 10, tzinfo=dt.UTC)
    soon, later = dt.date(2010, 8, 1), dt.date(2010, 9, 1)
    make_state("ch", ends=soon)
    make_state("fr", ends=later)
    VotingSuspension.objects.create(entity=make_state("au"), decision="Resolution 1", ends=dt.date(2010, 7, 25))
    assert [(item.title, item.detail, item.deadline.date()) for item in items(make_staff("protocol"), now)] == [
        ("The suspension of the voting rights of State of AU ends", "Resolution 1", dt.date(2010, 7, 25)),
        ("The status of State of CH ends", EntityStatus.objects.get(entity__code="ch").decision, soon),
    ]
    others = ("editor", "publisher", "moderator", "translator", "administrator")
    assert [items(make_staff(role), now) for role in others] == [[]] * 5
