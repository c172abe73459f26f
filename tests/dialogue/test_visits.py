"""The portal's own count of visits: each reader once a day, only complete days, and no data about the reader."""

import datetime as dt

import pytest
from django.test import RequestFactory

from dialogue.figures import provide
from dialogue.models import DayOfVisits, VisitMark
from dialogue.tasks import follow
from dialogue.visits import counted_visits, note_visit
from foundation.pages.clients import network_of
from tests.factories.dialogue import AFTER, DURING, make_dialogue, make_open_dialogue, make_partner_dialogue

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def visit(dialogue, address: str = "192.0.2.1", browser: str = "Firefox", now: dt.datetime = DURING) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address, HTTP_USER_AGENT=browser)
    note_visit(request, dialogue.slug, now)


def test_a_reader_is_counted_once_a_day():
    dialogue = make_dialogue()
    for address, browser, moment in (
        ("192.0.2.1", "Firefox", DURING),
        ("192.0.2.1", "Firefox", DURING),
        ("192.0.2.1", "Safari", DURING),
        ("192.0.2.2", "Firefox", DURING),
        ("192.0.2.1", "Firefox", DURING + DAY),
        ("192.0.2.3", "Examplebot/1.0", DURING),
        ("192.0.2.4", "", DURING),
    ):
        visit(dialogue, address, browser, moment)
    assert counted_visits([dialogue.pk]) == {}
    follow(AFTER)
    assert list(DayOfVisits.objects.values_list("day", "visits")) == [(DURING.date(), 3), (DURING.date() + DAY, 1)]
    assert counted_visits([dialogue.pk]) == {dialogue.pk: 4}


def test_the_running_day_is_not_published_and_a_complete_one_keeps_no_mark():
    dialogue = make_dialogue()
    visit(dialogue)
    follow(DURING)
    figure = provide({dialogue.slug: {"visits"}})[dialogue.slug, "visits"]
    assert (figure.status, VisitMark.objects.count()) == ("not-yet", 1)
    revision = dialogue.revision
    follow(DURING + DAY)
    dialogue.refresh_from_db()
    figure = provide({dialogue.slug: {"visits"}})[dialogue.slug, "visits"]
    assert (figure.value, str(figure.source)[:7], dialogue.revision) == (1, "Each re", revision + 1)
    assert (VisitMark.objects.count(), bytes(DayOfVisits.objects.get().secret)) == (0, b"")


@pytest.mark.parametrize("moment", [AFTER, DURING - 30 * DAY])
def test_nothing_is_counted_on_other_days(moment):
    dialogue = make_dialogue()
    visit(dialogue, now=moment)
    assert not DayOfVisits.objects.exists()


def test_nothing_is_counted_for_a_draft_or_a_partners_platform():
    for dialogue in (make_dialogue(state="draft"), make_partner_dialogue()):
        visit(dialogue)
    assert not DayOfVisits.objects.exists()


def test_marks_of_two_days_do_not_tell_that_it_was_the_same_reader():
    dialogue = make_dialogue()
    visit(dialogue)
    visit(dialogue, now=DURING + DAY)
    marks = set(VisitMark.objects.values_list("mark", flat=True))
    assert len(marks) == 2
    assert not any("192.0.2.1" in mark for mark in marks)


def test_a_page_answered_from_memory_counts_and_a_known_reader_costs_no_query(client, clock, django_assert_num_queries):
    address = make_open_dialogue().get_absolute_url()
    for browser in ("Firefox", "Safari"):
        client.get(address, headers={"user-agent": browser})
    assert VisitMark.objects.count() == 2
    with django_assert_num_queries(0):
        client.get(address, headers={"user-agent": "Safari"})


@pytest.mark.parametrize(
    ("address", "network"), [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64")]
)
def test_an_ipv6_reader_is_its_network(address, network):
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network
