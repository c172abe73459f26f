import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.jobs.models import Job
from foundation.mail.models import DemoMail
from foundation.pages.registries import DashboardItem, Hit
from idm_portal import dashboards, search_page
from tests.factories.membership import make_delegate, make_staff

HOSTILE = "<script>alert(1)</script>"


@pytest.mark.django_db
def test_front_page_reads_no_session_and_asks_nothing_for_a_second_reader_of_the_minute(client, clock):
    clock["second"] = 60 * (clock["second"] // 60)
    first = client.get("/")
    clock["second"] += 59
    with CaptureQueriesContext(connection) as asked:
        second = Client().get("/")
    assert (second.content, len(asked), second.cookies) == (first.content, 0, {})
    assert second["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.django_db
def test_page_of_a_signed_in_person_stays_out_of_shared_caches(sign_in):
    answer = sign_in(make_delegate("au")).get("/")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.django_db
def test_every_page_carries_the_strict_policy(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {part.strip() for part in policy.split(";")} >= {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    }


@pytest.mark.django_db
def test_metrics_are_for_who_holds_the_token(client, settings):
    Job.objects.create(kind="test.work", key="k", queue="pdf")
    settings.METRICS_TOKEN = "a long token"
    refused = client.get("/metrics", headers={"authorization": "Bearer another"})
    given = client.get("/metrics", headers={"authorization": "Bearer a long token"})
    assert refused.status_code == 404
    assert 'portal_jobs{kind="test.work",queue="pdf",state="waiting"} 1.0' in given.content.decode()


@pytest.mark.django_db
def test_dashboard_says_for_whom_the_person_acts(sign_in):
    delegate, staff = make_delegate("au"), make_staff("translator", "editor")
    held = delegate.accreditations.get()
    name = held.entity.names.first().short
    assert dashboards.capacity(delegate, dt.date(2010, 9, 1), "en") == f"Head of delegation, {name}"
    assert dashboards.capacity(staff, dt.date(2010, 9, 1), "en") == "Editor · Translator"
    assert f"Head of delegation, {name}" in sign_in(delegate).get("/").content.decode()


def test_dashboard_lists_urgent_items_first_then_by_deadline(monkeypatch):
    now = dt.datetime(2010, 9, 1, tzinfo=dt.UTC)
    entries = [
        DashboardItem("no deadline", "/", "Read", "documents"),
        DashboardItem("later", "/", "Vote", "votes", deadline=now + dt.timedelta(days=9)),
        DashboardItem("soon", "/", "Vote", "votes", deadline=now + dt.timedelta(days=1)),
        DashboardItem("urgent", "/", "Clear", "votes", deadline=now + dt.timedelta(days=30), urgent=True),
    ]
    room = type("Room", (), {"items": staticmethod(lambda person, now: entries)})
    monkeypatch.setattr(dashboards, "_modules", lambda name: iter([("votes", room)]))
    assert [item.title for item in dashboards.items(None, now)] == ["urgent", "soon", "later", "no deadline"]


def test_search_marks_the_words_whatever_their_accents_and_escapes_the_rest():
    hit = Hit("t", "/", "documents", excerpt=f"Cohésion sociale & {HOSTILE}")
    assert search_page.marked(hit, "COHESION script") == (
        "<mark>Cohésion</mark> sociale &amp; &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("question", [HOSTILE, "\x00", "' OR 1=1 --", "a" * 10_000, "%", "\\"])
def test_search_answers_any_question_with_a_page(client, question):
    answer = client.get("/search/", {"q": question})
    assert (answer.status_code, HOSTILE in answer.content.decode()) == (200, False)


@pytest.mark.django_db
def test_letter_box_shows_a_hostile_subject_as_text(client):
    mail = DemoMail.objects.create(recipient="a@idm.example", subject=HOSTILE, text=HOSTILE)
    for address in ("/demo/mail/", f"/demo/mail/{mail.pk}/"):
        page = client.get(address).content.decode()
        assert ("&lt;script&gt;alert(1)" in page, HOSTILE in page) == (True, False)


@pytest.mark.django_db
def test_unknown_address_is_a_404_with_a_way_on(client):
    answer = client.get("/no/such/page/")
    assert (answer.status_code, 'href="/"' in answer.content.decode()) == (404, True)
