"""Statements on texts, by delegations or recorded by the secretariat."""

import secrets
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.editing.pages import confirm_page, saved_form
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from foundation.text import Language
from membership.models import Entity
from membership.permissions import member_state_required, role_required
from votes import services
from votes.forms import RecordStatementForm, SendStatementForm, StatementForm
from votes.models import Ballot, Statement, StatementKind
from votes.permissions import may_cast_alone
from votes.views.access import Viewer, ballot_for
from votes.views.ballots import BallotPage
from votes.views.states import entitled_states

publisher = role_required("publisher")
READ_WRITE = ["GET", "HEAD", "POST"]


def _page(request: HttpRequest, slug: str) -> BallotPage:
    viewer = Viewer(request.rights, request.delegation)
    page = BallotPage(ballot_for(viewer, slug), viewer)
    if page.ballot.takes_answers:
        raise Http404
    return page


def _crumbs(ballot: Ballot) -> list[tuple[str, str]]:
    return [(_("Consultations"), reverse("votes:list")), (ballot.question, ballot.get_absolute_url())]


@member_state_required
@require_http_methods(READ_WRITE)
def statement(request: HttpRequest, slug: str) -> HttpResponse:
    """Write and review a statement. Nothing is recorded here."""
    page = _page(request, slug)
    if not page.may_speak_now:
        return redirect(page.ballot)
    if not may_cast_alone(request.delegation):
        return _review(request, page, page.position.statement)
    if request.method != "POST":
        given = page.own_statements
        initial = {"kind": given[0].kind, "text": given[0].text} if given else {}
        if page.awaits_speaking:
            initial = page.position.statement
        return _written(request, page, StatementForm(ballot=page.ballot, initial=initial))
    form = StatementForm(request.POST, ballot=page.ballot)
    if "change" in request.POST or not form.is_valid():
        return _written(request, page, form)
    return _review(request, page, form.cleaned_data)


def _review(request: HttpRequest, page: BallotPage, statement: Mapping[str, str]) -> HttpResponse:
    context = {
        "page": page,
        "ballot": page.ballot,
        "statement": statement,
        "kind": StatementKind(statement["kind"]).label,
        "language": Language(statement["language"]).label,
        "replaces": any(held.kind == statement["kind"] for held in page.own_statements),
        "token": secrets.token_urlsafe(18),
        "delegation": request.delegation,
        "may_change": may_cast_alone(request.delegation),
    }
    return render(request, "votes/statement_review.html", context)


def _written(request: HttpRequest, page: BallotPage, form: StatementForm, *, status: int = 200) -> HttpResponse:
    context = {"page": page, "ballot": page.ballot, "form": form, "delegation": request.delegation}
    return render(request, "votes/statement.html", context, status=status)


@member_state_required
@require_POST
def statement_send(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    form = SendStatementForm(request.POST, ballot=page.ballot)
    if form.is_valid():
        try:
            entry = services.make_statement(
                ballot=page.ballot, delegation=request.delegation, actor=request.viewer, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("votes:receipt", slug=slug, entry_hash=entry.hash)
    return _written(request, page, form, status=409)


@member_state_required
@require_http_methods(READ_WRITE)
def statement_withdraw(request: HttpRequest, slug: str, statement_kind: str) -> HttpResponse:
    """Withdraw the State's statement before the deadline."""
    page = _page(request, slug)
    own = Statement.objects.filter(ballot=page.ballot, entity=request.delegation.entity_id, kind=statement_kind)
    # The last one, withdrawn or not, so that a repeated request finds its first effect.
    held = get_object_or_404(own.select_related("entry").order_by("-made_at", "-pk")[:1])
    problem = ""
    if request.method == "POST":
        try:
            entry = services.withdraw_statement(
                ballot=page.ballot,
                delegation=request.delegation,
                actor=request.viewer,
                kind=statement_kind,
                token=f"withdraw-{held.entry.seq}",
            )
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("votes:receipt", slug=slug, entry_hash=entry.hash)
    consequences = [
        _("The statement will be withdrawn. The ledger keeps the statement and a record of its withdrawal.")
    ]
    if held.kind == StatementKind.OBJECTION:
        consequences.append(_("If there is no other objection at the deadline, the text will be adopted."))
    return confirm_page(
        request,
        crumbs=_crumbs(page.ballot),
        cancel_url=page.ballot.get_absolute_url(),
        problem=problem,
        heading=_("Withdraw your State’s %(kind)s") % {"kind": held.get_kind_display()},
        consequences=consequences,
        action_label=_("Withdraw statement"),
    )


@publisher
@require_http_methods(READ_WRITE)
@sent_once
def statement_record(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a statement made at a meeting or by letter, and notify the State."""
    ballot = ballot_for(Viewer.of(request), slug)
    if ballot.takes_answers or ballot.opened_at is None:
        raise Http404
    form = RecordStatementForm(
        request.POST or None,
        ballot=ballot,
        states=entitled_states(ballot),
        initial={"token": secrets.token_urlsafe(18)},
    )

    def save() -> None:
        data = dict(form.cleaned_data)
        entity = Entity.objects.get(pk=data.pop("entity"))
        services.record_statement(ballot=ballot, entity=entity, actor=request.viewer, **data)
        messages.success(request, _("The statement has been recorded, and the State’s delegation will be notified."))

    return saved_form(
        request,
        form,
        save,
        title=_("Record statement by a State"),
        crumbs=_crumbs(ballot),
        done_url=ballot.get_absolute_url(),
        action_label=_("Record statement"),
    )
