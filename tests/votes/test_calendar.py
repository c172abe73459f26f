"""All deadlines of a person's States in one `.ics` file."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from foundation.time.clock import database_now
from membership.models import VotingSuspension
from tests.factories.membership import make_state
from tests.factories.votes import DAY, make_delegation, make_draft, make_open, make_upcoming
from votes import services

pytestmark = pytest.mark.django_db


def events(response) -> dict[str, dt.datetime]:
    calendar = Calendar.from_ical(response.content)
    return {str(event["summary"]): event["dtstart"].dt for event in calendar.walk("VEVENT")}


def test_calendar_holds_every_deadline_with_its_zone_written_out(sign_in, publisher):
    head = make_delegation("au")
    opened = make_open("open", zone="Asia/Manila")
    upcoming = make_upcoming("upcoming")
    make_draft("draft")
    services.extend_ballot(
        ballot=opened, closes_at=opened.closes_at + DAY, reason="Asked", actor=publisher, notify=False
    )
    response = sign_in(head.person).get(reverse("votes:deadlines"))
    assert events(response) == {
        "Closes: Which topics? (open)": (opened.closes_at + DAY).replace(microsecond=0),
        "Closes: Which topics? (upcoming)": upcoming.closes_at.replace(microsecond=0),
    }
    text = response.content.decode()
    assert ("TZID:Asia/Manila" in text, "DTSTART;TZID=Asia/Manila" in text, "First deadline" in text) == (
        True,
        True,
        True,
    )


def test_state_that_takes_no_part_has_no_deadline(sign_in):
    head = make_delegation("au")
    VotingSuspension.objects.create(entity=head.entity, decision="Article 4")
    make_state("fr")
    make_open("open")
    assert events(sign_in(head.person).get(reverse("votes:deadlines"))) == {}


def test_address_of_ones_own_works_without_sign_in_until_it_is_replaced_or_the_account_closed(sign_in):
    head = make_delegation("au")
    make_open("open")
    page = sign_in(head.person).post(reverse("votes:calendar_link")).content.decode()
    old = page.partition("/votes/s/")[2].partition("/")[0]
    address = reverse("votes:deadlines_feed", args=[old])
    assert list(events(Client().get(address))) == ["Closes: Which topics? (open)"]
    assert old not in sign_in(head.person).get(reverse("votes:calendar_link")).content.decode()
    new = reverse("votes:deadlines_feed", args=[services.make_calendar_link(person=head.person)])
    assert [Client().get(path).status_code for path in (address, new)] == [404, 200]
    head.ends = database_now().date()
    head.save()
    assert events(Client().get(new)) == {}
    head.person.is_active = False
    head.person.save()
    assert Client().get(new).status_code == 404
