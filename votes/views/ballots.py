"""Public pages of ballots. Their content depends on the viewer."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.models import Document
from foundation.pages.access import public
from foundation.tables.exports import table_response
from foundation.text import Language
from votes.choices import choices_by_state
from votes.how_many import number_in_words
from votes.models import (
    Ballot,
    BallotState,
    Entitlement,
    Kind,
    Option,
    Position,
    ReceivedVote,
    Statement,
    Vote,
)
from votes.permissions import may_cast_alone
from votes.presentation import ShownResult, sentence_of, state_of
from votes.printing.briefs import papers_of
from votes.proposals import ShownProposal, shown_proposals
from votes.receipts import answer_in_words
from votes.sentences import majority_in_words, quorum_in_words
from votes.services import ensure_closed
from votes.services.delegations import settings_of
from votes.statements import ShownStatement, last_spoken, statements_in_effect
from votes.views.access import Viewer, ballot_for, public_list_revision, public_revision

# Order of the list: open, upcoming, closed.
_ORDER = {BallotState.OPEN: 0, BallotState.UPCOMING: 1, BallotState.DRAFT: 2, BallotState.CLOSED: 3}


@dataclass(frozen=True)
class Row:
    ballot: Ballot
    state: str
    awaits_answer: bool
    has_answered: bool
    sentence: str


@public(revision=public_list_revision)
@require_safe
def ballot_list(request: HttpRequest) -> HttpResponse:
    viewer = Viewer.of(request)
    found = list(viewer.ballots().prefetch_related("options"))
    entity = viewer.delegation.entity_id if viewer.delegation else None
    entitled, answered = _own(entity) if entity else (set(), set())
    rows = [
        Row(
            ballot=ballot,
            state=state_of(ballot, ballot.now),
            awaits_answer=ballot.takes_answers and ballot.is_open_at(ballot.now) and ballot.pk in entitled - answered,
            has_answered=ballot.pk in answered,
            sentence=sentence_of(ballot) if viewer.sees_result(ballot) else "",
        )
        for ballot in found
    ]
    rows.sort(key=_by_urgency)
    context = {
        "rows": rows,
        "may_create": viewer.prepares,
        "acts": viewer.acts_for_member_state,
        "reminds": viewer.is_publisher,
        "is_cached": request.viewer is None,
    }
    return render(request, "votes/ballot_list.html", context)


def _own(entity: int) -> tuple[set[int], set[int]]:
    entitled = Entitlement.objects.filter(entity=entity, is_entitled=True).values_list("ballot_id", flat=True)
    answered = Vote.objects.filter(entity=entity).values_list("ballot_id", flat=True)
    return set(entitled), set(answered)


def _by_urgency(row: Row) -> tuple:
    closes = row.ballot.closes_at.timestamp()
    state = row.ballot.state_at(row.ballot.now)
    return not row.awaits_answer, _ORDER[state], -closes if state == BallotState.CLOSED else closes


@dataclass(frozen=True)
class BallotPage:
    """The page of one ballot: facts, and a delegate's next action."""

    ballot: Ballot
    viewer: Viewer

    @property
    def state(self) -> str:
        return state_of(self.ballot, self.ballot.now)

    @property
    def is_open(self) -> bool:
        return self.ballot.is_open_at(self.ballot.now)

    @property
    def is_closed(self) -> bool:
        return self.ballot.is_closed_at(self.ballot.now)

    @property
    def how_many(self) -> str:
        return number_in_words(self.ballot)

    @property
    def takes_proposals(self) -> bool:
        return self.ballot.takes_proposals_at(self.ballot.now)

    @cached_property
    def entitlement(self) -> Entitlement | None:
        if self.viewer.delegation is None:
            return None
        return Entitlement.objects.filter(ballot=self.ballot, entity=self.viewer.delegation.entity_id).first()

    @property
    def refusal(self) -> str:
        """Return why this State cannot take part; only that State sees it."""
        row = self.entitlement
        if self.viewer.delegation is None or self.ballot.opened_at is None:
            return ""
        if row is None:
            return _("Your State was not a Member State on the opening day.")
        return "" if row.is_entitled else f"{row.get_reason_display()} ({row.decision})."

    @cached_property
    def vote(self) -> Vote | None:
        if self.viewer.delegation is None:
            return None
        votes = Vote.objects.filter(ballot=self.ballot, entity=self.viewer.delegation.entity_id)
        return votes.select_related("entry__actor").first()

    @property
    def answer(self) -> list[str]:
        """Return the State's answer; empty in a secret ballot."""
        vote = self.vote
        if vote is None or vote.is_secret:
            return []
        return answer_in_words(self.ballot, "abstain" if vote.abstains else vote.choices)

    @cached_property
    def own_statements(self) -> list[Statement]:
        """Return the State's statements in effect."""
        if self.viewer.delegation is None or self.ballot.takes_answers:
            return []
        own = Statement.objects.filter(ballot=self.ballot, entity=self.viewer.delegation.entity_id, withdrawn_at=None)
        return list(own.select_related("entry"))

    @cached_property
    def may_speak_now(self) -> bool:
        delegation = self.viewer.delegation
        if delegation is None or self.ballot.takes_answers or not self.is_open or self.refusal:
            return False
        return may_cast_alone(delegation) or (delegation.may_cast and self.is_cleared)

    @property
    def is_cleared(self) -> bool:
        return self.position is not None and self.position.stage == Position.Stage.CLEARED

    @cached_property
    def awaits_speaking(self) -> bool:
        """Return whether the delegation has an unsent draft statement."""
        draft = self.position
        if draft is None:
            return False
        key = (self.ballot.pk, draft.entity_id)
        return draft.awaits_speaking(last_spoken([draft.entity_id], [self.ballot.pk]).get(key))

    @property
    def word_for_speaking(self) -> str:
        if self.ballot.kind == Kind.SILENCE:
            return _("Object or explain position")
        return _("Record reservation or explain position")

    @property
    def quorum(self) -> str:
        return quorum_in_words(self.ballot)

    @property
    def majority(self) -> str:
        return majority_in_words(self.ballot)

    @cached_property
    def position(self) -> Position | None:
        """Return the viewer's own delegation's draft."""
        if self.viewer.delegation is None:
            return None
        return Position.objects.filter(ballot=self.ballot, entity=self.viewer.delegation.entity_id).first()

    @cached_property
    def may_cast_now(self) -> bool:
        delegation = self.viewer.delegation
        if delegation is None or not self.is_open or self.refusal or not self.ballot.takes_answers:
            return False
        if self.ballot.is_secret and self.vote:
            return False
        if may_cast_alone(delegation):
            return True
        return delegation.may_cast and self.is_cleared

    @property
    def may_prepare(self) -> bool:
        if self.viewer.delegation is None or self.is_closed or self.refusal:
            return False
        return not (self.ballot.is_secret and self.vote)

    @property
    def action(self) -> tuple[str, str] | None:
        """Return (address, label) of the next action."""
        slug = [self.ballot.slug]
        if self.may_cast_now:
            label = _("Change answer") if self.vote else _("Answer")
            label = _("Confirm or change answer") if self.is_carried_over or self.received else label
            return reverse("votes:answer", args=slug), label
        if self.may_speak_now:
            return reverse("votes:statement", args=slug), self.word_for_speaking
        if self.is_closed:
            return reverse("votes:results", args=slug), _("See result")
        if self.may_prepare:
            return reverse("votes:position", args=slug), _("Prepare position")
        return None

    @property
    def is_carried_over(self) -> bool:
        """Return whether the answer was carried over from an earlier round and should be confirmed or changed."""
        return self.vote is not None and self.is_open and self.vote.round < self.ballot.round

    @cached_property
    def received(self) -> ReceivedVote | None:
        """Return the note verbale of the current answer, if the secretariat recorded it."""
        return ReceivedVote.objects.filter(entry=self.vote.entry).first() if self.vote else None

    @property
    def answered_since(self) -> bool:
        """Return whether a different answer was recorded after the draft was last changed."""
        draft, vote = self.position, self.vote
        if draft is None or vote is None or vote.is_secret:
            return False
        return draft.answered != vote.answered and draft.changed_at <= vote.entry.recorded_at

    @property
    def spoken_since(self) -> bool:
        """Return whether a statement was made or withdrawn after the draft was last changed."""
        return self.position is not None and bool(self.position.said_kind) and not self.awaits_speaking

    @cached_property
    def entity_id(self) -> int | None:
        return self.viewer.delegation.entity_id if self.viewer.delegation else None

    @cached_property
    def proposals(self) -> list[ShownProposal]:
        """Return proposals from the floor, for delegations of Member States."""
        return shown_proposals(self.ballot) if self.viewer.acts_for_member_state else []

    @cached_property
    def options(self) -> list[tuple[Option, list[dict[str, str]]]]:
        """Return options with the papers that the reader may see."""
        options = list(self.ballot.options.all())
        visible = Document.objects.visible_to(self.viewer.person, self.ballot.now)
        papers = papers_of(options, visible)
        return [(option, papers.get(option.pk, [])) for option in options]

    @cached_property
    def relatives(self) -> list[tuple[str, Ballot]]:
        """Return the first ballot and its run-off, if the reader may see them."""
        seen = self.viewer.ballots().filter(Q(run_off=self.ballot.pk) | Q(run_off_of=self.ballot.pk))
        words = {True: _("Run-off of this ballot"), False: _("Run-off of")}
        return [(words[row.run_off_of_id == self.ballot.pk], row) for row in seen]


@public(revision=public_revision)
@require_safe
def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = Viewer.of(request)
    page = BallotPage(ballot_for(viewer, slug), viewer)
    context = {"page": page, "ballot": page.ballot, "viewer_of": viewer, "is_cached": request.viewer is None}
    return render(request, "votes/ballot_detail.html", context)


@public(revision=public_revision)
@require_safe
def brief(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the printable brief: question, options, deadlines and space for the position."""
    viewer = Viewer.of(request)
    found = ballot_for(viewer, slug)
    context = {
        "ballot": found,
        "how_many": number_in_words(found),
        "capital_zone": settings_of(viewer.delegation).capital_zone if viewer.delegation else "",
    }
    return render(request, "votes/ballot_brief.html", context)


@public(revision=public_revision)
@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = Viewer.of(request)
    found = counted_ballot(viewer, slug)
    shown = ShownResult(found) if viewer.sees_result(found) else None
    context: dict[str, Any] = {
        "ballot": found,
        "shown": shown,
        "totals": viewer.sees_totals(found),
        "statements": _statements(viewer, found),
        "choices": choices_by_state(found) if viewer.sees_choices(found) else [],
        "relatives": BallotPage(found, viewer).relatives,
        "flows_back": any(option.theme_id or option.topic_id for option in found.options.all()),
        "languages": Language.choices,
        "state": state_of(found, found.now),
        "is_closed": found.is_closed_at(found.now),
        "viewer_of": viewer,
        "is_cached": request.viewer is None,
    }
    return render(request, "votes/ballot_results.html", context)


def _statements(viewer: Viewer, ballot: Ballot) -> list[ShownStatement]:
    if ballot.takes_answers or not viewer.sees_choices(ballot):
        return []
    return statements_in_effect(ballot)


def counted_ballot(viewer: Viewer, slug: str) -> Ballot:
    """Return the ballot, counted first if its deadline has passed."""
    found = ballot_for(viewer, slug)
    if found.is_closed_at(found.now) and not hasattr(found, "result"):
        ensure_closed(ballot=found)
        found = ballot_for(viewer, slug)
    return found


@public
@require_safe
def results_export(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    viewer = Viewer.of(request)
    found = counted_ballot(viewer, slug)
    if not viewer.sees_totals(found):
        raise Http404
    header, rows = ShownResult(found).table()
    return table_response(kind=kind, name=f"{slug}-results", header=header, rows=rows, viewer=request.viewer)


@public
@require_safe
def choices_export(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Export answers by State, for readers allowed by the ballot's visibility."""
    viewer = Viewer.of(request)
    found = counted_ballot(viewer, slug)
    if not viewer.sees_choices(found) or not found.takes_answers:
        raise Http404
    rows = [[row.state, "; ".join(row.answer)] for row in choices_by_state(found)]
    header = [_("State"), _("Answer")]
    return table_response(kind=kind, name=f"{slug}-choices", header=header, rows=rows, viewer=request.viewer)
