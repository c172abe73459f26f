import datetime as dt
import re

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from foundation.mail.models import Mail
from membership.models import Entity, EntityName, EntityStatus
from schedule.services import release_programme
from tests.factories.files import pdf
from tests.factories.membership import make_entity, make_organization, make_state
from tests.factories.schedule import make_day, make_slot
from tests.factories.workshops import (
    make_material,
    make_open_workshop,
    make_participant,
    make_topic,
    make_workshop,
    make_year,
)
from workshops import mails, services
from workshops.models import Material, Participant, Topic
from workshops.services.years import bump_workshop

pytestmark = pytest.mark.django_db
HOME = "/workshops/2010/societies/"


def text(answer):
    """Return the text that a reader sees, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def people(answer):
    """Return the listed names in order, each with the heading above it."""
    found = re.findall(r"<h3>(.*?)</h3>|<li><strong>(.*?)</strong>", answer.content.decode())
    return [heading or name for heading, name in found]


@pytest.fixture
def anyone():
    return Client()


@pytest.fixture
def staff(sign_in, editor):
    return sign_in(editor)


# --- The public list --------------------------------------------------------------------------------------------------


def test_the_list_is_grouped_in_protocol_order_of_the_page_s_language(anyone):
    workshop = make_workshop()
    for code, english, french in (("de", "Germany", "Allemagne"), ("za", "South Africa", "Afrique du Sud")):
        state = make_state(code, name=english)
        EntityName.objects.filter(entity=state, language="fr").update(short=french, sort_key=french.lower())
        make_participant(workshop, state, given_name="Ann", surname=f"Of {code}")
    make_participant(workshop, make_organization("org-a", name="An organization"), given_name="Zoe", surname="Last")
    assert people(anyone.get(f"{HOME}participants/")) == [
        "Germany", "Ann Of de", "South Africa", "Ann Of za", "An organization", "Zoe Last",
    ]  # fmt: skip
    assert people(anyone.get(f"/fr{HOME}participants/")) == [
        "Afrique du Sud", "Ann Of za", "Allemagne", "Ann Of de", "An organization", "Zoe Last",
    ]  # fmt: skip


def test_names_are_those_of_the_days_of_the_workshop(anyone):
    workshop = make_workshop()
    state = make_state("mk", name="Later name")
    EntityName.objects.filter(entity=state).update(begins=dt.date(2019, 2, 12))
    EntityName.objects.create(
        entity=state,
        language="en",
        short="Earlier name",
        formal="Earlier name",
        sort_key="earlier",
        ends=dt.date(2019, 2, 12),
    )
    make_participant(workshop, state, given_name="Ann", surname="Zed")
    assert people(anyone.get(f"{HOME}participants/")) == ["Earlier name", "Ann Zed"]


def test_only_the_confirmed_who_came_and_agreed_are_named(anyone):
    workshop = make_workshop()
    make_participant(workshop, given_name="Seen", surname="One")
    make_participant(workshop, given_name="Expected", surname="Two", attendance="expected")
    for number, hidden in enumerate(
        ({"consents": False}, {"state": "registered"}, {"state": "cancelled"}, {"attendance": "absent"})
    ):
        make_participant(workshop, given_name="Hidden", surname=f"Nobody{number}", **hidden)
    answer = anyone.get(f"{HOME}participants/")
    assert people(answer) == ["State of AU", "Seen One", "Expected Two"]
    assert ("Hidden" in text(answer), "1 person asked not to be listed." in text(answer)) == (False, True)
    for kind in ("csv", "xlsx"):
        content = anyone.get(f"{HOME}participants.{kind}").content
        assert b"Hidden" not in content
    assert people(anyone.get(f"{HOME}participants/?q=nobody")) == []


def test_a_hundred_stand_on_a_page_and_pages_continue_within_a_state(anyone):
    workshop = make_workshop()
    first, second = make_state("aa"), make_state("bb")
    rows = [
        {
            "entity": first if number < 60 else second,
            "given_name": f"N{number:03}",
            "surname": "X",
            "registered_at": workshop.registration_opens_at,
            "consents_to_listing": True,
        }
        for number in range(230)
    ]
    services.register_many(workshop=workshop, rows=rows)
    one, two = people(anyone.get(f"{HOME}participants/")), people(anyone.get(f"{HOME}participants/?page=2"))
    assert (len(one), one[0], one[61], one[-1]) == (102, "State of AA", "State of BB", "N099 X")
    assert (two[0], two[1], two[-1], len(two)) == ("State of BB", "N100 X", "N199 X", 101)


def test_up_to_two_hundred_stand_on_one_page(anyone):
    workshop, state = make_workshop(), make_state("aa")
    rows = [
        {
            "entity": state,
            "given_name": f"N{number:03}",
            "surname": "X",
            "registered_at": workshop.registration_opens_at,
            "consents_to_listing": True,
        }
        for number in range(200)
    ]
    services.register_many(workshop=workshop, rows=rows)
    answer = anyone.get(f"{HOME}participants/")
    assert (len(people(answer)), "?page=2" in text(answer)) == (201, False)


def test_filters_stay_in_the_address_and_in_the_downloads(anyone):
    workshop = make_workshop()
    make_participant(workshop, make_state("au"), given_name="José", surname="Núñez")
    make_participant(workshop, make_organization("org-a"), given_name="Josefa", surname="Nunez")
    make_participant(workshop, make_organization("org-b"), given_name="Ann", surname="Zed")
    answer = anyone.get(f"{HOME}participants/?q=NUNEZ&category=organization")
    assert people(answer)[1:] == ["Josefa Nunez"]
    assert "participants.csv?category=organization&amp;q=NUNEZ" in answer.content.decode()
    lines = anyone.get(f"{HOME}participants.csv?category=organization&q=NUNEZ").content.decode().splitlines()
    assert [line.split(",")[2] for line in lines] == ["Name", "Josefa Nunez"]
    assert people(anyone.get(f"{HOME}participants/?entity=org-b"))[1:] == ["Ann Zed"]
    assert "No participants found" in text(anyone.get(f"{HOME}participants/?entity=none&category=nonsense&page=x"))


def test_cells_that_spreadsheets_would_run_are_quoted(anyone):
    make_participant(make_workshop(), given_name="=cmd|'/c calc'!A1", surname="X", function="@SUM(1)")
    line = anyone.get(f"{HOME}participants.csv").content.decode().splitlines()[1]
    assert ("'=cmd" in line, "'@SUM" in line) == (True, True)


def test_many_people_cost_as_many_queries_as_one(anyone, django_assert_num_queries):
    workshop = make_workshop()
    make_participant(workshop, given_name="Ann", surname="Zed")
    queries = 1 + 1 + 1 + 4  # two revisions (workshop, register), the workshop, the list
    with django_assert_num_queries(queries):
        assert people(anyone.get(f"{HOME}participants/")) == ["State of AU", "Ann Zed"]
    for number in range(30):
        make_participant(workshop, make_state(f"s{number:02}"), given_name="Bob", surname=f"Of {number:02}")
    bump_workshop(workshop)
    with django_assert_num_queries(queries):
        answer = anyone.get(f"{HOME}participants/")
    others = [line for number in range(30) for line in (f"State of S{number:02}", f"Bob Of {number:02}")]
    assert people(answer) == ["State of AU", "Ann Zed", *others]


def test_cached_list_costs_no_query_but_for_its_revision(anyone, clock, django_assert_num_queries):
    make_participant(make_workshop(), given_name="Ann", surname="Zed")
    first = anyone.get(f"{HOME}participants/")
    with django_assert_num_queries(0):  # nothing public has changed in this second
        second = anyone.get(f"{HOME}participants/")
    clock["second"] += 1
    with django_assert_num_queries(2):  # of the workshop and of the register
        third = anyone.get(f"{HOME}participants/")
    assert [(page.content, page["ETag"]) for page in (second, third)] == [(first.content, first["ETag"])] * 2
    assert anyone.get(f"{HOME}participants/", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_pages_of_a_list_share_what_is_read_of_its_entities_until_one_changes(anyone, django_assert_num_queries):
    row = make_participant(make_workshop(), given_name="Ann", surname="Zed")
    anyone.get(f"{HOME}participants/")
    with django_assert_num_queries(4):  # two revisions, the workshop, the people of the page
        assert people(anyone.get(f"{HOME}participants/?entity=au")) == ["State of AU", "Ann Zed"]
    rename_state(row)
    assert people(anyone.get(f"{HOME}participants/?entity=au")) == ["Renamed", "Ann Zed"]


def rename_person(row):
    services.edit_participant(participant=row, expected=1, surname="Ébert")


def rename_state(row):
    EntityName.objects.filter(entity=row.entity).update(short="Renamed")


def end_status(row):
    EntityStatus.objects.filter(entity=row.entity).update(ends=dt.date(2010, 1, 1))


def change_kind(row):
    Entity.objects.filter(pk=row.entity_id).update(kind="organization")


@pytest.mark.parametrize(
    ("change", "heading", "listed", "sentence"),
    [
        (rename_person, "States", ["State of AU", "Ann Ébert"], "1 participant from 1 Member or Observer State."),
        (rename_state, "States", ["Renamed", "Ann Zed"], "1 participant from 1 Member or Observer State."),
        (end_status, "States", ["State of AU", "Ann Zed"], "1 participant."),
        (
            change_kind,
            "International organizations",
            ["State of AU", "Ann Zed"],
            "1 participant from 1 international organization.",
        ),
    ],
)
def test_cached_list_follows_people_and_register(anyone, change, heading, listed, sentence):
    row = make_participant(make_workshop(), given_name="Ann", surname="Zed")
    before = anyone.get(f"{HOME}participants/")
    assert people(before) == ["State of AU", "Ann Zed"]
    assert "1 participant from 1 Member or Observer State." in text(before)
    change(row)
    after = anyone.get(f"{HOME}participants/", headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, f"<h2>{heading}</h2>" in after.text, people(after)) == (200, True, listed)
    assert f" {sentence} " in text(after)


def test_workshop_page_follows_the_register(anyone):
    workshop = make_workshop()
    row = make_participant(workshop)
    services.record_contribution(year=workshop.year, workshop=workshop, donor=row.entity, state="paid")
    assert "1 participant from 1 Member or Observer State." in text(anyone.get(HOME))
    end_status(row)
    rename_state(row)
    page = text(anyone.get(HOME))
    assert ("1 participant." in page, "Renamed: partial funding" in page, "Member or Observer State" in page) == (
        True,
        True,
        False,
    )
    assert "Renamed" in text(anyone.get("/workshops/2010/"))


# --- Programme --------------------------------------------------------------------------------------------------------


def test_the_public_reads_the_release_and_never_the_draft(anyone):
    workshop = make_workshop()
    make_slot(workshop.occasion, "Opening", "09:00", "10:00")
    assert "not been published yet" in text(anyone.get(f"{HOME}programme/"))
    release_programme(occasion=workshop.occasion)
    make_slot(workshop.occasion, "Secret lunch", "12:00", "13:00")
    page = text(anyone.get(f"{HOME}programme/"))
    assert ("09:00–10:00" in page, "Opening" in page, "Secret" in page) == (True, True, False)
    assert "Central European Summer Time, UTC+2" in page
    assert b"Secret" not in anyone.get(f"{HOME}programme.ics").content
    release_programme(occasion=workshop.occasion)
    page = text(anyone.get(f"{HOME}programme/"))
    assert ("Release 2" in page, "Secret lunch : added" in page) == (True, True)


def test_many_slots_cost_no_more_queries(anyone, django_assert_num_queries):
    workshop = make_workshop()
    make_day(workshop.occasion)
    release_programme(occasion=workshop.occasion)
    anyone.get(f"{HOME}programme/")
    for hour in range(8, 20):
        make_slot(workshop.occasion, f"Slot {hour}", f"{hour:02}:00", f"{hour:02}:30", day=2)
    release_programme(occasion=workshop.occasion)
    with django_assert_num_queries(3):
        page = text(anyone.get(f"{HOME}programme/"))
    assert [hour for hour in range(8, 20) if f"Slot {hour}" not in page] == []


# --- Workshop, years --------------------------------------------------------------------------------------------------


def test_a_draft_is_for_editors_alone(anyone, staff):
    make_workshop(state="draft")
    for rest in ("", "programme/", "participants/", "participants.csv", "materials/", "register/", "programme.ics"):
        assert (anyone.get(HOME + rest).status_code, rest) == (404, rest)
    assert staff.get(HOME).status_code == 200
    assert "Societies" not in text(anyone.get("/workshops/"))
    assert "Societies" in text(staff.get("/workshops/"))


def test_the_page_says_who_came_and_who_paid(anyone):
    workshop = make_workshop()
    make_participant(workshop)
    make_participant(workshop, make_organization("org-a"))
    services.record_contribution(year=workshop.year, workshop=workshop, donor=make_state("au"), state="paid")
    page = text(anyone.get(HOME))
    assert "2 participants from 1 Member or Observer State and 1 international organization." in page
    assert "State of AU: partial funding (amount not published)" in page


def test_a_pledge_is_marked_on_the_year_and_absent_from_the_workshop(anyone):
    workshop = make_workshop()
    services.record_contribution(
        year=workshop.year, workshop=workshop, donor=make_state("au"), amount=500, state="pledge"
    )
    assert "pledge, not included in totals" in text(anyone.get("/workshops/2010/")).lower()
    assert "State of AU" not in text(anyone.get(HOME))


def test_the_year_shows_topics_and_budget(anyone):
    topic = make_topic("A")
    services.add_budget_line(year=topic.year, purpose="officials", title="Officials", amount=75)
    services.add_budget_line(year=topic.year, purpose="other", title="Rest", amount=25)
    page = text(anyone.get("/workshops/2011/"))
    assert "A. Topic A One. Two." in page
    assert "USD 100 is sought, of which 75% is for the participation of officials from capitals." in page


def test_signed_in_pages_stay_out_of_shared_caches(staff):
    make_workshop()
    assert staff.get(f"{HOME}participants/")["Cache-Control"] == "private, no-store"


def test_an_unknown_workshop_is_not_found(anyone):
    make_year()
    for address in ("/workshops/2010/none/", "/workshops/1999/", "/workshops/2010/none/participants/"):
        assert anyone.get(address).status_code == 404


# --- Registration -----------------------------------------------------------------------------------------------------


def registration(**more):
    return {
        "entity": make_state("au").pk,
        "given_name": "Noor",
        "surname": "Valdesotto",
        "email": "noor@idm.example",
        "language": "fr",
    } | more


def link_of(participant):
    with translation.override(participant.language):
        message = mails.registered(language=participant.language, participant_id=participant.pk)
    return re.search(r"https?://[^/]+(/\S+/s/\S+)", message.text)[1]


def test_known_and_unknown_addresses_get_the_same_answer(anyone):
    workshop = make_open_workshop("societies")
    make_participant(workshop, email="known@idm.example")
    answers = [
        anyone.post(f"{HOME}register/", registration(email=email, surname=surname))
        for email, surname in (("new@idm.example", "New"), ("known@idm.example", "Other"), ("third@idm.example", "New"))
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, f"{HOME}register/sent/")}
    assert Participant.objects.count() == 2
    assert sorted(Mail.objects.values_list("kind", flat=True)) == [
        "workshops.known_name",
        "workshops.registered",
        "workshops.registered",
    ]


def test_fields_that_are_not_asked_for_are_ignored(anyone):
    make_open_workshop("societies")
    sent = registration(state="confirmed", attendance="present", token_hash="0" * 64, is_invented="on")
    anyone.post(f"{HOME}register/", sent)
    row = Participant.objects.get()
    assert (row.state, row.attendance, row.token_hash, row.is_invented, row.language) == (
        "registered",
        "expected",
        None,
        False,
        "fr",
    )


def test_nothing_outside_the_register_can_be_chosen(anyone):
    make_open_workshop("societies")
    answer = anyone.post(f"{HOME}register/", registration(entity=0))
    assert (answer.status_code, Participant.objects.count(), "data-error-summary" in answer.content.decode()) == (
        200,
        0,
        True,
    )


def test_a_closed_registration_shows_no_form_and_takes_none(anyone):
    make_workshop()
    for answer in (anyone.get(f"{HOME}register/"), anyone.post(f"{HOME}register/", registration())):
        assert ("Registration is not open" in text(answer), b"given_name" in answer.content) == (True, False)
    assert Participant.objects.count() == 0


@pytest.mark.parametrize(("opens_in", "notice"), [(-2, "Closed on"), (2, "Opens on")])
def test_a_registration_that_is_not_open_says_when_it_was_or_will_be(anyone, opens_in, notice):
    opens = dt.datetime.now(dt.UTC) + dt.timedelta(days=opens_in)
    make_workshop(registration_opens_at=opens, registration_closes_at=opens + dt.timedelta(days=1))
    shown = text(anyone.get(f"{HOME}register/"))
    assert [words for words in ("Closed on", "Opens on") if words in shown] == [notice]


def test_the_mail_holds_a_link_that_opens_the_page_of_its_person_alone(anyone):
    workshop = make_open_workshop("societies")
    row = make_participant(workshop, given_name="Noor", consents=False, language="fr")
    paper = make_material(workshop, audience="participants")
    link = link_of(row)
    answer = anyone.get(link)
    assert ("Noor" in text(answer), answer["Cache-Control"], answer["Referrer-Policy"]) == (
        True,
        "private, no-store",
        "no-referrer",
    )
    assert b"".join(anyone.get(f"{link}materials/{paper.pk}/").streaming_content) == b"Some words."
    assert anyone.get(f"{HOME}materials/{paper.pk}/").status_code == 404
    anyone.post(link, {"consents_to_listing": "on", "state": "cancelled"})
    row.refresh_from_db()
    assert (row.consents_to_listing, row.state) == (True, "confirmed")


def test_an_old_a_wrong_and_a_cancelled_link_are_not_found(anyone):
    row = make_participant(make_open_workshop("societies"))
    old, new = link_of(row), link_of(row)
    assert (anyone.get(old).status_code, anyone.get(new).status_code) == (404, 200)
    services.cancel_participant(participant=row, expected=Participant.objects.get().edit_version)
    assert anyone.get(new).status_code == 404


def test_a_link_opens_no_paper_of_another_workshop(anyone):
    link = link_of(make_participant(make_open_workshop("societies")))
    foreign = make_material(make_workshop("other"), audience="participants")
    assert anyone.get(f"{link}materials/{foreign.pk}/").status_code == 404


# --- Papers -----------------------------------------------------------------------------------------------------------


def test_papers_for_participants_are_counted_and_not_named(anyone):
    workshop = make_workshop()
    make_material(workshop, name="open.txt")
    hidden = make_material(workshop, audience="participants", name="closed.txt")
    page = text(anyone.get(f"{HOME}materials/"))
    assert ("open.txt" in page, "closed.txt" in page, "1 more paper is available to participants" in page) == (
        True,
        False,
        True,
    )
    assert anyone.get(f"{HOME}materials/{hidden.pk}/").status_code == 404


def test_a_paper_is_an_attachment_in_a_sandbox(anyone):
    row = make_material(make_workshop())
    answer = anyone.get(f"{HOME}materials/{row.pk}/")
    headers = {name: answer[name] for name in ("Content-Disposition", "X-Content-Type-Options", "Content-Type")}
    assert headers == {
        "Content-Disposition": "attachment; filename=\"paper.txt\"; filename*=UTF-8''paper.txt",
        "X-Content-Type-Options": "nosniff",
        "Content-Type": "text/plain; charset=utf-8",
    }
    assert "sandbox" in answer["Content-Security-Policy"]


def test_an_editor_adds_a_paper_and_sees_what_is_wrong_with_another(staff):
    make_workshop()
    sent = {"title_en": "Paper", "kind": "background", "language": "en", "audience": "public"}
    bad = staff.post(f"{HOME}edit/materials/add/", sent | {"file": SimpleUploadedFile("a.pdf", b"<html>")})
    good = staff.post(f"{HOME}edit/materials/add/", sent | {
        "file": SimpleUploadedFile("a.pdf", pdf())
    })  # fmt: skip
    assert ("although its name says so" in text(bad), good.status_code) == (True, 302)
    assert list(Material.objects.values_list("name", "stored__media_type")) == [("a.pdf", "application/pdf")]


# --- Editors ----------------------------------------------------------------------------------------------------------


def test_a_confirmation_is_reported_to_its_editor_and_to_a_second_one(staff):
    row = make_participant(make_workshop(), state="registered")
    url = f"{HOME}edit/participants/{row.pk}/confirm/"
    assert staff.post(url, {"edit_version": "1"}).status_code == 302
    assert staff.post(url, {"edit_version": "1"}).status_code == 409
    assert Participant.objects.get().state == "confirmed"


def attendance_form(client: Client) -> dict[str, str]:
    """Return what a browser would send of the attendance list as it is now."""
    page = lxml.html.fromstring(client.get(f"{HOME}edit/participants/").content)
    boxes = page.xpath("//*[@form='attendance-form' and @name]")
    return {box.get("name"): box.value for box in boxes}


def test_two_clerks_with_pages_opened_at_the_same_time_both_check_people_in(staff, sign_in, editor):
    workshop = make_workshop()
    one, two = make_participant(workshop, attendance="expected"), make_participant(workshop, attendance="expected")
    other = sign_in(editor)
    first, second = attendance_form(staff), attendance_form(other)
    staff.post(f"{HOME}edit/participants/attendance/", first | {f"attendance-{one.pk}": "present"})
    other.post(f"{HOME}edit/participants/attendance/", second | {f"attendance-{two.pk}": "excused"})
    assert dict(Participant.objects.values_list("pk", "attendance")) == {one.pk: "present", two.pk: "excused"}


def test_a_row_that_another_editor_has_set_is_reported_and_the_other_rows_are_saved(staff, sign_in, editor):
    workshop = make_workshop()
    one, two = make_participant(workshop, attendance="expected"), make_participant(workshop, attendance="expected")
    other = sign_in(editor)
    first, second = attendance_form(staff), attendance_form(other)
    staff.post(f"{HOME}edit/participants/attendance/", first | {f"attendance-{one.pk}": "present"})
    changes = {f"attendance-{one.pk}": "absent", f"attendance-{two.pk}": "present"}
    page = other.post(f"{HOME}edit/participants/attendance/", second | changes, follow=True).content.decode()
    assert dict(Participant.objects.values_list("pk", "attendance")) == {one.pk: "present", two.pk: "present"}
    assert f"Someone else has set {one.full_name} to “present”" in page.replace("Present", "present")


def test_two_editors_of_one_participant_lose_nothing(staff):
    row = make_participant(make_workshop(), given_name="Ann", surname="Zed", function="First")
    services.edit_participant(participant=row, expected=1, function="Saved version")
    sent = {
        "entity": row.entity_id,
        "given_name": "Ann",
        "surname": "Zed",
        "function": "Typed second",
        "email": row.email,
        "language": "en",
        "consents_to_listing": "on",
        "edit_version": "1",
    }
    url = f"{HOME}edit/participants/{row.pk}/"
    answer = staff.post(url, sent)
    assert answer.status_code == 409
    assert [words in answer.content.decode() for words in ("Saved version", "second")] == [True, True]
    assert staff.post(url, sent | {"edit_version": "2"}).status_code == 302
    assert Participant.objects.get().function == "Typed second"


def test_a_duplicate_is_refused_beside_the_form_and_nothing_typed_is_lost(staff):
    row = make_participant(make_workshop())
    sent = {
        "entity": row.entity_id,
        "given_name": "Other",
        "surname": "Person",
        "email": row.email,
        "language": "en",
    }
    answer = staff.post(f"{HOME}edit/participants/add/", sent)
    assert ("data-error-summary" in answer.content.decode(), 'value="Other"' in answer.content.decode()) == (True, True)
    assert Participant.objects.count() == 1


def test_a_participant_of_another_workshop_is_not_found(staff):
    make_workshop()
    foreign = make_participant(make_workshop("other"))
    for act in ("", "confirm/", "successor/", "cancel/", "remove/"):
        url = f"{HOME}edit/participants/{foreign.pk}/{act}"
        answer = staff.post(url) if act == "confirm/" else staff.get(url)
        assert (answer.status_code, act) == (404, act)


def test_the_staff_list_keeps_its_number_of_queries(staff, django_assert_max_num_queries):
    workshop = make_workshop()
    make_participant(workshop)
    with django_assert_max_num_queries(50) as few:
        staff.get(f"{HOME}edit/participants/")
    for number in range(20):
        make_participant(workshop, make_state(f"s{number}"))
    with django_assert_max_num_queries(len(few)):
        page = text(staff.get(f"{HOME}edit/participants/"))
    assert [number for number in range(20) if f"State of S{number}" not in page] == []


def test_an_editor_proposes_a_topic_with_the_next_letter(staff):
    make_topic("A")
    staff.post("/workshops/2011/edit/topics/add/", {"title_en": "Seasonal work", "rationale_en": "Why."})
    assert list(Topic.objects.order_by("letter").values_list("letter", "slug", "title_fr")) == [
        ("A", "topic-a", None),
        ("B", "seasonal-work", ""),
    ]


def test_a_script_in_any_name_is_shown_as_text(anyone, staff):
    evil = "<script>alert(1)</script>"
    workshop = make_workshop(title=evil, description=evil)
    make_participant(workshop, make_entity("ngo-x", kind="ngo", name=evil), given_name=evil, surname="X", function=evil)
    make_slot(workshop.occasion, evil, "09:00", "10:00", description=evil)
    release_programme(occasion=workshop.occasion)
    for client, rest in (
        (anyone, ""),
        (anyone, "participants/"),
        (anyone, "programme/"),
        (staff, "edit/participants/"),
    ):
        page = client.get(HOME + rest).content.decode()
        assert ("<script>alert" in page, "&lt;script&gt;alert" in page, rest) == (False, True, rest)
