"""Who is reminded, how often and in how many emails; automatic reminders to heads of delegation."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from foundation.jobs.models import Job
from foundation.mail.models import Mail
from foundation.mail.services import send
from foundation.time.clock import database_now
from membership.models import Entity
from tests.factories.votes import DAY, cast, make_delegation, make_open
from votes import services
from votes.models import QuietMail, Reminder
from votes.services.reminders import DISTANCE, MOST, plan_of_reminders

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def send_all() -> list[mail.EmailMessage]:
    for row in Mail.objects.filter(kind="votes.reminder", state="waiting"):
        send(None, mail_id=row.pk)
    return mail.outbox


def remind(publisher, ballots, *delegations, now=None) -> int:
    states = [row.entity_id for row in delegations]
    return services.send_reminders(ballots=ballots, entity_ids=states, actor=publisher, now=now)


def test_several_ballots_are_one_mail_and_what_is_answered_in_between_is_left_out(publisher):
    head, other = make_delegation("au"), make_delegation("fr")
    ballots = [make_open(slug) for slug in ("one", "two", "three")]
    cast(ballots[0], head, "AB")
    assert remind(publisher, ballots, head, other) == 2
    cast(ballots[1], head, "AB")
    for ballot in ballots:
        cast(ballot, other, "AB")
    (message,) = send_all()
    assert message.to == [head.person.email]
    assert [slug in message.body for slug in ("/votes/one/", "/votes/two/", "/votes/three/")] == [False, False, True]


@pytest.mark.parametrize(("after", "reminded"), [(DISTANCE - SECOND, 0), (DISTANCE, 1), (DISTANCE + SECOND, 1)])
def test_distance_is_kept(publisher, after, reminded):
    head, ballot, now = make_delegation("au"), make_open("one"), database_now()
    remind(publisher, [ballot], head, now=now)
    assert remind(publisher, [ballot], head, now=now + after) == reminded


def test_limit_is_kept(publisher):
    head, ballot, now = make_delegation("au"), make_open("one"), database_now()
    sent = [remind(publisher, [ballot], head, now=now + number * DISTANCE) for number in range(MOST + 1)]
    assert sent == [1] * MOST + [0]
    assert [row.held_back for row in plan_of_reminders([ballot], now + MOST * DISTANCE)] == [
        ["already reminded 3 times (maximum)"]
    ]


def test_only_those_chosen_are_reminded_and_the_page_shows_the_mail_first(publisher, sign_in):
    head, other = make_delegation("au"), make_delegation("fr")
    make_open("one")
    client, address = sign_in(publisher), f"{reverse('votes:reminders')}?ballot=one"
    page = client.get(address).content.decode()
    assert ("Your State has not answered yet" in page, "/votes/one/" in page) == (True, True)
    client.post(address, {"state": [str(other.entity_id)]})
    assert list(Reminder.objects.values_list("entity__code", flat=True)) == ["fr"]
    assert not Mail.objects.filter(recipient=head.person.email).exists()


def test_mailbox_is_notified_only_if_the_delegation_wants_it(publisher):
    head, other, ballot = make_delegation("au"), make_delegation("fr"), make_open("one")
    for row in (head, other):
        Entity.objects.filter(pk=row.entity_id).update(mailbox=f"mission.{row.entity.code}@example.org")
    services.set_delegation_settings(delegation=other, actor=other.person, uses_mailbox=False)
    remind(publisher, [ballot], head, other)
    recipients = set(Mail.objects.values_list("recipient", flat=True))
    assert recipients == {head.person.email, other.person.email, "mission.au@example.org"}


def test_the_same_for_one_state_as_for_many(publisher, sign_in, django_assert_max_num_queries):
    costs = []
    for number in (2, 20):
        for place in range(number):
            make_delegation(f"s{number}-{place}")
        make_open()
        with django_assert_max_num_queries(40) as found:
            sign_in(publisher).get(f"{reverse('votes:reminders')}?ballot=none")
        with django_assert_max_num_queries(60) as found:
            sign_in(publisher).get(reverse("votes:reminders"))
        costs.append(len(found))
    assert costs[0] == costs[1]


# --- Heads with a position waiting -----------------------------------------------------------------------------------


@pytest.fixture
def waiting():
    """An adviser's draft on a ballot that closes in ten days."""
    head, adviser = make_delegation("au"), make_delegation("au", "adviser")
    make_delegation("fr")
    ballot = make_open("one")
    services.save_position(ballot=ballot, delegation=adviser, actor=adviser.person, choices=["A", "B"])
    return ballot, head


@pytest.mark.parametrize(
    ("before", "mails"), [(3 * DAY + SECOND, 0), (3 * DAY, 1), (3 * DAY - SECOND, 1), (dt.timedelta(0), 0)]
)
def test_head_is_notified_automatically_of_a_waiting_draft(waiting, before, mails):
    ballot, head = waiting
    assert services.remind_heads_of_positions(now=ballot.closes_at - before) == mails
    assert [message.to for message in mail.outbox] == [[head.person.email]] * mails


def test_head_is_notified_once_for_each_stage_and_not_of_what_was_sent(waiting):
    ballot, head = waiting
    near, nearer = ballot.closes_at - 2 * DAY, ballot.closes_at - DAY
    sent = [services.remind_heads_of_positions(now=now) for now in (near, near, nearer, nearer)]
    assert sent == [1, 0, 1, 0]
    services.clear_position(ballot=ballot, delegation=head, actor=head.person, expected=1)
    assert services.remind_heads_of_positions(now=nearer) == 1
    assert "cleared" in mail.outbox[-1].body
    cast(ballot, head, "AB")
    QuietMail.objects.all().delete()
    assert services.remind_heads_of_positions(now=nearer) == 0


def test_these_mails_stand_in_no_table_that_staff_may_read(waiting):
    ballot, _head = waiting
    services.remind_heads_of_positions(now=ballot.closes_at - DAY)
    assert (len(mail.outbox), Mail.objects.count(), Job.objects.count()) == (1, 0, 0)


def test_address_that_takes_no_mail_holds_up_no_other_and_is_tried_again(waiting, monkeypatch):
    ballot, _head = waiting
    now, sending = ballot.closes_at - DAY, mail.EmailMessage.send

    def refused(message, *arguments, **fields):
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.EmailMessage, "send", refused)
    assert (services.remind_heads_of_positions(now=now), QuietMail.objects.count()) == (0, 0)
    monkeypatch.setattr(mail.EmailMessage, "send", sending)
    assert services.remind_heads_of_positions(now=now) == 1


def test_preview_shows_markup_in_a_question_as_text(client, publisher):
    make_delegation("au")
    make_open("one", question_en="Which <b>two</b>?")
    client.force_login(publisher)
    page = client.get(reverse("votes:reminders")).content.decode()
    assert "Which &lt;b&gt;two&lt;/b&gt;?" in page and "<b>" not in page
    assert '<a href="http://testserver/votes/one/"' in page or "/votes/one/</a>" in page
