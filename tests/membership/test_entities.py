"""Protocol officers keep the register: they see what a change affects before it is saved, and nothing is lost."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from foundation.refusals import Refused
from membership.entities import services
from membership.models import Entity, EntityName, EntityStatus, Group, GroupMembership, VotingSuspension
from membership.names import names_on
from tests.factories.membership import make_accreditation, make_staff, make_state
from tests.factories.votes import make_open
from tests.submissions import form_on

pytestmark = pytest.mark.django_db
KENYA = "/people/register/entries/ke/"
DAY = dt.date(2031, 5, 1)


@pytest.fixture
def officer():
    return make_staff("protocol")


@pytest.fixture
def client(sign_in, officer):
    return sign_in(officer)


@pytest.fixture
def kenya() -> Entity:
    return make_state("ke", name="Kenya", region="africa")


def make_group(code: str = "jusca", kind: str = "group") -> Group:
    return Group.objects.create(code=code, kind=kind, name_en=code.upper(), sort_key_en=code)


def shown(client, address: str, **typed: str):
    """Send the form of a page, and return the page that says what it changes, which has saved nothing."""
    page = client.get(address).content.decode()
    return client.post(address, form_on(page) | typed)


def saved(client, address: str, **typed: str) -> str:
    """Send the form of a page, then once more with what it was said to change. Return what was said."""
    first = shown(client, address, **typed)
    page = first.content.decode()
    assert first.status_code == 200, page
    assert "Nothing has been saved yet." in page
    done = client.post(address, form_on(page))
    assert done.status_code == 302, done.content.decode()
    return page


def test_a_state_changes_its_name_from_a_day_and_documents_of_before_keep_the_former(client, kenya) -> None:
    typed = {"begins": "2031-05-01", "short_en": "New Kenya", "short_fr": "Nouveau Kenya", "short_es": "Nueva Kenya"}
    typed |= dict.fromkeys([f"{name}_{code}" for name in ("formal", "sort_key") for code in ("en", "fr", "es")], "")
    before = list(EntityName.objects.values())
    page = shown(client, f"{KENYA}names/new/", **typed).content.decode()
    assert "Up to the day before 1 May 2031 the former names apply" in page
    assert "Documents that have been issued keep the names with which they were issued." in page
    assert list(EntityName.objects.values()) == before
    saved(client, f"{KENYA}names/new/", **typed)
    assert {day: names_on([kenya.pk], day, "fr")[kenya.pk].short for day in (DAY - dt.timedelta(1), DAY)} == {
        DAY - dt.timedelta(1): "Kenya",
        DAY: "Nouveau Kenya",
    }
    assert EntityName.objects.get(entity=kenya, language="fr", begins=DAY).sort_key == "nouveau kenya"
    again = shown(client, f"{KENYA}names/new/", **typed)
    saved_twice = client.post(f"{KENYA}names/new/", form_on(again.content.decode()))
    assert "Names from this day or a later one are recorded already." in saved_twice.content.decode()


def test_a_corrected_name_keeps_its_days(client, kenya) -> None:
    name = EntityName.objects.filter(entity=kenya).latest("pk")
    typed = {"short_en": "Kenia", "formal_en": "the Republic of Kenia", "sort_key_en": ""}
    page = saved(client, f"{KENYA}names/{name.pk}/", **typed)
    assert "for all days of this period" in page
    row = EntityName.objects.get(entity=kenya, language="en")
    assert (row.short, row.formal, row.sort_key, row.begins, row.ends) == (
        "Kenia", "the Republic of Kenia", "kenia", None, None,
    )  # fmt: skip


def test_a_member_that_becomes_an_observer_loses_its_vote_on_that_day_and_the_page_says_so(client, kenya) -> None:
    make_accreditation(entity=kenya)
    make_state("tz")
    page = saved(
        client, f"{KENYA}status/new/", status="observer", begins="2031-05-01", decision="Resolution 9", ends="", note=""
    )
    assert "Number of Member States on that day: 1 instead of 2." in page
    assert "1 delegate can then no longer vote, propose or answer questionnaires." in page
    rows = EntityStatus.objects.filter(entity=kenya).order_by("pk").values_list("status", "begins", "ends", "decision")
    assert list(rows) == [("member", None, DAY, "Resolution 1"), ("observer", DAY, None, "Resolution 9")]


def test_a_suspension_names_the_votes_that_it_leaves_as_they_are(client, kenya) -> None:
    make_open()
    page = saved(client, f"{KENYA}suspension/new/", begins="2031-05-01", ends="", decision="Resolution 9", note="")
    assert "In votes that need the right to vote and open from 1 May 2031, Kenya will not be entitled." in page
    assert "1 vote is open to this State and stays as it is." in page
    assert list(VotingSuspension.objects.values_list("begins", "ends", "decision")) == [(DAY, None, "Resolution 9")]
    assert kenya not in Entity.objects.with_voting_right(DAY)


def test_a_suspension_is_ended_corrected_and_removed_and_its_history_stays(client, officer, kenya) -> None:
    row = services.add_period(kind="suspension", entity=kenya, begins=DAY, decision="R", actor=officer)
    saved(client, f"{KENYA}suspension/{row.pk}/", ends="2032-01-01")
    row.refresh_from_db()
    assert row.ends == dt.date(2032, 1, 1)
    page = client.get(f"{KENYA}suspension/{row.pk}/remove/").content.decode()
    assert client.post(f"{KENYA}suspension/{row.pk}/remove/", form_on(page)).status_code == 302
    assert not VotingSuspension.objects.exists()
    history = client.get(f"{KENYA}history/").content.decode()
    for act in ("removed", "changed", "added"):
        assert f"Suspension of the right to vote: {act}" in " ".join(history.split())


def test_a_group_has_a_coordinator_who_follows_another(client, kenya) -> None:
    group, other = make_group(), make_state("tz", name="Tanzania")
    GroupMembership.objects.create(group=group, entity=other, is_coordinator=True)
    page = saved(client, f"{KENYA}group/new/", group=str(group.pk), is_coordinator="on", begins="2031-05-01", ends="")
    assert "Tanzania remains a coordinator too, until you change its membership." in page
    assert "Delegates of Kenya can make proposals for the group." in page
    row = GroupMembership.objects.get(entity=kenya)
    assert (row.group, row.is_coordinator, row.begins, row.ends) == (group, True, DAY, None)


def test_a_state_moves_to_another_regional_group_on_a_day(client, officer, kenya) -> None:
    make_group("africa", "region")
    make_group("asia-pacific", "region")
    GroupMembership.objects.create(group=Group.objects.get(code="africa"), entity=kenya)
    page = saved(client, f"{KENYA}details/", region="asia-pacific", region_from="2031-05-01", mailbox="m@example.org")
    assert "From 1 May 2031, Kenya belongs to ASIA-PACIFIC instead of AFRICA." in page
    kenya.refresh_from_db()
    assert (kenya.region, kenya.mailbox) == ("asia-pacific", "m@example.org")
    rows = GroupMembership.objects.order_by("pk").values_list("group__code", "begins", "ends")
    assert list(rows) == [("africa", None, DAY), ("asia-pacific", DAY, None)]


def test_an_entry_is_created_with_its_names_and_group(client) -> None:
    make_group("africa", "region")
    typed = {"code": "ug", "kind": "state", "region": "africa", "short_en": "Uganda", "short_fr": "Ouganda"}
    refused = client.post("/people/register/new/", typed)
    assert "Enter the short name." in refused.content.decode()
    assert not Entity.objects.exists()
    client.post("/people/register/new/", typed | {"short_es": "Uganda", "article_fr": "l'"})
    named = names_on([Entity.objects.get(code="ug").pk], timezone.now().date(), "fr")
    assert [name.in_sentence for name in named.values()] == ["l'Ouganda"]
    assert GroupMembership.objects.get().group.code == "africa"
    assert "Uganda" in client.get("/people/register/entries/?status=none").content.decode()


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("status", {"status": "member", "decision": ""}, "This field is required."),
        ("status", {"status": "member", "decision": "R"}, "Another status already applies on some of these days."),
        ("suspension", {"begins": "2031-01-02", "ends": "2031-01-01", "decision": "R"}, "The end date must be after"),
        ("suspension", {"begins": "2031-01-02", "decision": "A\nB"}, "Enter the text on one line"),
    ],
)
def test_what_contradicts_the_register_is_refused_beside_its_field(client, kenya, kind, typed, words) -> None:
    address = f"{KENYA}{kind}/new/"
    first = client.post(address, form_on(client.get(address).content.decode()) | typed)
    page = first.content.decode()
    if words not in page:
        page = client.post(address, form_on(page)).content.decode()
    assert words in page
    assert (EntityStatus.objects.count(), VotingSuspension.objects.count()) == (1, 0)


def test_what_has_changed_since_the_effects_were_said_is_said_again(client, kenya) -> None:
    address = f"{KENYA}status/new/"
    typed = {"status": "observer", "begins": "2031-05-01", "decision": "Resolution 9"}
    first = client.post(address, form_on(client.get(address).content.decode()) | typed)
    make_state("tz")
    second = client.post(address, form_on(first.content.decode()))
    assert "Number of Member States on that day: 1 instead of 2." in second.content.decode()
    assert EntityStatus.objects.filter(entity=kenya).count() == 1


def test_two_officers_who_change_one_row_lose_nothing(client, officer, kenya) -> None:
    row = services.add_period(kind="suspension", entity=kenya, begins=DAY, decision="R", actor=officer)
    address = f"{KENYA}suspension/{row.pk}/"
    opened = form_on(client.get(address).content.decode())
    said = client.post(address, opened | {"note": "Arrears"}).content.decode()
    version = services.period_version(row)
    services.change_period(
        row=row, expected=version, actor=officer, begins=DAY, ends=None, decision="Resolution 10", note=""
    )
    assert client.post(address, form_on(said)).status_code == 302
    row.refresh_from_db()
    assert (row.decision, row.note) == ("Resolution 10", "Arrears")


def test_names_that_two_officers_correct_are_merged(client, officer, kenya) -> None:
    name = EntityName.objects.filter(entity=kenya).latest("pk")
    address = f"{KENYA}names/{name.pk}/"
    said = client.post(address, form_on(client.get(address).content.decode()) | {"short_fr": "Quénia"}).content.decode()
    rows = services.names_of_period(name)
    names = {row.language: {field: getattr(row, field) for field in ("short", "formal")} for row in rows}
    names["es"]["short"] = "Kenya (es)"
    services.correct_names(name=name, names=names, expected=services.names_version(rows), actor=officer)
    assert client.post(address, form_on(said)).status_code == 302
    shorts = dict(EntityName.objects.filter(entity=kenya).values_list("language", "short"))
    assert shorts == {"en": "Kenya", "fr": "Quénia", "es": "Kenya (es)"}


def test_the_page_of_the_entry_takes_as_many_queries_for_many_rows(
    client, kenya, django_assert_max_num_queries
) -> None:
    for year in range(2000, 2012):
        VotingSuspension.objects.create(
            entity=kenya, decision="R", begins=dt.date(year, 1, 1), ends=dt.date(year, 6, 1)
        )
    with django_assert_max_num_queries(14):
        page = client.get(KENYA).content.decode()
    assert page.count("Right to vote suspended</p>") == 12


def test_every_service_of_the_register_checks_the_role(administrator, editor, kenya) -> None:
    group = make_group()
    row = EntityStatus.objects.get()
    name = EntityName.objects.filter(entity=kenya).latest("pk")
    acts = [
        lambda actor: services.create_entity(code="tz", kind="state", names={}, actor=actor),
        lambda actor: services.change_details(
            entity=kenya, mailbox="", mailbox_language="en", region="", region_from=None, expected=0, actor=actor
        ),
        lambda actor: services.correct_names(name=name, names={}, expected=0, actor=actor),
        lambda actor: services.succeed_names(entity=kenya, begins=DAY, names={}, actor=actor),
        lambda actor: services.add_period(kind="status", entity=kenya, actor=actor),
        lambda actor: services.change_period(row=row, expected=0, actor=actor),
        lambda actor: services.remove_period(row=row, expected=0, actor=actor),
        lambda actor: services.create_group(code="x", kind="group", names={}, actor=actor),
        lambda actor: services.rename_group(group=group, names={}, expected=0, actor=actor),
    ]
    for act in acts:
        for actor in (administrator, editor):
            with pytest.raises(PermissionDenied):
                act(actor)


def test_a_file_is_imported_after_a_preview(client, officer) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    table = "code,short_en,short_fr,short_es,status,decision\nke,Kenya,Kenya,Kenya,member,Resolution 1\nkenya,K,K,K,,\n"
    file = SimpleUploadedFile("list.csv", table.encode())
    page = client.post("/people/register/import/", {"file": file}, follow=True)
    assert ("1 row" in page.content.decode(), Entity.objects.exists()) == (True, False)
    done = client.post(page.redirect_chain[-1][0], form_on(page.content.decode()), follow=True)
    assert done.status_code == 200
    assert list(EntityStatus.objects.values_list("entity__code", "status", "decision")) == [
        ("ke", "member", "Resolution 1")
    ]


def test_groups_are_created_and_renamed_in_three_languages(client) -> None:
    names = {"name_en": "African Group", "name_fr": "Groupe africain", "name_es": "Grupo Africano"}
    client.post("/people/register/groups/new/", {"code": "african-group", "kind": "group", **names})
    page = form_on(client.get("/people/register/groups/african-group/names/").content.decode())
    client.post("/people/register/groups/african-group/names/", page | {"name_fr": "Groupe des États africains"})
    group = Group.objects.get()
    assert (group.name_fr, group.sort_key_fr) == ("Groupe des États africains", "groupe des etats africains")


def test_a_code_that_exists_is_refused(client, officer, kenya) -> None:
    with pytest.raises(Refused):
        services.create_entity(code="ke", kind="state", names={"en": {"short": "Kenya"}}, actor=officer)
