import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from foundation.jobs.models import Job
from foundation.mail.models import Mail
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Entity, VotingSuspension
from tests.factories.membership import make_person, make_staff, make_state
from tests.factories.votes import DAY, cast, close, make_delegation, make_draft, make_open, make_upcoming
from votes import dashboard, services
from votes.models import Ballot, Entitlement, EntryKind, LedgerEntry, Position, Proposal, Result, Vote
from votes.tasks import notify_of_cast_vote

pytestmark = pytest.mark.django_db


def current(ballot: Ballot) -> dict[str, list[str]]:
    return {vote.entity.code: vote.choices for vote in Vote.objects.filter(ballot=ballot).select_related("entity")}


def kinds(ballot: Ballot) -> list[str]:
    return list(LedgerEntry.objects.filter(ballot=ballot).order_by("seq").values_list("kind", flat=True))


# --- Casting ---------------------------------------------------------------------------------------------------------


def test_vote_is_recorded_in_ledger_and_as_current_answer():
    head = make_delegation("au")
    ballot = make_open()
    entry = cast(ballot, head, "CA")
    assert current(ballot) == {"au": ["A", "C"]}
    assert (entry.seq, entry.kind, entry.actor, entry.entity) == (2, EntryKind.VOTE, head.person, head.entity)
    assert entry.disclosures["answer"][2] == ["A", "C"]
    assert entry.disclosures["state"][2] == "au"
    assert "au" not in entry.payload.replace("ballot", "")


def test_answer_changed_before_the_close_counts_and_both_stay_in_ledger():
    head = make_delegation("au")
    ballot = make_open()
    cast(ballot, head, "AB")
    cast(ballot, head, "BC")
    assert current(ballot) == {"au": ["B", "C"]}
    assert kinds(ballot) == ["open", "vote", "vote"]


def test_same_form_sent_twice_gives_same_receipt_and_one_entry():
    head = make_delegation("au")
    ballot = make_open()
    first = cast(ballot, head, "AB", token="t")
    assert cast(ballot, head, "BA", token="t") == first
    assert kinds(ballot) == ["open", "vote"]


def test_same_form_sent_again_after_the_close_gives_same_receipt():
    head = make_delegation("au")
    ballot = make_open()
    first = cast(ballot, head, "AB", token="t")
    close(ballot)
    assert cast(ballot, head, "AB", token="t") == first


def test_same_form_with_another_answer_is_refused():
    head = make_delegation("au")
    ballot = make_open()
    cast(ballot, head, "AB", token="t")
    with pytest.raises(Refused, match="already been sent with a different answer"):
        cast(ballot, head, "BC", token="t")
    assert current(ballot) == {"au": ["A", "B"]}


def test_form_token_of_another_state_gives_no_receipt():
    ballot_of = make_delegation("au"), make_delegation("fr")
    ballot = make_open()
    first = cast(ballot, ballot_of[0], "AB", token="t")
    second = cast(ballot, ballot_of[1], "AB", token="t")
    assert first.pk != second.pk
    assert current(ballot) == {"au": ["A", "B"], "fr": ["A", "B"]}


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ("A", "Choose exactly two options"),
        ("ABC", "Choose exactly two options"),
        ("AA", "only once"),
        ("AX", "Choose only options on this ballot"),
    ],
)
def test_wrong_answer_is_refused_with_the_reason_and_nothing_is_written(choices, reason):
    head = make_delegation("au")
    ballot = make_open()
    with pytest.raises(Refused, match=reason):
        cast(ballot, head, choices)
    assert (current(ballot), kinds(ballot)) == ({}, ["open"])


def test_abstention_is_an_answer_only_where_the_ballot_says_so():
    head = make_delegation("au")
    allowed, not_allowed = make_open(), make_open(allows_abstention=False)
    cast(allowed, head)
    assert Vote.objects.get(ballot=allowed).abstains
    with pytest.raises(Refused, match="bstention is not allowed"):
        cast(not_allowed, head)
    with pytest.raises(Refused, match="cannot do both"):
        cast(allowed, head, "AB", abstains=True)
    with pytest.raises(Refused, match="Choose exactly"):
        cast(allowed, head, abstains=False)


def test_vote_before_at_and_after_the_deadline():
    head = make_delegation("au")
    ballot = make_open()
    before = ballot.closes_at - dt.timedelta(microseconds=1)
    cast(ballot, head, "AB", now=before)
    for moment in (ballot.closes_at, ballot.closes_at + dt.timedelta(seconds=1)):
        with pytest.raises(Refused, match="closed on"):
            cast(ballot, head, "BC", now=moment)
    assert current(ballot) == {"au": ["A", "B"]}


def test_vote_before_and_at_the_opening():
    head = make_delegation("au")
    ballot = make_upcoming()
    with pytest.raises(Refused, match="not open yet"):
        cast(ballot, head, "AB", now=ballot.opens_at - dt.timedelta(microseconds=1))
    assert kinds(ballot) == []
    cast(ballot, head, "AB", now=ballot.opens_at)
    assert kinds(ballot) == ["open", "vote"]


def test_ended_accreditation_is_refused_and_the_vote_already_cast_counts():
    head = make_delegation("au")
    ballot = make_open()
    cast(ballot, head, "AB")
    head.ends = timezone.now().date()
    head.save()
    with pytest.raises(PermissionDenied):
        cast(ballot, head, "BC")
    assert current(ballot) == {"au": ["A", "B"]}


def test_accreditation_of_somebody_else_is_refused():
    head = make_delegation("au")
    ballot = make_open()
    with pytest.raises(PermissionDenied):
        services.cast_vote(
            ballot=ballot, delegation=head, actor=make_person(), choices=["A", "B"], token="t", notify=False
        )


def test_suspended_state_gets_the_reason_and_others_that_only_members_take_part():
    suspended = make_delegation("lu")
    observer = make_delegation("va")
    observer.entity.statuses.update(status="observer")
    VotingSuspension.objects.create(entity=suspended.entity, decision="Article 4")
    ballot, open_to_all = make_open(), make_open(needs_voting_right=False)
    with pytest.raises(Refused, match=r"suspended on the opening day \(Article 4\)"):
        cast(ballot, suspended, "AB")
    with pytest.raises(Refused, match="Only Member States"):
        cast(ballot, observer, "AB")
    cast(open_to_all, suspended, "AB")
    assert current(open_to_all) == {"lu": ["A", "B"]}


def test_entitlement_is_fixed_at_the_opening():
    make_delegation("au")
    late = make_delegation("fr")
    late.entity.statuses.update(begins=timezone.now().date() + DAY)
    ballot = make_open()
    late.entity.statuses.update(begins=None)
    with pytest.raises(Refused, match="Only Member States"):
        cast(ballot, late, "AB")
    rows = Entitlement.objects.filter(ballot=ballot).values_list("entity__code", "is_entitled", "decision")
    assert list(rows) == [("au", True, "Resolution 1")]


def test_deputy_casts_what_the_head_cleared_and_nothing_else():
    head, deputy, adviser = (make_delegation("au", capacity) for capacity in ("head", "deputy", "adviser"))
    ballot = make_open()
    with pytest.raises(PermissionDenied):
        cast(ballot, deputy, "AB")
    draft = services.save_position(ballot=ballot, delegation=adviser, actor=adviser.person, choices=["A", "B"])
    with pytest.raises(PermissionDenied):
        services.clear_position(ballot=ballot, delegation=deputy, actor=deputy.person, expected=draft.edit_version)
    services.clear_position(ballot=ballot, delegation=head, actor=head.person, expected=draft.edit_version)
    with pytest.raises(PermissionDenied):
        cast(ballot, deputy, "BC")
    with pytest.raises(PermissionDenied):
        cast(ballot, adviser, "AB")
    cast(ballot, deputy, "AB")
    assert current(ballot) == {"au": ["A", "B"]}


def test_clearance_ends_when_the_head_sends_another_answer_and_the_old_draft_awaits_nothing(client):
    head, deputy = make_delegation("au"), make_delegation("au", "deputy")
    ballot = make_open()
    acting = {"ballot": ballot, "delegation": head, "actor": head.person}
    draft = services.save_position(**acting, choices=["A", "B"])
    services.clear_position(**acting, expected=draft.edit_version)
    cast(ballot, deputy, "AB")
    cast(ballot, head, "BC")
    with pytest.raises(PermissionDenied):
        cast(ballot, deputy, "AB")
    assert current(ballot) == {"au": ["B", "C"]}
    assert dashboard.items(head.person, database_now()) == []
    client.force_login(head.person)
    form = client.get(reverse("votes:answer", args=[ballot.slug])).context["form"]
    assert form.chosen == ["B", "C"]
    services.save_position(**acting, choices=["A", "C"], expected=Position.objects.get(ballot=ballot).edit_version)
    assert [item.action for item in dashboard.items(head.person, database_now())] == ["Clear position"]


def test_state_may_let_any_of_its_delegates_cast():
    head, adviser = make_delegation("au"), make_delegation("au", "adviser")
    ballot = make_open()
    with pytest.raises(PermissionDenied):
        services.set_delegation_settings(delegation=adviser, actor=adviser.person, anyone_may_cast=True)
    services.set_delegation_settings(delegation=head, actor=head.person, anyone_may_cast=True)
    cast(ballot, adviser, "AB")
    assert current(ballot) == {"au": ["A", "B"]}


def test_receipt_goes_to_person_and_mailbox_and_the_replaced_voter_is_notified():
    make_state("au")
    Entity.objects.update(mailbox="mission@au.example")
    first, second = make_delegation("au"), make_delegation("au", "charge")
    ballot = make_open()
    cast(ballot, first, "AB", notify=True)
    cast(ballot, second, "BC", notify=True)
    for job in Job.objects.filter(kind="votes.tell_of_vote"):
        notify_of_cast_vote(None, **job.arguments)
    emails = sorted(Mail.objects.values_list("kind", "recipient"))
    assert emails == sorted(
        [
            ("votes.receipt", first.person.email),
            ("votes.receipt", "mission@au.example"),
            ("votes.receipt", second.person.email),
            ("votes.receipt", "mission@au.example"),
            ("votes.replaced", first.person.email),
        ]
    )


# --- Preparing and opening -------------------------------------------------------------------------------------------


def test_set_ballot_changes_no_more():
    publisher = make_staff("publisher")
    make_state("au")
    ballot = make_draft()
    services.set_ballot(ballot=ballot, actor=publisher)
    option = ballot.options.first()
    with pytest.raises(Refused, match="cannot change a scheduled ballot"):
        services.edit_ballot(ballot=ballot, expected=1, actor=publisher, choose_max=3)
    with pytest.raises(Refused, match="cannot change a scheduled ballot"):
        services.save_option(ballot=ballot, option=option, actor=publisher, title_en="Other")
    with pytest.raises(Refused, match="cannot change a scheduled ballot"):
        services.remove_option(option=option, expected=option.edit_version, actor=publisher)
    option.refresh_from_db()
    assert option.title_en == "Topic A"


def test_set_ballot_is_taken_back_only_before_it_opens():
    publisher = make_staff("publisher")
    upcoming, opened = make_upcoming(), make_open()
    assert services.take_back_ballot(ballot=upcoming, actor=publisher).is_draft
    with pytest.raises(Refused, match="cannot change an open ballot"):
        services.take_back_ballot(ballot=opened, actor=publisher)


def test_ballot_with_one_option_is_not_set():
    make_state("au")
    with pytest.raises(Refused, match="at least two options"):
        services.set_ballot(ballot=make_draft(options="A", choose=1), actor=make_staff("publisher"))


def test_editor_writes_and_publisher_sets():
    editor = make_staff("editor")
    now = database_now()
    ballot = services.create_ballot(
        actor=editor, slug="written", question_en="Which?", opens_at=now + DAY, closes_at=now + 5 * DAY
    )
    services.save_option(ballot=ballot, actor=editor, code="A", title_en="One")
    with pytest.raises(PermissionDenied):
        services.set_ballot(ballot=ballot, actor=editor)
    with pytest.raises(PermissionDenied):
        services.create_ballot(actor=make_person(), slug="x", question_en="?", opens_at=now, closes_at=now + DAY)


def test_opening_twice_fixes_once():
    make_state("au")
    ballot = make_upcoming()
    moment = ballot.opens_at
    for _again in range(2):
        services.ensure_opened(ballot=Ballot.objects.get(pk=ballot.pk), now=moment)
    assert kinds(ballot) == ["open"]
    assert Entitlement.objects.filter(ballot=ballot).count() == 1


# --- Extending, closing, publishing ----------------------------------------------------------------------------------


def test_extension_keeps_the_first_deadline_and_is_in_the_ledger():
    publisher = make_staff("publisher")
    ballot = make_open()
    first = ballot.closes_at
    for days in (1, 2):
        services.extend_ballot(
            ballot=ballot, closes_at=first + days * DAY, reason="Asked for by a group", actor=publisher, notify=False
        )
    ballot.refresh_from_db()
    assert (ballot.first_closes_at, ballot.closes_at) == (first, first + 2 * DAY)
    assert kinds(ballot) == ["open", "extend", "extend"]
    assert json.loads(ballot.entries.last().payload)["reason"] == "Asked for by a group"


def test_deadline_is_not_moved_after_the_close_nor_to_an_earlier_time_nor_by_an_editor():
    publisher = make_staff("publisher")
    ballot = make_open()
    later = ballot.closes_at + DAY
    with pytest.raises(PermissionDenied):
        services.extend_ballot(ballot=ballot, closes_at=later, reason="x", actor=make_staff("editor"))
    with pytest.raises(Refused, match="later than the current one"):
        services.extend_ballot(ballot=ballot, closes_at=ballot.closes_at, reason="x", actor=publisher)
    with pytest.raises(Refused, match="reason for the extension"):
        services.extend_ballot(ballot=ballot, closes_at=later, reason=" ", actor=publisher)
    with pytest.raises(Refused, match="only while it is open"):
        services.extend_ballot(ballot=ballot, closes_at=later, reason="x", actor=publisher, now=ballot.closes_at)


def test_result_exists_only_after_the_close():
    head, other = make_delegation("au"), make_delegation("fr")
    ballot = make_open()
    cast(ballot, head, "AB")
    cast(ballot, other, "BC")
    assert services.ensure_closed(ballot=ballot) is None
    assert services.ensure_closed(ballot=ballot, now=ballot.closes_at - dt.timedelta(microseconds=1)) is None
    result = services.ensure_closed(ballot=ballot, now=ballot.closes_at)
    assert result.content == {
        "outcome": "tie",
        "selected": ["B"],
        "tied": ["A", "C"],
        "options": {"A": 1, "B": 2, "C": 1},
        "answered": 2,
        "abstained": 0,
        "entitled": 2,
        "turnout": [{"region": "", "entitled": 2, "answered": 2}],
    }
    assert services.ensure_closed(ballot=ballot) == result
    assert kinds(ballot) == ["open", "vote", "vote", "close"]


def test_ballot_nobody_opened_in_time_closes_with_no_answer():
    make_state("au")
    ballot = make_upcoming()
    result = services.ensure_closed(ballot=ballot, now=ballot.closes_at)
    assert (result.outcome, kinds(ballot)) == ("no-answer", ["open", "close"])


def test_publishing_waits_for_the_close_and_is_for_publishers():
    publisher = make_staff("publisher")
    make_state("au")
    ballot = make_open()
    with pytest.raises(Refused, match="not available until the ballot closes"):
        services.publish_result(ballot=ballot, actor=publisher)
    close(ballot)
    with pytest.raises(PermissionDenied):
        services.publish_result(ballot=ballot, actor=make_staff("editor"))
    first = services.publish_result(ballot=ballot, actor=publisher, notify=False).published_at
    assert services.publish_result(ballot=ballot, actor=publisher).published_at == first


def test_following_deadlines_opens_closes_and_deletes_old_positions():
    from votes.tasks import follow_deadlines

    head = make_delegation("au")
    opening, closing, old = make_upcoming(), make_open(), make_open()
    services.save_position(ballot=old, delegation=head, actor=head.person, choices=["A"])
    services.save_position(ballot=closing, delegation=head, actor=head.person, choices=["A"])
    now = database_now()
    Ballot.objects.filter(pk=opening.pk).update(opens_at=now - DAY)
    Ballot.objects.filter(pk=closing.pk).update(closes_at=now - 29 * DAY, opens_at=now - 40 * DAY)
    Ballot.objects.filter(pk=old.pk).update(closes_at=now - 30 * DAY, opens_at=now - 40 * DAY)
    follow_deadlines(now)
    assert (kinds(opening), kinds(closing)) == (["open"], ["open", "close"])
    assert Result.objects.count() == 2
    assert list(Position.objects.values_list("ballot__slug", flat=True)) == [closing.slug]


# --- Guarantees of the ledger ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE votes_ledgerentry SET payload = '{}'",
        "DELETE FROM votes_ledgerentry",
    ],
)
def test_database_refuses_to_change_the_ledger(statement):
    ballot = make_open()
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert kinds(ballot) == ["open"]


def test_database_refuses_to_empty_the_ledger():
    with pytest.raises(InternalError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE votes_ledgerentry CASCADE")


def test_database_refuses_an_entry_after_the_close():
    ballot = make_open()
    close(ballot)
    last = ballot.entries.last()
    last.pk, last.seq, last.hash = None, last.seq + 1, "0" * 64
    with pytest.raises(InternalError, match="closed"), transaction.atomic():
        last.save(force_insert=True)
    assert kinds(ballot) == ["open", "close"]


# --- Proposals -------------------------------------------------------------------------------------------------------


def propose(ballot, head, **fields):
    values = {"title": "Cities", "rationale": "Because.", **fields}
    return services.propose_option(ballot=ballot, delegation=head, actor=head.person, **values)


def test_proposal_before_at_and_after_its_deadline():
    head = make_delegation("au")
    until = database_now() + DAY
    ballot = make_open(proposals_until=until)
    first = propose(ballot, head, now=until - dt.timedelta(microseconds=1))
    assert propose(ballot, head) == first
    for moment in (until, until + DAY):
        with pytest.raises(Refused, match="deadline for proposals"):
            propose(ballot, head, title="Another", now=moment)
    with pytest.raises(Refused, match="deadline for proposals"):
        propose(make_open(), head)


def test_declined_proposal_carries_the_reason_and_is_decided_once():
    head, publisher = make_delegation("au"), make_staff("publisher")
    proposal = propose(make_open(proposals_until=database_now() + DAY), head)
    with pytest.raises(Refused, match="Enter a reason"):
        services.decline_proposal(proposal=proposal, reason="", actor=publisher)
    declined = services.decline_proposal(proposal=proposal, reason="Outside the theme", actor=publisher)
    assert (declined.state, declined.reason) == (Proposal.State.DECLINED, "Outside the theme")
    with pytest.raises(Refused, match="already been taken"):
        services.decline_proposal(proposal=proposal, reason="Again", actor=publisher)


def test_proposal_is_admitted_to_a_draft_and_to_an_announced_ballot_without_a_new_round():
    head, publisher = make_delegation("au"), make_staff("publisher")
    for letters, take_back in (("D", True), ("E", False)):
        upcoming = make_upcoming(proposals_until=database_now() + DAY)
        proposal = propose(upcoming, head)
        if take_back:
            services.take_back_ballot(ballot=upcoming, actor=publisher)
        services.admit_proposal(proposal=proposal, code=letters, actor=publisher, notify=False)
        upcoming.refresh_from_db()
        assert list(upcoming.options.values_list("code", "title_en", "round"))[-1] == (letters, "Cities", 1)
        assert upcoming.round == 1
