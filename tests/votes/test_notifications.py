"""Notices to all delegations: several ballots opened, extended or decided within minutes are one email."""

import datetime as dt

import pytest
from django.core import mail

from foundation.jobs.models import Job
from foundation.mail.models import Mail
from foundation.mail.services import send
from foundation.time.clock import database_now
from tests.factories.votes import DAY, cast, close, make_delegation, make_open
from votes import services
from votes.services.notifications import HURRIES, email_delegations

pytestmark = pytest.mark.django_db


def tell(*notices: tuple) -> list[mail.EmailMessage]:
    for ballot, occasion in notices:
        email_delegations(ballot, occasion, database_now())
    for row in Mail.objects.filter(kind="votes.notice", state="waiting"):
        send(None, mail_id=row.pk)
    return mail.outbox


def test_two_ballots_opened_together_are_one_mail_that_names_both():
    heads = [make_delegation(code) for code in ("au", "fr")]
    ballots = [make_open(slug) for slug in ("one", "two")]
    sent = tell((ballots[0], "opened"), (ballots[1], "opened"))
    assert sorted(message.to[0] for message in sent) == sorted(head.person.email for head in heads)
    assert {message.subject for message in sent} == {"Open for your answer: 2 consultations"}
    for message in sent:
        assert [f"/votes/{slug}/" in message.body for slug in ("one", "two")] == [True, True]
        assert "1. Open for your answer: “Which topics? (one)”" in message.body


def test_different_news_is_one_email_and_a_deadline_moved_twice_is_mentioned_once(publisher):
    head = make_delegation("au")
    first, second = make_open("one"), make_open("two")
    cast(second, head, "AB")
    close(second)
    services.publish_result(ballot=second, actor=publisher, notify=False)
    (message,) = tell((first, "extended-2"), (first, "extended-3"), (second, "result"))
    assert message.subject == "Updates on 2 consultations"
    assert message.body.count("The deadline has changed.") == 1
    assert "/votes/two/results/" in message.body


def test_single_notice_is_the_usual_email():
    make_delegation("au")
    (message,) = tell((make_open("one"), "opened"))
    assert message.subject == "Open for your answer: “Which topics? (one)”"


@pytest.mark.parametrize(("left", "waits"), [(HURRIES, False), (HURRIES + dt.timedelta(minutes=1), True)])
def test_ballot_that_ends_soon_is_notified_at_once(left, waits):
    make_delegation("au")
    now = database_now()
    ballot = make_open("one", opens_at=now - DAY, closes_at=now + left)
    email_delegations(ballot, "opened", now)
    assert (Job.objects.get(kind="mail.send").not_before is not None) == waits
