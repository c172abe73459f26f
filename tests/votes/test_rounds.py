"""Proposals during a ballot, and the new round when one is admitted after the opening."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation.mail.models import Mail
from foundation.mail.services import send
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Group, GroupMembership
from tests.factories.council import make_meeting
from tests.factories.votes import DAY, cast, end, make_delegation, make_open, make_secret
from tests.votes.test_verifier import exported
from votes import dashboard, keys, services
from votes.models import Ballot, LedgerEntry, Proposal, Vote
from votes.tasks import notify_delegations
from votes.verifier import Wrong, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballot(head):
    """An open ballot that accepts proposals; `head` acts for the State `au`."""
    make_delegation("fr")
    return make_open("topics", choose=1, proposals_until=database_now() + DAY)


def acting(person):
    return person.accreditations.select_related("entity", "person").get()


def propose(ballot, delegation, title="Cities", **fields) -> Proposal:
    return services.propose_option(
        ballot=ballot, delegation=delegation, actor=delegation.person, title=title, rationale="Because.", **fields
    )


def admit(proposal, publisher, **fields) -> Ballot:
    services.admit_proposal(proposal=proposal, code="D", actor=publisher, **fields)
    return Ballot.objects.get(pk=proposal.ballot_id)


def test_admitted_after_the_opening_begins_a_round_and_carries_answers_over(ballot, head, publisher):
    au = acting(head)
    cast(ballot, au, "A")
    proposal = propose(ballot, au)
    held = admit(proposal, publisher, closes_at=ballot.closes_at + DAY, notify=False)
    assert (held.round, held.first_closes_at, held.closes_at) == (2, ballot.closes_at, ballot.closes_at + DAY)
    assert list(held.options.values_list("code", "round")) == [("A", 1), ("B", 1), ("C", 1), ("D", 2)]
    assert list(LedgerEntry.objects.values_list("kind", flat=True)) == ["open", "vote", "round", "extend"]
    assert [item.action for item in dashboard.items(head, database_now())] == ["Confirm or change answer"]
    cast(held, au, "A")
    assert (Vote.objects.get().round, dashboard.items(head, database_now())) == (2, [])


def test_answer_that_nobody_confirmed_counts_and_the_new_option_can_win(ballot, head, publisher):
    cast(ballot, acting(head), "A")
    held = admit(propose(ballot, acting(head)), publisher, notify=False)
    others = [make_delegation(code) for code in ("gh", "pe")]
    # They became members after the opening, so they are not entitled.
    with pytest.raises(Refused):
        cast(held, others[0], "D")
    assert end(held).content["options"] == {"A": 1, "B": 0, "C": 0, "D": 0}


def test_verifier_follows_the_round(ballot, head, publisher):
    cast(ballot, acting(head), "A")
    held = admit(propose(ballot, acting(head)), publisher, notify=False)
    cast(held, acting(head), "D")
    end(held)
    content = exported(held)
    report = verify(content, keys.public_keys())
    assert (report.outcome["selected"], report.totals["options"]) == (["D"], {"A": 0, "B": 0, "C": 0, "D": 1})
    rows = content.decode().split("\n")
    with pytest.raises(Wrong):
        verify("\n".join(row for row in rows if '"kind":"round"' not in row).encode(), keys.public_keys())


def test_those_who_had_answered_are_notified_that_their_answer_was_carried_over(ballot, head, publisher):
    cast(ballot, acting(head), "A")
    admit(propose(ballot, acting(head)), publisher)
    notify_delegations(None, ballot_id=ballot.pk, occasion="round-2")
    for row in Mail.objects.filter(kind="votes.notice"):
        send(None, mail_id=row.pk)
    notified = {message.to[0]: "has been carried over" in message.body for message in mail.outbox}
    assert notified.pop(head.email) is True
    assert list(notified.values()) == [False]
    assert all("D. Cities" in message.body for message in mail.outbox)


@pytest.mark.parametrize("closed", [True, False])
def test_no_option_comes_to_a_closed_or_a_secret_ballot(head, publisher, closed):
    ballot = (make_open if closed else make_secret)(choose=1, proposals_until=database_now() + 20 * DAY)
    proposal = propose(ballot, acting(head))
    later = ballot.closes_at if closed else None
    with pytest.raises(Refused):
        services.admit_proposal(proposal=proposal, code="D", actor=publisher, now=later)
    proposal.refresh_from_db()
    assert (proposal.state, ballot.options.count()) == ("submitted", 3)


def test_group_proposes_only_through_its_coordinator(ballot, head):
    group = Group.objects.create(code="g", kind="group", name_en="Group of Friends")
    GroupMembership.objects.create(group=group, entity=acting(head).entity, is_coordinator=True)
    other = make_delegation("gh")
    GroupMembership.objects.create(group=group, entity=other.entity)
    with pytest.raises(PermissionDenied):
        propose(ballot, other, group=group)
    assert propose(ballot, acting(head), group=group).group == group


def test_supported_by_others_and_by_each_once(ballot, head, sign_in):
    proposal = propose(ballot, acting(head))
    other = make_delegation("gh")
    client = sign_in(other.person)
    address = reverse("votes:proposal_support", args=["topics", proposal.pk])
    client.post(address)
    client.post(address)
    page = client.get(reverse("votes:ballot", args=["topics"])).content.decode()
    assert ("Supported by: State of GH" in page, proposal.supports.count()) == (True, 1)
    client.post(address, {"stands": "no"})
    with pytest.raises(Refused, match="own State’s proposal"):
        services.support_proposal(proposal=proposal, delegation=acting(head), actor=head)
    assert proposal.supports.count() == 0


def test_oral_proposal_names_meeting_and_proposer(ballot, head, editor, sign_in):
    meeting = make_meeting()
    form = {"entity": acting(head).entity_id, "meeting": meeting.pk, "title": "Cities", "rationale": "Said so."}
    sign_in(editor).post(reverse("votes:proposal_record", args=["topics"]), form)
    row = Proposal.objects.get()
    assert (row.entity, row.meeting, row.proposed_by) == (acting(head).entity, meeting, editor)
    page = sign_in(editor).get(reverse("votes:proposals", args=["topics"])).content.decode()
    assert f"orally, at: {meeting.title}" in page


@pytest.mark.parametrize("into", ["option", "proposal"])
def test_merged_with_a_reason_that_the_proposer_reads(ballot, head, publisher, sign_in, into):
    proposal, other = propose(ballot, acting(head)), propose(ballot, make_delegation("gh"), "Towns")
    target = f"option-{ballot.options.get(code='B').pk}" if into == "option" else f"proposal-{other.pk}"
    decide = reverse("votes:proposal_decide", args=["topics", proposal.pk, "merge"])
    sign_in(publisher).post(decide, {"target": target, "reason": "Much the same"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason, proposal.merged_into == other) == (
        "merged",
        "Much the same",
        into == "proposal",
    )
    page = sign_in(head).get(reverse("votes:ballot", args=["topics"])).content.decode()
    assert "Much the same" in page
    stranger = sign_in(make_delegation("pe").person).get(reverse("votes:ballot", args=["topics"])).content.decode()
    assert ("Cities" in stranger, "Much the same" in stranger) == (True, False)
    wished = Mail.objects.get(kind="votes.proposal", recipient=head.email)
    send(None, mail_id=wished.pk)
    assert "Much the same" in mail.outbox[-1].body
