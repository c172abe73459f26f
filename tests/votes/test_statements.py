"""Silence procedures and adoptions without a vote: statements of States, and their effect."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from foundation.mail.models import Mail
from foundation.mail.services import send
from foundation.refusals import Refused
from foundation.time.clock import database_now
from tests.factories.council import make_meeting
from tests.factories.membership import make_staff, make_state
from tests.factories.votes import (
    DAY,
    cast,
    close,
    end,
    make_adoption,
    make_delegation,
    make_draft,
    make_open,
    make_silence,
    make_upcoming,
    receipt_address,
    say,
)
from tests.votes.test_verifier import exported
from tests.votes.test_views import text_of
from texts.registry import resolve
from votes import dashboard, keys, services
from votes.models import Ballot, LedgerEntry, Statement
from votes.presentation import sentence_of
from votes.statements import statements_in_effect
from votes.verifier import verify

pytestmark = pytest.mark.django_db


def statements_of(ballot: Ballot) -> list[tuple[str, str, str]]:
    rows = Statement.objects.filter(ballot=ballot, withdrawn_at=None).order_by("entity__code", "kind")
    return list(rows.values_list("entity__code", "kind", "text"))


def kinds(ballot: Ballot) -> list[str]:
    return list(LedgerEntry.objects.filter(ballot=ballot).order_by("seq").values_list("kind", flat=True))


def withdraw(ballot, head, kind="objection", token="w", **fields):
    return services.withdraw_statement(
        ballot=ballot, delegation=head, actor=head.person, kind=kind, token=token, notify=False, **fields
    )


# --- Acts of States ---------------------------------------------------------------------------------------------------


def test_objection_is_recorded_and_a_later_one_replaces_it():
    head = make_delegation("au")
    ballot = make_silence()
    entry = say(ballot, head, text=" First\r\nreason. ")
    assert statements_of(ballot) == [("au", "objection", "First\nreason.")]
    assert "reason" not in entry.payload
    say(ballot, head, text="Second reason.")
    say(ballot, head, "explanation", "We regret.")
    assert statements_of(ballot) == [("au", "explanation", "We regret."), ("au", "objection", "Second reason.")]
    assert kinds(ballot) == ["open", "statement", "statement", "statement"]


def test_objection_is_withdrawn_until_the_end_and_once():
    head = make_delegation("au")
    ballot = make_silence()
    say(ballot, head)
    first = withdraw(ballot, head)
    assert withdraw(ballot, head) == first
    with pytest.raises(Refused, match="does not have a statement of this kind"):
        withdraw(ballot, head, token="again")
    say(ballot, head, text="After all.")
    with pytest.raises(Refused, match="deadline for statements was"):
        withdraw(ballot, head, token="late", now=ballot.closes_at)
    assert statements_of(ballot) == [("au", "objection", "After all.")]
    assert kinds(ballot) == ["open", "statement", "withdraw", "statement"]


def test_same_form_sent_twice_is_one_statement_and_other_words_under_it_are_refused():
    head = make_delegation("au")
    ballot = make_silence()
    first = say(ballot, head, token="t")
    assert say(ballot, head, token="t") == first
    with pytest.raises(Refused, match="already been sent with a different statement"):
        say(ballot, head, token="t", text="Other.")
    close(ballot)
    assert say(ballot, head, token="t") == first


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("objection", {"text": "  "}, "reason for the objection"),
        ("explanation", {"text": ""}, "Enter the text"),
        ("reservation", {}, "cannot make a statement of this kind"),
        ("objection", {"language": "de"}, "the language of the statement"),
        ("objection", {"text": "x" * 10_001}, "Shorten the statement"),
    ],
)
def test_wrong_statement_is_refused_with_the_reason_and_nothing_is_written(kind, fields, reason):
    head = make_delegation("au")
    ballot = make_silence()
    with pytest.raises(Refused, match=reason):
        say(ballot, head, kind, **fields)
    assert (statements_of(ballot), kinds(ballot)) == ([], ["open"])


def test_statement_before_at_and_after_the_end():
    head = make_delegation("au")
    ballot = make_silence()
    say(ballot, head, now=ballot.closes_at - dt.timedelta(microseconds=1))
    for moment in (ballot.closes_at, ballot.closes_at + DAY):
        with pytest.raises(Refused, match="Your statement was not recorded"):
            say(ballot, head, text="Late.", now=moment)
    assert statements_of(ballot) == [("au", "objection", "Because.")]


def test_adviser_and_stranger_do_not_speak_for_the_state():
    head, adviser = make_delegation("au"), make_delegation("au", "adviser")
    observer = make_delegation("va")
    observer.entity.statuses.update(status="observer")
    ballot = make_silence()
    with pytest.raises(PermissionDenied):
        say(ballot, adviser)
    with pytest.raises(Refused, match="Only Member States"):
        say(ballot, observer)
    services.set_delegation_settings(delegation=head, actor=head.person, anyone_may_cast=True)
    say(ballot, adviser)
    assert statements_of(ballot) == [("au", "objection", "Because.")]


def test_nothing_is_voted_on_and_nothing_is_said_to_a_ballot():
    head = make_delegation("au")
    with pytest.raises(Refused, match="Send a statement instead"):
        cast(make_silence(), head, "A")
    with pytest.raises(Refused, match="cannot make a statement of this kind"):
        say(make_open(), head)


def test_letter_is_entered_by_a_publisher_and_the_state_is_notified(publisher):
    head = make_delegation("au")
    ballot = make_silence()
    values = {"ballot": ballot, "entity": head.entity, "kind": "objection", "text": "No.", "language": "en"}
    with pytest.raises(PermissionDenied):
        services.record_statement(actor=make_staff("editor"), received="by letter", token="a", **values)
    with pytest.raises(Refused, match="source of the statement"):
        services.record_statement(actor=publisher, received=" ", token="b", **values)
    services.record_statement(actor=publisher, received="Letter of 3 May", token="c", **values)
    assert statements_of(ballot) == [("au", "objection", "No.")]
    assert list(Mail.objects.values_list("kind", "recipient")) == [("votes.statement", head.person.email)]
    # The State corrects its statement.
    withdraw(ballot, head)
    assert statements_of(ballot) == []


# --- Consequences -----------------------------------------------------------------------------------------------------

SENTENCES = {
    "adopted": {
        "en": "“Text” is adopted because there was no objection at the end of the silence procedure.",
    },
    "objected": {
        "en": "“Text” is not adopted because a Member State objected.",
    },
}


@pytest.mark.parametrize(("acts", "outcome"), [("", "adopted"), ("e", "adopted"), ("o", "objected"), ("ow", "adopted")])
def test_text_is_adopted_unless_an_objection_is_in_effect(acts, outcome, publisher):
    head = make_delegation("au")
    make_state("fr")
    ballot = make_silence("text", question_en="Text")
    act = {
        "e": lambda: say(ballot, head, "explanation"),
        "o": lambda: say(ballot, head),
        "w": lambda: withdraw(ballot, head),
    }
    for letter in acts:
        act[letter]()
    result = end(ballot)
    objections, explanations = int(outcome == "objected"), int("e" in acts)
    assert (result.outcome, result.content["statements"]) == (
        outcome,
        {"objection": objections, "explanation": explanations},
    )
    assert {language: sentence_of(ballot) for language in ("en",)} == SENTENCES[outcome]
    report = verify(exported(ballot), keys.public_keys())
    assert (report.outcome["outcome"], report.totals) == (outcome, {"statements": result.content["statements"]})
    assert report.replay.is_disclosed
    public = verify(exported(ballot, {"public"}), keys.public_keys())
    assert (public.outcome["outcome"], public.totals) == (outcome, None)


def test_outcome_is_declared_by_a_publisher_and_objections_are_seen_by_whom_it_was_stated(publisher):
    head = make_delegation("fr")
    make_state("au")
    ballot = make_silence("text", choices_audience="delegations")
    say(ballot, head, text="<b>Not so.</b>", language="fr")
    address = reverse("votes:results", args=["text"])
    delegate = Client()
    delegate.force_login(make_delegation("au").person)
    before = text_of(delegate.get(address))
    assert ("Not so" in before, "Nobody, including the secretariat" in before) == (False, True)
    close(ballot)
    assert "Not so" not in text_of(delegate.get(address))
    keys_of = ["votes.ballot:text:objections", "votes.ballot:text:sentence"]
    assert {figure.status for figure in resolve(keys_of).values()} == {"not-yet"}
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    page = delegate.get(address).content.decode()
    assert '<div lang="fr"><p>&lt;b&gt;Not so.&lt;/b&gt;</p>' in page
    anonymous = text_of(Client().get(address))
    assert ("not adopted because a Member State objected" in anonymous, "Not so" in anonymous) == (True, False)
    assert [figure.value for figure in resolve(keys_of[:1]).values()] == [1]


def test_adoption_is_recorded_with_its_meeting_and_takes_reservations(publisher):
    head = make_delegation("au")
    now = database_now()
    draft = make_draft("text", kind="adoption", options="", choose=1, opens_at=now - DAY, decision_text_en="Decides.")
    with pytest.raises(Refused, match="meeting that adopted the text has been entered"):
        services.set_ballot(ballot=draft, actor=publisher)
    meeting = make_meeting(99, title="Ninety-ninth Session")
    services.edit_ballot(ballot=draft, expected=1, actor=publisher, meeting=meeting)
    with pytest.raises(PermissionDenied):
        services.set_ballot(ballot=draft, actor=make_staff("editor"))
    services.set_ballot(ballot=draft, actor=publisher)
    ballot = services.ensure_opened(ballot=Ballot.objects.get(pk=draft.pk), notify=False)
    say(ballot, head, "reservation", "As to paragraph 3.")
    with pytest.raises(Refused, match="cannot make a statement of this kind"):
        say(ballot, head, "objection")
    result = end(ballot)
    assert (result.outcome, result.content["statements"]) == ("adopted", {"reservation": 1, "explanation": 0})
    assert "was adopted without a vote on" in sentence_of(ballot)
    assert "(Ninety-ninth Session)" in sentence_of(ballot)
    assert [(statement.state, statement.kind, statement.text) for statement in statements_in_effect(ballot)] == [
        ("State of AU", "Reservation", "As to paragraph 3.")
    ]
    assert verify(exported(ballot), keys.public_keys()).totals == {"statements": result.content["statements"]}


def test_adoption_in_the_future_and_silence_without_a_text_are_not_set(publisher):
    make_state("au")
    future = make_draft(kind="adoption", options="", choose=1, meeting=make_meeting(), decision_text_en="Decides.")
    with pytest.raises(Refused, match="time of adoption"):
        services.set_ballot(ballot=future, actor=publisher)
    with pytest.raises(Refused, match="text of the decision"):
        services.set_ballot(ballot=make_draft(kind="silence", options="", choose=1), actor=publisher)
    with pytest.raises(Refused, match="are no options"):
        services.set_ballot(ballot=make_draft(kind="silence", decision_text_en="Decides."), actor=publisher)
    ready = make_draft(kind="silence", options="", choose=1, decision_text_en="Decides.")
    assert not services.set_ballot(ballot=ready, actor=publisher).is_draft


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_delegate_objects_reviews_sends_withdraws_and_each_receipt_holds(sign_in, head, publisher):
    ballot = make_silence("text")
    client = sign_in(head)
    write, send_to = (reverse(f"votes:{name}", args=["text"]) for name in ("statement", "statement_send"))
    assert [item.action for item in dashboard.items(head, database_now())] == ["Read text"]
    form = {"kind": "objection", "language": "en", "text": "Not paragraph 2."}
    review = client.post(write, form)
    assert "This statement will be recorded for your State: Objection (English) Not paragraph 2." in text_of(review)
    assert LedgerEntry.objects.filter(ballot=ballot).count() == 1
    token = re.search(r'name="token" value="([^"]+)"', review.content.decode())[1]
    sent = client.post(send_to, form | {"token": token}, follow=True)
    again = client.post(send_to, form | {"token": token}, follow=True)
    assert sent.redirect_chain == again.redirect_chain == [(receipt_address("text", 2), 302)]
    assert "Your State’s statement has been recorded" in text_of(sent)
    code = re.search(r"-----BEGIN.*?END IDM RECEIPT-----", sent.content.decode(), re.DOTALL)[0]
    assert "Your State’s statements Objection Not paragraph 2." in text_of(client.get(ballot.get_absolute_url()))
    assert dashboard.items(head, database_now()) == []

    gone = reverse("votes:statement_withdraw", args=["text", "objection"])
    assert "If there is no other objection at the deadline, the text will be adopted." in text_of(client.get(gone))
    chains = [client.post(gone, follow=True).redirect_chain for _twice in range(2)]
    assert chains == [[(receipt_address("text", 3), 302)]] * 2
    close(ballot)
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    checked = text_of(Client().post(reverse("votes:receipts"), {"receipt": code}))
    assert "the ledger contains this answer The statement was withdrawn" in checked


def test_late_statement_keeps_what_was_typed(sign_in, head):
    ballot = make_silence("text")
    close(ballot)
    form = {"kind": "objection", "language": "en", "text": "Typed with care.", "token": "t"}
    page = sign_in(head).post(reverse("votes:statement_send", args=["text"]), form)
    assert (page.status_code, "Your statement was not recorded" in text_of(page)) == (409, True)
    assert "Typed with care." in page.content.decode()


def test_publisher_records_a_letter_in_the_browser(sign_in, publisher):
    state = make_state("au")
    ballot = make_silence("text")
    client = sign_in(publisher)
    page = client.get(reverse("votes:statement_record", args=["text"])).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    form = {
        "entity": state.pk,
        "kind": "objection",
        "language": "en",
        "text": "No.",
        "received": "Letter",
        "token": token,
    }
    for _twice in range(2):
        assert client.post(reverse("votes:statement_record", args=["text"]), form).status_code == 302
    assert statements_of(ballot) == [("au", "objection", "No.")]
    page = text_of(client.get(reverse("votes:participation", args=["text"])))
    assert ("State of AU has answered" in page, "Objection" in page) == (True, False)
    close(ballot)
    assert "Objection" in text_of(client.get(reverse("votes:participation", args=["text"])))
    export = client.get(reverse("votes:results_export", args=["text", "csv"])).content.decode()
    assert "Objection,1" in export


def test_mails_say_what_silence_means_and_carry_the_receipt(publisher):
    head = make_delegation("au")
    ballot = make_upcoming("text", kind="silence", options="", choose=1, decision_text_en="The Council decides.")
    services.ensure_opened(ballot=ballot, now=ballot.opens_at)
    from votes.tasks import notify_delegations

    notify_delegations(None, ballot_id=ballot.pk, occasion="opened")
    say(ballot, head, now=ballot.opens_at, notify=True)
    for row in Mail.objects.order_by("pk"):
        send(None, mail_id=row.pk)
    opened, receipt = mail.outbox
    assert opened.subject.startswith("Silence procedure:")
    assert "The Council decides." in opened.body
    assert ("Objection" in receipt.body, "-----BEGIN IDM RECEIPT-----" in receipt.body) == (True, True)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("make", [make_silence, make_adoption])
def test_pages_read_in_every_language(sign_in, head, publisher, make, language):
    ballot = make("text")
    for person in (head, publisher):
        client = sign_in(person)
        with translation.override(language):
            for name in ("ballot", "brief", "results"):
                assert client.get(reverse(f"votes:{name}", args=["text"])).status_code == 200
    say(ballot, head.accreditations.select_related("entity", "person").get(), "explanation")
    close(ballot)
    with translation.override(language):
        assert "Text" in sentence_of(Ballot.objects.get(pk=ballot.pk)) or sentence_of(ballot)
