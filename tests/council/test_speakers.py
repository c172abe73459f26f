import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from council import dashboard, services
from council.models import AgendaItem, Inscription
from foundation.refusals import Refused
from tests.factories.council import make_agenda, make_coming_meeting, make_meeting, make_open_item
from tests.factories.membership import make_accreditation, make_delegate, make_organization, make_person

pytestmark = pytest.mark.django_db
LIST = "/council/99/agenda/items/debate/speakers/"


def acting(person):
    return person.accreditations.select_related("entity", "person").get()


def inscribe(item, person, **more):
    return services.inscribe(item=item, delegation=acting(person), actor=person, **more)


def order_of(item):
    day = item.meeting.occasion.begins_on
    return [row.entity.code for row in item.inscriptions.active().in_order(day)]


def test_members_speak_before_observers_and_those_before_organizations():
    item = make_open_item()
    organization = make_accreditation(make_person(), make_organization("org-helpers")).person
    for person in (
        organization,
        make_delegate("va", status="observer"),
        make_delegate("mx"),
        make_delegate("au"),
    ):
        inscribe(item, person)
    assert order_of(item) == ["mx", "au", "va", "org-helpers"]


def test_second_request_returns_the_present_inscription(head):
    item = make_open_item()
    assert inscribe(item, head).pk == inscribe(item, make_delegate("au", "deputy")).pk
    assert Inscription.objects.count() == 1


def test_who_leaves_the_list_and_comes_back_is_last():
    item = make_open_item()
    people = [make_delegate(code) for code in ("au", "mx", "ke")]
    for person in people:
        inscribe(item, person)
    services.withdraw(item=item, delegation=acting(people[0]), actor=people[0])
    assert order_of(item) == ["mx", "ke"]
    inscribe(item, people[0])
    assert (order_of(item), Inscription.objects.count()) == (["mx", "ke", "au"], 4)


@pytest.mark.parametrize(("seconds", "open"), [(-1, False), (0, True), (3599, True), (3600, False), (3601, False)])
def test_a_list_is_open_from_its_first_moment_up_to_its_last(head, seconds, open):
    opens = dt.datetime(2010, 11, 1, 9, tzinfo=dt.UTC)
    item = make_open_item(inscription_opens_at=opens, inscription_closes_at=opens + dt.timedelta(hours=1))
    now = opens + dt.timedelta(seconds=seconds)
    if open:
        assert inscribe(item, head, now=now).inscribed_at == now
    else:
        with pytest.raises(Refused):
            inscribe(item, head, now=now)
        assert Inscription.objects.count() == 0


def test_items_without_a_list_internal_ones_and_tombstones_take_nobody(head):
    meeting, items = make_agenda(make_coming_meeting())
    internal = make_open_item(meeting, "Secret", is_internal=True)
    below = make_open_item(meeting, "Below it", parent=internal)
    gone = make_open_item(meeting, "Other")
    meeting.refresh_from_db()
    services.remove_item(item=gone, expected=1, expected_order=meeting.order_version, reason="Gone")
    for item in (items["Debate"], internal, below, gone):
        with pytest.raises(Refused):
            inscribe(item, head)


def test_nobody_inscribes_another_delegation(head):
    item = make_open_item()
    focal_point = make_accreditation(make_person(), acting(head).entity, "focal-point").person
    for actor in (make_delegate("mx"), focal_point):
        with pytest.raises(PermissionDenied):
            services.inscribe(item=item, delegation=acting(head), actor=actor)
    ended = make_accreditation(ends=dt.date(2020, 1, 1)).person
    with pytest.raises(PermissionDenied):
        inscribe(item, ended)
    with pytest.raises(Refused):
        inscribe(item, head, speaker="Two\nlines")
    assert Inscription.objects.count() == 0


@pytest.mark.parametrize(("hours", "open"), [(-1, True), (0, False), (1, False)])
def test_a_list_is_not_open_once_the_last_day_of_the_meeting_is_over(head, hours, open):
    meeting = make_meeting()
    last = dt.datetime.combine(meeting.occasion.ends_on, dt.time())
    over = (last + dt.timedelta(days=1)).replace(tzinfo=meeting.occasion.tzinfo)
    item = make_open_item(meeting, inscription_opens_at=over - dt.timedelta(days=9), inscription_closes_at=over)
    # As if the meeting had been shortened after its lists were set.
    AgendaItem.objects.filter(pk=item.pk).update(inscription_closes_at=over + dt.timedelta(days=9))
    now = over + dt.timedelta(hours=hours)
    assert AgendaItem.objects.open_for_inscription(now).exists() is open
    with pytest.raises(Refused) as caught:
        services.edit_item(item=item, expected=1, inscription_closes_at=over + dt.timedelta(seconds=1))
    assert caught.value.sentences == [
        "The speakers’ list must close before the meeting ends. Enter an earlier closing time."
    ]


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_delegation_puts_itself_on_the_list_sees_who_follows_and_leaves(sign_in, head):
    item = make_open_item(make_coming_meeting(99))
    client = sign_in(head)
    inscribe(item, make_delegate("mx"))
    assert client.post(f"{LIST}inscribe/", {"speaker": "H.E. Noor"}).url == LIST
    inscribe(item, make_delegate("ke"))
    page = client.get(LIST).content.decode()
    assert "Your delegation is number 2 of 3 on the list." in page
    assert ("Before you: State of MX." in page, "After you: State of KE." in page) == (True, True)
    assert "H.E. Noor" in page
    assert client.post(f"{LIST}withdraw/").url == LIST
    assert "Your delegation is not on the list." in client.get(LIST).content.decode()


def test_a_form_made_for_another_delegation_is_refused(sign_in, head):
    item = make_open_item(make_coming_meeting(99))
    other = make_accreditation()
    client = sign_in(head)
    assert client.post(f"{LIST}inscribe/", {"acting_for": other.pk}).status_code == 403
    assert item.inscriptions.count() == 0


def test_a_closed_list_is_shown_and_takes_nobody(sign_in, head):
    past = dt.datetime(2010, 11, 1, tzinfo=dt.UTC)
    make_open_item(make_meeting(99), inscription_opens_at=past, inscription_closes_at=past + dt.timedelta(days=1))
    client = sign_in(head)
    assert "The list is closed." in client.get(LIST).content.decode()
    answer = client.post(f"{LIST}inscribe/", {})
    assert (answer.status_code, "is not open" in answer.content.decode()) == (409, True)


def test_lists_of_internal_items_are_not_found(sign_in, head, editor):
    item = make_open_item(make_coming_meeting(99), is_internal=True)
    assert sign_in(head).get(LIST).status_code == 404
    assert sign_in(editor).get(f"/council/99/agenda/edit/items/{item.pk}/speakers/").status_code == 200


def test_a_list_takes_the_same_number_of_queries_for_one_and_for_many(
    sign_in, head, django_assert_num_queries, django_assert_max_num_queries
):
    item = make_open_item(make_coming_meeting(99))
    client = sign_in(head)
    inscribe(item, head)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    codes = ("mx", "ke", "ph", "ch", "fr")
    for code in codes:
        inscribe(item, make_delegate(code))
    with django_assert_num_queries(len(few)):
        page = client.get(LIST).text
    assert [code for code in codes if f"State of {code.upper()}" not in page] == []


# --- Dashboard --------------------------------------------------------------------------------------------------------


def test_dashboard_shows_open_lists_until_the_delegation_is_on_them(head, editor, django_assert_max_num_queries):
    now = dt.datetime.now(dt.UTC)
    item = make_open_item(make_coming_meeting(99))
    make_open_item(item.meeting, "Secret", is_internal=True)
    with django_assert_max_num_queries(4):
        shown = dashboard.items(head, now)
    assert [(entry.title, entry.url) for entry in shown] == [("Speakers’ list: Debate", LIST)]
    assert dashboard.items(editor, now) == []
    inscribe(item, head)
    assert dashboard.items(head, now) == []


def test_dashboard_reminds_editors_of_meetings_without_an_agenda(editor, head):
    now = dt.datetime.now(dt.UTC)
    soon = now.date() + dt.timedelta(days=20)
    meeting = make_meeting(100, begins_on=soon, ends_on=soon)
    make_meeting(101, begins_on=soon + dt.timedelta(days=90), ends_on=soon + dt.timedelta(days=90))
    assert [entry.title for entry in dashboard.items(editor, now)] == ["Agenda to write: Session 100"]
    assert dashboard.items(head, now) == []
    make_agenda(meeting)
    assert dashboard.items(editor, now) == []
