"""Pages for proposals from the floor."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.editing.pages import saved_form
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from membership.models import Entity
from membership.permissions import member_state_required, role_required
from votes import services
from votes.forms import AdmitForm, DeclineForm, MergeForm, ProposalForm, RecordProposalForm
from votes.models import Ballot, Proposal
from votes.permissions import day_of
from votes.proposals import shown_proposals
from votes.services.proposals import groups_coordinated_by
from votes.views.access import Viewer, ballot_for
from votes.views.states import member_states

READ_WRITE = ["GET", "HEAD", "POST"]


def _crumbs(ballot: Ballot) -> list[tuple[str, str]]:
    return [(_("Consultations"), reverse("votes:list")), (ballot.question, ballot.get_absolute_url())]


# --- Delegations -----------------------------------------------------------------------------------------------------


@member_state_required
@require_http_methods(READ_WRITE)
@sent_once
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = ballot_for(Viewer(request.rights, request.delegation), slug)
    if not ballot.takes_proposals_at(ballot.now):
        raise Http404
    groups = groups_coordinated_by(request.delegation.entity, ballot.now)
    form = ProposalForm(request.POST or None, groups=groups)

    def save() -> None:
        services.propose_option(ballot=ballot, delegation=request.delegation, actor=request.viewer, **form.values)
        messages.success(request, _("Your proposal has been sent to the secretariat."))

    return saved_form(
        request,
        form,
        save,
        title=_("Propose an option"),
        crumbs=_crumbs(ballot),
        done_url=ballot.get_absolute_url(),
        action_label=_("Send proposal"),
    )


@member_state_required
@require_POST
def proposal_support(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    """Support a proposal; `stands=no` withdraws support."""
    ballot = ballot_for(Viewer(request.rights, request.delegation), slug)
    proposal = get_object_or_404(Proposal, ballot=ballot, pk=proposal_id)
    supports = request.POST.get("stands") != "no"
    try:
        services.support_proposal(
            proposal=proposal, delegation=request.delegation, actor=request.viewer, supports=supports
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("Your State supports the proposal.") if supports else _("Your State no longer supports the proposal.")
        messages.success(request, done)
    return redirect(f"{ballot.get_absolute_url()}#proposals")


# --- Secretariat -----------------------------------------------------------------------------------------------------


@role_required("editor", "publisher")
@require_safe
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = Viewer.of(request)
    ballot = ballot_for(viewer, slug)
    context = {
        "ballot": ballot,
        "proposals": shown_proposals(ballot),
        "decides": viewer.is_publisher,
        "may_record": ballot.takes_proposals_at(ballot.now),
        "may_admit": not ballot.is_closed_at(ballot.now),
    }
    return render(request, "votes/proposals.html", context)


@role_required("editor", "publisher")
@require_http_methods(READ_WRITE)
@sent_once
def proposal_record(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a proposal made orally at a meeting."""
    ballot = ballot_for(Viewer.of(request), slug)
    if not ballot.takes_proposals_at(ballot.now):
        raise Http404
    form = RecordProposalForm(request.POST or None, states=member_states(day_of(ballot.now)))

    def save() -> None:
        data = {**form.cleaned_data, "entity": Entity.objects.get(pk=form.cleaned_data["entity"])}
        services.record_proposal(ballot=ballot, actor=request.viewer, **data)

    return saved_form(
        request,
        form,
        save,
        title=_("Record proposal made at a meeting"),
        crumbs=_crumbs(ballot),
        done_url=reverse("votes:proposals", args=[slug]),
        action_label=_("Record proposal"),
    )


@role_required("publisher")
@require_http_methods(READ_WRITE)
@sent_once
def proposal_decide(request: HttpRequest, slug: str, proposal_id: int, act: str) -> HttpResponse:
    ballot = ballot_for(Viewer.of(request), slug)
    proposal = get_object_or_404(Proposal.objects.select_related("ballot"), ballot=ballot, pk=proposal_id)
    deciding: dict[str, object] = {"proposal": proposal, "actor": request.viewer}
    data = request.POST or None
    form: AdmitForm | MergeForm | DeclineForm
    if act == "admit":
        form, service, title = AdmitForm(data, ballot=ballot), services.admit_proposal, _("Admit proposal")
    elif act == "merge":
        form, service, title = MergeForm(data, proposal=proposal), services.merge_proposal, _("Merge proposal")
    else:
        form, service, title = DeclineForm(data), services.decline_proposal, _("Decline proposal")

    def save() -> None:
        service(**deciding, **(form.values if isinstance(form, MergeForm) else form.cleaned_data))

    lead = proposal.title
    if act == "admit" and ballot.opened_at is not None:
        lead = _(
            "%(title)s. The ballot is open, so a new round will start. Earlier answers will be "
            "carried over, and all delegations taking part will be notified."
        ) % {"title": proposal.title}
    return saved_form(
        request,
        form,
        save,
        title=title,
        crumbs=_crumbs(ballot),
        done_url=reverse("votes:proposals", args=[slug]),
        lead=lead,
        action_label=title,
    )
