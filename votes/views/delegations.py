"""Pages for delegations: prepare, clear and cast, always for the State for which the person acts."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.editing import Clash
from foundation.editing.merging import save_merged
from foundation.editing.pages import posted_version, say_merged
from foundation.editing.typed import never_kept
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from foundation.uploads.responses import file_response
from membership.permissions import member_state_required
from votes import services
from votes.forms import AnswerForm, CastForm, DelegationSettingsForm, PositionForm, StatementPositionForm
from votes.models import EntryKind, LedgerEntry, Position, Vote
from votes.permissions import may_cast_alone
from votes.receipts import answer_in_words, is_in_effect, receipt_of
from votes.services.delegations import settings_of
from votes.views.access import Viewer, ballot_for
from votes.views.ballots import BallotPage


def _page(request: HttpRequest, slug: str) -> BallotPage:
    viewer = Viewer(request.rights, request.delegation, request.viewer)
    return BallotPage(ballot_for(viewer, slug), viewer)


@member_state_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose and review the answer. Nothing is stored here."""
    page = _page(request, slug)
    if not page.may_cast_now:
        return redirect(page.ballot)
    if not may_cast_alone(request.delegation):
        return _review(request, page, page.position.choices, page.position.abstains)
    if request.method == "POST":
        form = AnswerForm(request.POST, ballot=page.ballot)
        if "change" not in request.POST and form.is_valid():
            return _review(request, page, form.cleaned_data["choices"], form.cleaned_data["abstains"])
        return _answer(request, page, form)
    return _answer(request, page, AnswerForm(ballot=page.ballot, initial=_prefilled(page)))


def _prefilled(page: BallotPage) -> dict[str, Any]:
    """Return the unsent draft, or else the State's answer."""
    draft = page.position
    held: Position | Vote | None = draft if draft is not None and draft.awaits(page.vote) else page.vote
    return {"choices": held.choices, "abstains": held.abstains} if held else {}


def _answer(request: HttpRequest, page: BallotPage, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    context = {"page": page, "ballot": page.ballot, "form": form, "delegation": request.delegation}
    return render(request, "votes/answer.html", context, status=status)


def _review(request: HttpRequest, page: BallotPage, choices: list[str], abstains: bool) -> HttpResponse:
    context = {
        "page": page,
        "ballot": page.ballot,
        "choices": choices,
        "abstains": abstains,
        "answer": answer_in_words(page.ballot, "abstain" if abstains else choices),
        "token": secrets.token_urlsafe(18),
        "delegation": request.delegation,
        "may_change": may_cast_alone(request.delegation),
    }
    return render(request, "votes/answer_review.html", context)


@member_state_required
@require_POST
@never_kept
def answer_send(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    form = CastForm(request.POST, ballot=page.ballot)
    if form.is_valid():
        try:
            entry = services.cast_vote(
                ballot=page.ballot, delegation=request.delegation, actor=request.viewer, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("votes:receipt", slug=slug, entry_hash=entry.hash)
    return _answer(request, page, form, status=409)


@member_state_required
@require_safe
def receipt(request: HttpRequest, slug: str, entry_hash: str) -> HttpResponse:
    """Show a receipt of the State's own; 404 for others."""
    entry = get_object_or_404(
        LedgerEntry.objects.select_related("ballot", "entity", "actor", "key"),
        ballot__slug=slug,
        hash=entry_hash,
        kind__in=(EntryKind.VOTE, EntryKind.STATEMENT, EntryKind.WITHDRAW),
        entity=request.delegation.entity_id,
    )
    context = {"receipt": receipt_of(entry), "ballot": entry.ballot, "is_current": is_in_effect(entry)}
    return render(request, "votes/receipt.html", context)


@member_state_required
@require_http_methods(["GET", "HEAD", "POST"])
def position(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the delegation's draft. Only this page says who changed it."""
    page = _page(request, slug)
    if not page.may_prepare:
        return redirect(page.ballot)
    held = page.position
    form = _position_form(request, page)
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            services.save_position(
                ballot=page.ballot,
                delegation=request.delegation,
                actor=request.viewer,
                note=form.cleaned_data["note"],
                expected=form.cleaned_data["edit_version"] or 0,
                **form.answer,
            )

        try:
            save_merged(form, save)
        except Clash as clash:
            return clash_response(request, clash, form=form, cancel_url=request.path, title=page.ballot.question)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft has been saved. Only your delegation can see it."))
            return redirect("votes:position", slug=slug)
    context = {
        "page": page,
        "ballot": page.ballot,
        "form": form,
        "position": held,
        "delegation": request.delegation,
        "statement": None if page.ballot.takes_answers else form,
    }
    return render(request, "votes/position.html", context)


def _position_form(request: HttpRequest, page: BallotPage) -> PositionForm | StatementPositionForm:
    kind = PositionForm if page.ballot.takes_answers else StatementPositionForm
    return kind(request.POST or None, ballot=page.ballot, initial=kind.held_in(page.position))


_ACTS = {
    "capital": (services.refer_to_capital, gettext_lazy("The position has been marked as referred to the capital.")),
    "delete": (services.delete_position, gettext_lazy("The draft has been permanently deleted.")),
    "clear": (services.clear_position, gettext_lazy("The position has been cleared and can be sent.")),
}


@member_state_required
@require_POST
def position_act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    page = _page(request, slug)
    acting: dict[str, Any] = {"ballot": page.ballot, "delegation": request.delegation, "actor": request.viewer}
    service, done = _ACTS[act]
    try:
        service(**acting, expected=posted_version(request))
    except Clash:
        messages.error(request, _("Someone else in your delegation has changed the draft. Check it and try again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
        if act == "delete":
            return redirect(page.ballot)
    return redirect("votes:position", slug=slug)


@member_state_required
@require_safe
def paper(request: HttpRequest, slug: str, entry_hash: str) -> HttpResponse:
    """Download the note verbale of an answer of this State."""
    entries = LedgerEntry.objects.filter(ballot__slug=slug, entity=request.delegation.entity_id)
    entry = get_object_or_404(entries.filter(received__isnull=False).select_related("received__paper"), hash=entry_hash)
    return file_response(entry.received.paper, name=entry.received.paper_name)


@member_state_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_settings(request: HttpRequest) -> HttpResponse:
    """Show and change the settings of the delegation, which the secretariat cannot see."""

    held = settings_of(request.delegation)
    form = DelegationSettingsForm(request.POST or None, delegation=request.delegation, held=held)
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            services.set_delegation_settings(
                delegation=request.delegation, actor=request.viewer, expected=form.expected, **form.values
            )

        try:
            row = save_merged(form, save)
        except Clash as clash:
            return clash_response(
                request, clash, form=form, cancel_url=request.path, title=_("Delegation settings")
            )  # fmt: skip
        say_merged(request, row) if row else messages.success(request, _("The delegation settings have been saved."))
        return redirect("votes:delegation")
    context = {"delegation": request.delegation, "form": form, "anyone": held.anyone_may_cast}
    return render(request, "votes/delegation.html", context)
