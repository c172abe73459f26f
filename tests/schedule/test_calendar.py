import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from schedule import services
from schedule.calendar import ics
from tests.factories.schedule import make_day, make_occasion, make_slot

pytestmark = pytest.mark.django_db
GIVEN = {"name": "The workshop", "url": "https://idm.example/w/", "language": "en"}


def test_a_release_is_one_event_a_slot_in_its_zone_written_out():
    occasion = make_occasion()
    room = services.add_room(occasion=occasion, name="Main")
    make_slot(occasion, "Opening", "09:30", "10:00", room=room, description="Words of welcome")
    release = services.release_programme(occasion=occasion, now=dt.datetime(2010, 7, 1, 10, tzinfo=dt.UTC))
    calendar = Calendar.from_ical(ics(occasion, release=release, **GIVEN))
    zones = [part["TZID"] for part in calendar.walk("VTIMEZONE")]
    (event,) = calendar.walk("VEVENT")
    starts = event["DTSTART"].dt
    assert zones == ["Europe/Zurich"]
    assert (starts.replace(tzinfo=None), event["DTSTART"].params["TZID"]) == (
        dt.datetime(2010, 7, 19, 9, 30),
        "Europe/Zurich",
    )
    assert starts.astimezone(ZoneInfo("UTC")).hour == 7
    assert {name: str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "UID", "SEQUENCE")} == {
        "SUMMARY": "Opening",
        "LOCATION": "Main, Geneva",
        "DESCRIPTION": "Words of welcome",
        "UID": f"occasion-{occasion.pk}-opening@127.0.0.1",
        "SEQUENCE": "1",
    }


def test_the_same_release_gives_the_same_bytes():
    occasion = make_occasion()
    make_day(occasion)
    release = services.release_programme(occasion=occasion)
    assert ics(occasion, release=release, **GIVEN) == ics(occasion, release=release, **GIVEN)


def test_without_a_release_the_days_are_one_event():
    occasion = make_occasion()
    make_day(occasion)
    (event,) = Calendar.from_ical(ics(occasion, release=None, **GIVEN)).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2010, 7, 19), dt.date(2010, 7, 21))


def test_a_title_with_line_breaks_and_commas_stays_one_property():
    occasion = make_occasion()
    make_slot(occasion, "One, two;\r\nATTENDEE:mailto:x@y", "09:00", "10:00")
    release = services.release_programme(occasion=occasion)
    (event,) = Calendar.from_ical(ics(occasion, release=release, **GIVEN)).walk("VEVENT")
    assert "ATTENDEE" not in event
