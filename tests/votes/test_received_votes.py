"""Votes received by note verbale: entered, announced and corrected; only the State sees the paper before the close."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.mail.models import Mail
from foundation.mail.services import send
from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.uploads.refusals import FileRefused
from tests.factories.files import checked, pdf
from tests.factories.membership import make_staff
from tests.factories.votes import cast, end, make_delegation, make_open, make_secret, record_received
from tests.votes.test_verifier import exported
from votes import dashboard, keys
from votes.models import LedgerEntry, ReceivedVote, Vote
from votes.services.notifications import notify_of_vote
from votes.verifier import verify

pytestmark = pytest.mark.django_db


def test_publisher_enters_it_and_the_state_is_notified_and_can_correct_it(
    publisher, sign_in, django_capture_on_commit_callbacks
):
    head, ballot = make_delegation("au"), make_open("topics")
    client, address = sign_in(publisher), reverse("votes:received", args=["topics"])
    form = {
        "entity": head.entity_id, "choices": ["A", "B"], "reference": "NV 12", "dated": "2026-05-04", "token": "t",
        "paper": SimpleUploadedFile("note.pdf", pdf()),
    }  # fmt: skip
    assert client.post(address, form).url == reverse("votes:participation", args=["topics"])
    vote, wished = Vote.objects.get(), Mail.objects.get()
    assert (vote.choices, wished.recipient, wished.kind) == (["A", "B"], head.person.email, "votes.received")
    send(None, mail_id=wished.pk)
    assert ("NV 12" in mail.outbox[0].body, "-----BEGIN IDM RECEIPT-----" in mail.outbox[0].body) == (True, True)
    assert [item.action for item in dashboard.items(head.person, database_now())] == ["Check answer"]
    page = sign_in(head.person).get(reverse("votes:ballot", args=["topics"])).content.decode()
    assert "The secretariat recorded your State’s answer" in page
    corrected = cast(ballot, head, "BC")
    assert Vote.objects.get().choices == ["B", "C"]
    assert dashboard.items(head.person, database_now()) == []
    # The person who entered the note does not learn the State's new answer.
    notify_of_vote(corrected)
    assert not Mail.objects.filter(recipient=publisher.email).exists()


def test_paper_is_for_the_state_until_the_close_and_then_for_publishers(publisher, sign_in):
    head, ballot = make_delegation("au"), make_open("topics")
    entry = record_received(ballot, head.entity, "AB")
    own, staff = (reverse(f"votes:{name}", args=["topics", entry.hash]) for name in ("paper", "received_paper"))
    assert b"".join(sign_in(head.person).get(own).streaming_content) == pdf()
    assert sign_in(publisher).get(staff).status_code == 404
    end(ballot)
    assert sign_in(publisher).get(staff).status_code == 200
    assert sign_in(make_staff("editor")).get(staff).status_code == 403


def test_ledger_says_how_it_came_and_the_verifier_counts_it():
    head, ballot = make_delegation("au"), make_open("topics")
    record_received(ballot, head.entity, "AB")
    end(ballot)
    content = exported(ballot)
    assert verify(content, keys.public_keys()).totals["options"] == {"A": 1, "B": 1, "C": 0}
    assert b'"received":"note-verbale"' in content


def test_same_form_twice_is_one_entry():
    head, ballot = make_delegation("au"), make_open("topics")
    first = record_received(ballot, head.entity, "AB", token="t")
    assert record_received(ballot, head.entity, "AB", token="t") == first
    assert (LedgerEntry.objects.filter(kind="vote").count(), ReceivedVote.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"choices": "A"}, Refused),
        ({"reference": " "}, Refused),
        ({"paper": checked("note.txt", b"Words.")}, FileRefused),
        ({"actor": "editor"}, PermissionDenied),
    ],
)
def test_refused_and_nothing_written(fields, refusal):
    head, ballot = make_delegation("au"), make_open("topics")
    values = {"choices": "AB", **fields}
    if "actor" in values:
        values["actor"] = make_staff(values["actor"])
    with pytest.raises(refusal):
        record_received(ballot, head.entity, values.pop("choices"), **values)
    assert (Vote.objects.count(), LedgerEntry.objects.count()) == (0, 1)


def test_never_in_a_secret_ballot():
    head, ballot = make_delegation("au"), make_secret("topics")
    with pytest.raises(Refused, match="cannot record an answer for a State in a secret ballot"):
        record_received(ballot, head.entity, "A")
