import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.pages.registries import DeskItem
from membership.models import RoleName
from votes.models import Ballot, Entitlement, Kind, Outcome, Proposal, Statement, Vote
from votes.permissions import day_of

ROOM = "votes"
SOON = dt.timedelta(days=2)


def items(person: Any, now: dt.datetime) -> list[DeskItem]:
    """What awaits the State for which the person acts; for publishers, what they have to do about ballots."""
    standing = person.standing(day_of(now))
    found = _for_delegations([held.entity_id for held in standing.member_states], now)
    if standing.has_role(RoleName.PUBLISHER):
        found += _for_publishers(now)
    return found


def _for_delegations(entities: list[int], now: dt.datetime) -> list[DeskItem]:
    """Open ballots in which the State takes part and has not answered. Says nothing of what it has prepared."""
    if not entities:
        return []
    taking_part = Entitlement.objects.filter(
        entity__in=entities, is_entitled=True, ballot__in=Ballot.objects.open_at(now)
    )
    answered = set(Vote.objects.filter(entity__in=entities).values_list("ballot_id", "entity_id"))
    answered |= set(Statement.objects.filter(entity__in=entities).values_list("ballot_id", "entity_id"))
    rows = taking_part.select_related("ballot").order_by("ballot__closes_at")
    waiting = {row.ballot_id: row.ballot for row in rows if (row.ballot_id, row.entity_id) not in answered}
    return [
        DeskItem(
            title=ballot.question,
            url=ballot.get_absolute_url(),
            action=_("Answer") if ballot.takes_answers else _("Read the text"),
            room=ROOM,
            deadline=ballot.closes_at,
            zone=ballot.zone,
            detail=_awaiting(ballot),
            urgent=ballot.closes_at - now <= SOON,
        )
        for ballot in waiting.values()
    ]


def _awaiting(ballot: Ballot) -> str:
    if ballot.kind == Kind.SILENCE:
        return _("Silence procedure: without an objection until then the text is adopted")
    if ballot.kind == Kind.ADOPTION:
        return _("Adopted without a vote: reservations and explanations of position are taken until then")
    return _("Your State has not answered yet: %(kind)s") % {"kind": ballot.get_kind_display()}


def _for_publishers(now: dt.datetime) -> list[DeskItem]:
    found = [
        _item(ballot, _("See who has answered"), "votes:participation", _("closes soon"))
        for ballot in Ballot.objects.open_at(now).filter(closes_at__lte=now + SOON)
    ]
    found += [
        _item(ballot, _("Publish the result"), "votes:results", _("closed, the result awaits publication"))
        if ballot.takes_answers
        else _item(ballot, _("Declare the outcome"), "votes:results", _("ended, the outcome awaits its declaration"))
        for ballot in Ballot.objects.closed_at(now).filter(result__published_at=None)
    ]
    found += [
        _item(ballot, _("Certify the result"), "votes:certify", _("published, not yet certified"))
        for ballot in Ballot.objects.closed_at(now).filter(
            kind=Kind.FORMAL, result__published_at__isnull=False, result__certified_at=None
        )
    ]
    selected = Ballot.objects.closed_at(now).filter(
        result__published_at__isnull=False, result__applied_at=None, result__outcome=Outcome.SELECTED
    )
    found += [
        _item(ballot, _("Take over the selection"), "votes:results", _("published, not yet taken over by the IDM year"))
        for ballot in selected.filter(options__topic__isnull=False).distinct()
        | selected.filter(options__theme__isnull=False).distinct()
    ]
    proposals = Proposal.objects.filter(state=Proposal.State.SUBMITTED).values("ballot_id")
    found += [
        _item(ballot, _("Decide on proposals"), "votes:proposals", _("proposals of delegations await a decision"))
        for ballot in Ballot.objects.filter(pk__in=proposals)
    ]
    return found


def _item(ballot: Ballot, action: str, page: str, detail: str) -> DeskItem:
    return DeskItem(
        title=ballot.question,
        url=reverse(page, args=[ballot.slug]),
        action=action,
        room=ROOM,
        deadline=ballot.closes_at,
        zone=ballot.zone,
        detail=detail,
    )
