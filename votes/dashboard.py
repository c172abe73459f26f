import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.pages.registries import DashboardItem
from membership.models import Accreditation, RoleName
from votes.models import (
    Ballot,
    DelegationSettings,
    Entitlement,
    Kind,
    Outcome,
    Position,
    Proposal,
    ReceivedVote,
    TieRule,
    Vote,
)
from votes.permissions import day_of
from votes.statements import last_spoken

APP = "votes"
SOON = dt.timedelta(days=2)


def items(person: Any, now: dt.datetime) -> list[DashboardItem]:
    """Return the items for the person's State, and for publishers what they must do about ballots."""
    rights = person.rights_on(day_of(now))
    found = _for_delegations(rights.member_states, now)
    if rights.has_role(RoleName.PUBLISHER):
        found += _for_publishers(now)
    return found


def _for_delegations(held: Sequence[Accreditation], now: dt.datetime) -> list[DashboardItem]:
    """Return one item for each ballot: the next step of this person in their capacity."""
    if not held:
        return []
    acting = {row.entity_id: row for row in held}
    taking_part = Entitlement.objects.filter(
        entity__in=acting, is_entitled=True, ballot__in=Ballot.objects.open_at(now)
    )
    votes = (
        Vote.objects.filter(entity__in=acting)
        .select_related("entry")
        .annotate(was_received=Exists(ReceivedVote.objects.filter(entry=OuterRef("entry"))))
    )
    by_ballot = {(vote.ballot_id, vote.entity_id): vote for vote in votes}
    # The delegation's drafts appear only on the dashboards of its own delegates.
    drafts = {(row.ballot_id, row.entity_id): row for row in Position.objects.filter(entity__in=acting)}
    anyone = set(
        DelegationSettings.objects.filter(entity__in=acting, anyone_may_cast=True).values_list("entity", flat=True)
    )
    taking_part = list(taking_part.select_related("ballot").order_by("ballot__closes_at"))
    spoken = last_spoken(acting, [row.ballot_id for row in taking_part if not row.ballot.takes_answers])
    found: dict[int, DashboardItem] = {}
    for row in taking_part:
        key = (row.ballot_id, row.entity_id)
        awaited = _next_step(row.ballot, acting[row.entity_id], by_ballot.get(key), drafts.get(key), spoken.get(key))
        alone = acting[row.entity_id].may_clear or row.entity_id in anyone
        if awaited is not None and awaited[1] == _("Answer") and not alone:
            awaited = ("votes:position", _("Prepare position"), awaited[2])
        if awaited is not None:
            found.setdefault(row.ballot_id, _for_delegate(row.ballot, *awaited, now))
    return list(found.values())


def _next_step(
    ballot: Ballot, acting: Accreditation, vote: Vote | None, draft: Position | None, spoke: dt.datetime | None
) -> tuple[str, str, str] | None:
    """Return (page, action, detail), or None without a next step."""
    waits = draft is not None and (draft.awaits(vote) if ballot.takes_answers else draft.awaits_speaking(spoke))
    if draft is not None and waits:
        if draft.stage == Position.Stage.CLEARED and acting.may_cast:
            page = "votes:answer" if ballot.takes_answers else "votes:statement"
            return page, _("Send cleared answer"), _("The position has been cleared but not sent")
        if draft.stage != Position.Stage.CLEARED and acting.may_clear:
            detail = _("Your delegation’s draft is pending clearance: %(stage)s") % {"stage": draft.get_stage_display()}
            return "votes:position", _("Clear position"), detail
    if vote is not None and vote.was_received:
        return "votes:ballot", _("Check answer"), _("The secretariat recorded an answer received by note verbale")
    if vote is not None and vote.round < ballot.round:
        return "votes:ballot", _("Confirm or change answer"), _("An option was added after your State had answered")
    if vote is not None or spoke is not None:
        return None
    return "votes:ballot", _("Answer") if ballot.takes_answers else _("Read text"), _awaiting(ballot)


def _for_delegate(ballot: Ballot, page: str, action: str, detail: str, now: dt.datetime) -> DashboardItem:
    return DashboardItem(
        title=ballot.question,
        url=reverse(page, args=[ballot.slug]),
        action=action,
        app=APP,
        deadline=ballot.closes_at,
        zone=ballot.zone,
        detail=detail,
        urgent=ballot.closes_at - now <= SOON,
    )


def _awaiting(ballot: Ballot) -> str:
    if ballot.kind == Kind.SILENCE:
        return _("Silence procedure: the text will be adopted unless a Member State objects before the deadline")
    if ballot.kind == Kind.ADOPTION:
        return _("Adopted without a vote: send reservations and explanations of position before the deadline")
    return _("Your State has not answered yet: %(kind)s") % {"kind": ballot.get_kind_display()}


def _for_publishers(now: dt.datetime) -> list[DashboardItem]:
    found = [
        _item(ballot, _("See who has answered"), "votes:participation", _("closes soon"))
        for ballot in Ballot.objects.open_at(now).filter(closes_at__lte=now + SOON)
    ]
    found += [
        _item(ballot, _("Publish result"), "votes:results", _("closed; result to be published"))
        if ballot.takes_answers
        else _item(ballot, _("Declare outcome"), "votes:results", _("ended; outcome to be declared"))
        for ballot in Ballot.objects.closed_at(now).filter(result__published_at=None)
    ]
    found += [
        _item(ballot, _("Create run-off"), "votes:run_off", _("tied; the rules call for a run-off"))
        for ballot in Ballot.objects.closed_at(now).filter(
            result__published_at__isnull=False, result__outcome=Outcome.TIE, tie_rule=TieRule.RUN_OFF, run_off=None
        )
    ]
    found += [
        _item(ballot, _("Certify result"), "votes:certify", _("published, not yet certified"))
        for ballot in Ballot.objects.closed_at(now).filter(
            kind=Kind.FORMAL, result__published_at__isnull=False, result__certified_at=None
        )
    ]
    selected = Ballot.objects.closed_at(now).filter(
        result__published_at__isnull=False, result__applied_at=None, result__outcome=Outcome.SELECTED
    )
    found += [
        _item(ballot, _("Apply result to IDM year"), "votes:results", _("published, not yet applied to the IDM year"))
        for ballot in selected.filter(options__topic__isnull=False).distinct()
        | selected.filter(options__theme__isnull=False).distinct()
    ]
    proposals = Proposal.objects.filter(state=Proposal.State.SUBMITTED).values("ballot_id")
    found += [
        _item(ballot, _("Decide on proposals"), "votes:proposals", _("delegations’ proposals need a decision"))
        for ballot in Ballot.objects.filter(pk__in=proposals)
    ]
    return found


def _item(ballot: Ballot, action: str, page: str, detail: str) -> DashboardItem:
    return DashboardItem(
        title=ballot.question,
        url=reverse(page, args=[ballot.slug]),
        action=action,
        app=APP,
        deadline=ballot.closes_at,
        zone=ballot.zone,
        detail=detail,
    )
