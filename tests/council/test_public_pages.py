import datetime as dt

import pytest
from icalendar import Calendar

from council import services
from documents.models import Document
from schedule import services as schedule
from tests.factories.council import make_agenda, make_coming_meeting, make_item, make_meeting, make_open_item
from tests.factories.documents import ISSUED, make_draft, make_issued

pytestmark = pytest.mark.django_db
DAY = dt.date(2010, 11, 29)


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def make_session():
    """Create a session with a released slot that has one agenda item."""
    meeting = make_meeting(99)
    occasion = meeting.occasion
    room = schedule.add_room(occasion=occasion, name="Assembly room")
    slot = schedule.add_slot(
        occasion=occasion,
        starts_at=occasion.moment(DAY, dt.time(10)),
        ends_at=occasion.moment(DAY, dt.time(13)),
        title="Morning",
        room=room,
    )
    schedule.add_appearance(occasion=occasion, slot=slot, name="Noor Haddad", function="High Commissioner")
    item = make_item(meeting, "Keynotes", day=DAY, slot=slot, is_highlight=True, kind="keynote")
    return meeting, item


# --- Content ----------------------------------------------------------------------------------------------------------


def test_the_agenda_shows_numbers_days_and_after_the_release_times_rooms_and_people(client):
    meeting, _item = make_session()
    page = read(client, "/council/99/agenda/")
    assert ("Monday 29 November 2010" in page, "10:00–13:00" in page, "Noor" in page) == (True, False, False)
    schedule.release_programme(occasion=meeting.occasion)
    page = read(client, "/council/99/agenda/")
    assert "10:00–13:00, Assembly room" in page
    assert "Noor Haddad, High Commissioner" in page
    assert "Central European Standard Time, UTC+1" in page


def test_the_overview_shows_highlights_with_their_days(client):
    make_session()
    page = read(client, "/council/99/")
    assert ("Keynotes" in page, "Highlights" in page, "Monday 29 November 2010" in page) == (True, True, True)


def test_internal_items_are_for_nobody_but_staff(client, sign_in, head, editor):
    meeting, items = make_agenda(make_meeting(99))
    services.edit_item(item=items["Segment"], expected=1, is_internal=True)
    services.record_decision(meeting=meeting, item=items["Launch"], text="Kept secret")
    for reader in (client, sign_in(head)):
        for address in ("/council/99/agenda/", "/council/99/", "/council/99/agenda.csv"):
            page = read(reader, address)
            assert [word in page for word in ("Segment", "Keynotes", "Kept secret")] == [False, False, False]
    page = read(sign_in(editor), "/council/99/agenda/edit/")
    assert [word in page for word in ("Segment", "Keynotes", "Kept secret")] == [True, True, True]


def test_a_tombstone_says_why(client):
    meeting, items = make_agenda(make_meeting(99))
    other = make_meeting(kind="informal-consultations", title="Consultations of November")
    services.remove_item(
        item=items["Debate"],
        expected=1,
        expected_order=meeting.order_version,
        reason="Settled beforehand",
        moved_to=other,
    )
    page = read(client, "/council/99/agenda/")
    assert "Debate: Settled beforehand" in page
    assert 'href="/council/consultations/2010-11-29/">Consultations of November' in page


def test_markup_in_a_title_is_text(client):
    make_item(make_meeting(99), "<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
    page = read(client, "/council/99/agenda/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img" not in page


# --- Papers -----------------------------------------------------------------------------------------------------------


def test_a_paper_is_shown_to_those_who_may_read_it_and_to_nobody_else(client, sign_in, head, editor):
    meeting, items = make_agenda(make_meeting(99))
    for symbol, more in {
        "IC/2010/1": {"distribution": "restricted"},
        "MC/1": {"distribution": "general"},
        "MC/2": {"audience": "member-states"},
    }.items():
        document = make_issued(symbol=symbol, title_en=f"Title of {symbol}", **more)
        services.attach_paper(meeting=meeting, item=items["Debate"], document=document)
    services.attach_paper(meeting=meeting, document=make_draft(symbol="MC/3", title_en="Title of MC/3"))
    symbols = ("IC/2010/1", "MC/1", "MC/2", "MC/3")
    for reader, seen in (
        (client, [False, True, False, False]),
        (sign_in(head), [True, True, True, False]),
        (sign_in(editor), [True, True, True, True]),
    ):
        page = read(reader, "/council/99/agenda/")
        assert [f"Title of {symbol}" in page for symbol in symbols] == seen


def test_cached_page_follows_a_paper_that_is_released_or_withdrawn(client):
    meeting, items = make_agenda(make_meeting(99))
    document = make_issued(symbol="MC/1", title_en="Released later")
    services.attach_paper(meeting=meeting, item=items["Debate"], document=document)
    now = dt.datetime.now(dt.UTC)
    seen = []
    # Change only columns, as another app or the passing of time would: no service is called.
    for columns in (
        {"released_at": now + dt.timedelta(hours=1)},
        {"released_at": ISSUED},
        {"distribution": "restricted"},
        {"derestricted_at": ISSUED},
        {"withdrawn_at": ISSUED},
    ):
        Document.objects.filter(pk=document.pk).update(**columns)
        seen.append("Released later" in read(client, "/council/99/agenda/"))
    assert seen == [False, True, False, True, False]


# --- Cached pages -----------------------------------------------------------------------------------------------------


def test_anonymous_reader_gets_the_cached_page_until_the_agenda_changes(client, clock, django_assert_num_queries):
    _meeting, items = make_agenda(make_meeting(99))
    first = client.get("/council/99/agenda/")
    clock["second"] += 1
    with django_assert_num_queries(2):  # the revisions of the meeting and of its papers
        assert client.get("/council/99/agenda/").content == first.content
    clock["second"] += 1
    with django_assert_num_queries(2):
        assert client.get("/council/99/agenda/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    services.edit_item(item=items["Opening"], expected=1, title_en="Words of welcome")
    assert "Words of welcome" in read(client, "/council/99/agenda/")


def test_page_of_a_signed_in_person_is_not_cached(sign_in, head):
    make_agenda(make_meeting(99))
    assert sign_in(head).get("/council/99/agenda/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/council/", "/council/"),
        ("/council/99/", "Decision"),
        ("/council/99/agenda/", "Item"),
        ("/council/99/agenda/edit/", "Item"),
    ],
)
def test_a_page_takes_the_same_number_of_queries_for_few_rows_and_for_many(
    address, shown, sign_in, editor, django_assert_max_num_queries, django_assert_num_queries
):
    meeting, items = make_agenda(make_meeting(99))
    services.attach_paper(meeting=meeting, item=items["Debate"], document=make_issued())
    services.record_decision(meeting=meeting, item=items["Debate"], text="Noted")
    client = sign_in(editor)
    client.get(address)
    with django_assert_max_num_queries(30) as few:
        before = client.get(address).text.count(shown)
    for number in range(12):
        item = make_item(meeting, f"Item {number}", items["Debate"], day=DAY)
        services.attach_paper(meeting=meeting, item=item, document=make_issued())
        services.record_decision(meeting=meeting, item=item, text=f"Decision {number}")
        make_meeting()
    with django_assert_num_queries(len(few)):
        after = client.get(address).text.count(shown)
    assert after >= before + 12


# --- Downloads --------------------------------------------------------------------------------------------------------


def test_the_calendar_holds_the_days_and_then_the_released_slots(client):
    meeting, _item = make_session()
    before = Calendar.from_ical(client.get("/council/99/agenda.ics").content)
    schedule.release_programme(occasion=meeting.occasion)
    answer = client.get("/council/99/agenda.ics")
    after = Calendar.from_ical(answer.content)
    assert [str(event["summary"]) for event in before.walk("VEVENT")] == [meeting.title]
    assert [(str(event["summary"]), event["dtstart"].dt.isoformat()) for event in after.walk("VEVENT")] == [
        ("Morning", "2010-11-29T10:00:00+01:00")
    ]
    assert [str(zone["tzid"]) for zone in after.walk("VTIMEZONE")] == ["Europe/Zurich"]
    assert answer["Content-Disposition"] == 'attachment; filename="session-99.ics"'


def test_the_table_gives_each_row_its_whole_number(client):
    meeting, items = make_agenda(make_meeting(99))
    make_item(meeting, "=SUM(A1)", items["Launch"])
    lines = client.get("/council/99/agenda.csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines] == [
        ["Number", "Item"],
        ["1", "Opening"],
        ["2", "Segment"],
        ["2.1", "Keynotes"],
        ["2.2", "Launch"],
        ["2.2 (a)", "'=SUM(A1)"],
        ["3", "Debate"],
        ["4", "Closing"],
    ]
    assert client.get("/council/99/agenda.pdf").status_code == 404


# --- Addresses and languages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/council/98/", "/council/099/", "/council/consultations/2010-11-30/", "/council/standing-committee/99/"],
)
def test_another_address_is_not_found(client, address):
    make_meeting(99)
    assert client.get(address).status_code == 404


def test_the_french_page_reads_french_titles(client):
    meeting = make_meeting(99)
    make_item(meeting, {"en": "Opening", "fr": "Ouverture"}, day=DAY)
    page = read(client, "/fr/council/99/agenda/")
    assert ("Ouverture" in page, "lundi 29 novembre 2010" in page) == (True, True)


def test_delegations_find_the_way_to_the_speakers_list_and_others_do_not(client, sign_in, head, editor):
    make_open_item(make_coming_meeting(99))
    link = "/council/99/agenda/items/debate/speakers/"
    shown = [link in read(reader, "/council/99/agenda/") for reader in (client, sign_in(head), sign_in(editor))]
    assert shown == [False, True, False]
