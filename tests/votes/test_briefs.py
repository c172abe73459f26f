"""Briefs for the capital and printed results: made by the queue, shown only to their readers, and deleted in time."""

import datetime as dt
import io
from smtplib import SMTPRecipientsRefused

import pikepdf
import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from foundation.mail.models import Mail
from foundation.mail.restored import hold_waiting
from tests.factories.votes import cast, close, make_delegation, make_open
from votes import services
from votes.models import Position, Printout, QuietMail
from votes.printing_jobs import make_printout
from votes.services.confidential_mail import hold_confidential_mail

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
MESSAGE = "zebra-question-to-the-capital"


@pytest.fixture
def delegation():
    return make_delegation("au")


def ask(ballot, delegation, **fields) -> Printout:
    values = {"language": "en", "capital_zone": "Australia/Sydney", "message": MESSAGE, **fields}
    return services.request_brief(ballot=ballot, delegation=delegation, actor=delegation.person, **values)


def test_brief_says_the_deadline_on_both_clocks_in_its_language(delegation):
    closes = dt.datetime(2031, 1, 15, 17, 0, tzinfo=dt.UTC)
    ballot = make_open("topics", closes_at=closes)
    materials = {code: ask(ballot, delegation, language=code).material for code in ("en", "fr", "es")}
    assert materials["en"]["deadline"] == "Wednesday 15 January 2031, 18:00 (Central European Standard Time, UTC+1)"
    assert materials["en"]["capital_deadline"].startswith("Thursday 16 January 2031, 04:00 (")
    assert materials["fr"]["capital_deadline"].startswith("jeudi 16 janvier 2031, 04:00 (")
    assert materials["es"]["capital_deadline"].startswith("jueves, 16 de enero de 2031, 04:00 (")
    assert [option["code"] for option in materials["fr"]["options"]] == ["A", "B", "C"]


def test_job_makes_a_pdf_and_mails_it_once(delegation):
    made = ask(make_open("topics"), delegation, send_to="ministry@capital.example")
    for _run in range(2):
        make_printout(None, printout_id=str(made.pk))
    made.refresh_from_db()
    with pikepdf.open(io.BytesIO(bytes(made.content))) as pdf:
        assert (len(pdf.pages) >= 1, str(pdf.Root.Lang)) == (True, "en")
    (message,) = mail.outbox
    assert (message.to, [row[0] for row in message.attachments]) == (["ministry@capital.example"], ["topics-en.pdf"])
    assert MESSAGE in message.body
    job = Job.objects.get()
    assert (job.kind, job.arguments, job.requested_by, job.key) == (
        "votes.print",
        {"printout_id": str(made.pk)},
        None,
        made.pk.hex,
    )
    assert Mail.objects.count() == 0


class Refusing(BaseEmailBackend):
    """An email server that names the address it refuses, as real servers do."""

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown") for message in messages})


def test_server_that_refuses_the_address_leaves_no_trace_of_it(delegation, settings, caplog):
    settings.EMAIL_BACKEND = "tests.votes.test_briefs.Refusing"
    made = ask(make_open("topics"), delegation, send_to="zebra@capital.example")
    Printout.objects.filter(pk=made.pk).update(content=b"%PDF-")
    assert run_job(str(made.job_id)) == "to be tried again"
    assert Job.objects.get().error == "NotSent: SMTPRecipientsRefused"
    assert ("zebra" in caplog.text, "NotSent" in caplog.text) == (False, True)


def test_after_a_restoration_the_delegation_decides_whether_its_brief_goes(delegation, sign_in):
    ballot = make_open("topics")
    services.save_position(ballot=ballot, delegation=delegation, actor=delegation.person, choices=["A", "B"])
    made = ask(ballot, delegation, send_to="ministry@capital.example")
    Printout.objects.filter(pk=made.pk).update(content=b"%PDF-")
    now = ballot.closes_at - SECOND
    hold_confidential_mail(now=now)
    make_printout(None, printout_id=str(made.pk))
    assert (services.remind_heads_of_positions(now=now), mail.outbox) == (0, [])
    client = sign_in(delegation.person)
    assert (
        "the brief may have been sent before" in client.get(reverse("votes:briefs", args=["topics"])).content.decode()
    )
    for _sent in range(2):
        client.post(reverse("votes:brief_send", args=["topics", made.pk]))
        make_printout(None, printout_id=str(made.pk))
    assert [message.to for message in mail.outbox] == [["ministry@capital.example"]]


def test_what_waits_is_held_when_the_portal_finds_itself_restored(delegation):
    made = ask(make_open("topics"), delegation, send_to="ministry@capital.example")
    hold_waiting()
    made.refresh_from_db()
    assert made.is_held


def test_page_to_print_shows_the_capitals_time_only_to_its_delegation(delegation, sign_in):
    make_open("topics", closes_at=dt.datetime(2031, 1, 15, 17, 0, tzinfo=dt.UTC))
    services.set_delegation_settings(
        delegation=delegation, actor=delegation.person, capital_zone="Australia/Sydney", uses_mailbox=False
    )
    address = reverse("votes:brief", args=["topics"])
    readers = (delegation.person, make_delegation("fr").person)
    pages = [sign_in(person).get(address).content.decode() for person in readers]
    assert ["Thursday 16 January 2031, 04:00" in page for page in pages] == [True, False]


def test_colleague_reads_it_and_nobody_who_no_longer_acts_for_the_state(delegation, sign_in):
    colleague, stranger = make_delegation("au", "adviser"), make_delegation("fr")
    made = ask(make_open("topics"), delegation)
    Printout.objects.filter(pk=made.pk).update(content=b"%PDF-")
    address = reverse("votes:brief_download", args=["topics", made.pk])
    clients = [sign_in(row.person) for row in (colleague, stranger)]
    assert [client.get(address).status_code for client in clients] == [200, 404]
    colleague.ends = dt.datetime.now(dt.UTC).date()
    colleague.save()
    assert clients[0].get(address).status_code == 403


@pytest.mark.parametrize(("after", "remaining"), [(-SECOND, 1), (dt.timedelta(0), 0), (SECOND, 0)])
def test_everything_prepared_is_deleted_thirty_days_after_the_close(delegation, after, remaining):
    ballot = make_open("topics")
    services.save_position(ballot=ballot, delegation=delegation, actor=delegation.person, choices=["A", "B"])
    made = ask(ballot, delegation)
    make_printout(None, printout_id=str(made.pk))
    services.remind_heads_of_positions(now=ballot.closes_at - SECOND)
    services.delete_prepared_material(now=ballot.closes_at + dt.timedelta(days=30) + after)
    assert (Position.objects.count(), Printout.objects.count(), QuietMail.objects.count()) == (
        remaining,
        remaining,
        remaining,
    )


def test_result_is_printed_as_far_as_its_reader_may_see(delegation, publisher, sign_in):
    ballot = make_open("topics")
    cast(ballot, delegation, "AB")
    close(ballot)
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    address = reverse("votes:results_pdf", args=["topics", "es"])
    for client in (sign_in(publisher), sign_in(delegation.person), sign_in(delegation.person)):
        assert client.get(address).status_code == 202
    rows = list(Printout.objects.order_by("asked_at"))
    assert [(row.language, bool(row.material["totals"]), bool(row.material["choices"])) for row in rows] == [
        ("es", True, True),
        ("es", True, False),
    ]
    make_printout(None, printout_id=str(rows[0].pk))
    made = sign_in(publisher).get(address)
    assert (made["Content-Type"], made.content[:5], made["Cache-Control"]) == (
        "application/pdf",
        b"%PDF-",
        "private, no-store",
    )
