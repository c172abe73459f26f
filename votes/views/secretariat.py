"""What the secretariat does with a ballot. Nothing here shows what delegations prepare or, before the close, chose."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from foundation.editing.pages import add_errors, confirm_page, saved_form
from foundation.tables.exports import table_response
from foundation.time.formats import zoned
from foundation.uploads.responses import file_response
from membership.models import Entity
from membership.permissions import role_required
from votes import services
from votes.forms import (
    AnswerForm,
    BallotForm,
    ExtensionForm,
    OptionForm,
    ReceivedVoteForm,
    RunOffForm,
    StatementForm,
)
from votes.models import Ballot, Entitlement, Kind, LedgerEntry, Option, Outcome
from votes.participation import participation_of
from votes.showing import ShownResult
from votes.views.access import Viewer, ballot_for
from votes.views.ballots import BallotPage
from votes.views.states import entitled_states

preparer = role_required("editor", "publisher")
publisher = role_required("publisher")
READ_WRITE = ["GET", "HEAD", "POST"]


def _ballot(request: HttpRequest, slug: str) -> Ballot:
    return ballot_for(Viewer.of(request), slug)


def _crumbs(ballot: Ballot | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Consultations"), reverse("votes:list"))]
    return [*crumbs, (ballot.question, ballot.get_absolute_url())] if ballot else crumbs


# --- Preparing -------------------------------------------------------------------------------------------------------


@preparer
@require_http_methods(READ_WRITE)
def ballot_create(request: HttpRequest) -> HttpResponse:
    form = BallotForm(request.POST or None)

    def save() -> None:
        services.create_ballot(actor=request.viewer, **form.values)

    slug = form.data.get("slug", "") if form.is_bound and form.is_valid() else ""
    done_url = reverse("votes:options", args=[slug]) if slug else reverse("votes:list")
    return saved_form(
        request,
        form,
        save,
        title=_("New ballot"),
        crumbs=_crumbs(),
        done_url=done_url,
        action_label=_("Save the draft"),
    )


@preparer
@require_http_methods(READ_WRITE)
def ballot_edit(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _draft(request, slug)
    form = BallotForm(request.POST or None, instance=ballot)

    def save() -> None:
        services.edit_ballot(ballot=ballot, expected=form.expected, actor=request.viewer, **form.values)

    return saved_form(
        request,
        form,
        save,
        title=_("Edit the ballot"),
        crumbs=_crumbs(ballot),
        done_url=reverse("votes:options", args=[slug]),
    )


def _draft(request: HttpRequest, slug: str) -> Ballot:
    """Pages that change a ballot exist for drafts alone."""
    ballot = _ballot(request, slug)
    if not ballot.is_draft:
        raise Http404
    return ballot


@preparer
@require_safe
def options(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _ballot(request, slug)
    return render(
        request, "votes/options.html", {"ballot": ballot, "options": ballot.options.prefetch_related("papers")}
    )


@preparer
@require_http_methods(READ_WRITE)
def option_add(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _draft(request, slug)
    return _option_form(request, ballot, None, _("Add an option"))


@preparer
@require_http_methods(READ_WRITE)
def option_edit(request: HttpRequest, slug: str, option_id: int) -> HttpResponse:
    ballot = _draft(request, slug)
    return _option_form(request, ballot, get_object_or_404(ballot.options, pk=option_id), _("Edit the option"))


def _option_form(request: HttpRequest, ballot: Ballot, option: Option | None, title: str) -> HttpResponse:
    form = OptionForm(request.POST or None, instance=option)

    def save() -> None:
        expected = form.expected if option else None
        services.save_option(ballot=ballot, actor=request.viewer, option=option, expected=expected, **form.values)

    return saved_form(
        request,
        form,
        save,
        title=title,
        crumbs=_crumbs(ballot),
        done_url=reverse("votes:options", args=[ballot.slug]),
        remove_url=reverse("votes:option_remove", args=[ballot.slug, option.pk]) if option else "",
    )


@preparer
@require_http_methods(READ_WRITE)
def option_remove(request: HttpRequest, slug: str, option_id: int) -> HttpResponse:
    ballot = _draft(request, slug)
    option = get_object_or_404(ballot.options, pk=option_id)
    return _confirmed(
        request,
        ballot,
        lambda: services.remove_option(option=option, actor=request.viewer),
        done_url=reverse("votes:options", args=[slug]),
        heading=str(option),
        consequences=[_("The option leaves the draft.")],
        action_label=_("Remove the option"),
    )


def _confirmed(
    request: HttpRequest, ballot: Ballot, act: Callable[[], object], *, done_url: str, **page: Any
) -> HttpResponse:
    """Says what will happen and to whom; the act after it was confirmed; on a refusal the page with the reason."""
    problem = ""
    if request.method == "POST":
        try:
            act()
        except ValidationError as refusal:
            problem = " ".join(refusal.messages)
        else:
            return redirect(done_url)
    return confirm_page(request, crumbs=_crumbs(ballot), cancel_url=done_url, problem=problem, **page)


@preparer
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The page on which delegates will choose, as it will look; nothing can be sent from here."""
    ballot = _ballot(request, slug)
    page = BallotPage(ballot, Viewer.of(request))
    form, template = AnswerForm(ballot=ballot), "votes/answer.html"
    if not ballot.takes_answers:
        form, template = StatementForm(ballot=ballot), "votes/statement.html"
    return render(request, template, {"page": page, "ballot": ballot, "form": form, "preview": True})


@publisher
@require_http_methods(READ_WRITE)
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """The list that is gone through, and the act that sets the ballot."""
    ballot = _draft(request, slug)
    problem = ""
    if request.method == "POST":
        try:
            services.set_ballot(ballot=ballot, actor=request.viewer)
        except ValidationError as refusal:
            problem = " ".join(refusal.messages)
        else:
            opened = _("The adoption is recorded. Delegations are told, and statements are taken from now on.")
            ahead = _("The ballot is set. It opens by itself at its time.")
            messages.success(request, opened if ballot.kind == Kind.ADOPTION else ahead)
            return redirect(ballot)
    checks = services.checklist(ballot, ballot.now)
    context = {
        "ballot": ballot,
        "page": BallotPage(ballot, Viewer.of(request)),
        "checks": checks,
        "problem": problem,
        "ready": all(line.is_met for line in checks if line.blocks),
    }
    return render(request, "votes/check.html", context, status=409 if problem else 200)


@publisher
@require_http_methods(READ_WRITE)
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _ballot(request, slug)
    return _confirmed(
        request,
        ballot,
        lambda: services.take_back_ballot(ballot=ballot, actor=request.viewer),
        done_url=ballot.get_absolute_url(),
        heading=ballot.question,
        consequences=[_("It becomes a draft again and nobody but staff sees it."), _("It will not open by itself.")],
        action_label=_("Take back"),
    )


@publisher
@require_http_methods(READ_WRITE)
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _ballot(request, slug)
    form = ExtensionForm(request.POST or None, ballot=ballot)

    def save() -> None:
        services.extend_ballot(ballot=ballot, actor=request.viewer, **form.cleaned_data)
        messages.success(request, _("The deadline is moved. All delegations that take part are told by mail."))

    lead = _("Present deadline: %(when)s. All delegations that take part are told of the new one.")
    return saved_form(
        request,
        form,
        save,
        title=_("Extend the ballot"),
        crumbs=_crumbs(ballot),
        done_url=ballot.get_absolute_url(),
        lead=lead % {"when": zoned(ballot.closes_at, ballot.zone)},
        action_label=_("Move the deadline"),
    )


# --- Who has answered ------------------------------------------------------------------------------------------------


@publisher
@require_safe
def participation(request: HttpRequest, slug: str) -> HttpResponse:
    """For publishers alone; what was chosen only after the close."""
    ballot = _ballot(request, slug)
    shown = participation_of(ballot, request.GET.get("show", ""))
    return render(request, "votes/participation.html", {"ballot": ballot, "shown": shown})


@publisher
@require_safe
def participation_export(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    ballot = _ballot(request, slug)
    header, rows = participation_of(ballot, request.GET.get("show", "")).table()
    return table_response(kind=kind, name=f"{slug}-participation", header=header, rows=rows, viewer=request.viewer)


@publisher
@require_http_methods(READ_WRITE)
def received(request: HttpRequest, slug: str) -> HttpResponse:
    """An answer that came by note verbale. What was entered is shown to its State alone, until the close."""
    ballot = _ballot(request, slug)
    if not ballot.takes_answers or ballot.is_secret or not ballot.is_open_at(ballot.now):
        raise Http404
    form = ReceivedVoteForm(
        request.POST or None,
        request.FILES or None,
        ballot=ballot,
        states=entitled_states(ballot),
        initial={"token": secrets.token_urlsafe(18)},
    )
    if request.method == "POST" and form.is_valid():
        entity = Entity.objects.get(pk=form.cleaned_data["entity"])
        try:
            services.record_vote(ballot=ballot, entity=entity, actor=request.viewer, **form.values)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The answer is entered. The State is told by mail and can change it."))
            return redirect("votes:participation", slug=slug)
    context = {"ballot": ballot, "page": BallotPage(ballot, Viewer.of(request)), "form": form}
    return render(request, "votes/received.html", context, status=409 if form.errors else 200)


@publisher
@require_safe
def received_paper(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The paper says what was chosen: for publishers only after the close."""
    ballot = _ballot(request, slug)
    entries = LedgerEntry.objects.filter(ballot=ballot, ballot__result__isnull=False, received__isnull=False)
    entry = get_object_or_404(entries.select_related("received__paper"), seq=number)
    return file_response(entry.received.paper, name=entry.received.paper_name)


# --- After the close -------------------------------------------------------------------------------------------------


@publisher
@require_http_methods(READ_WRITE)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _ballot(request, slug)
    number = Entitlement.objects.filter(ballot=ballot, is_entitled=True).count()
    told = ngettext("%(count)s Member State is told by mail.", "%(count)s Member States are told by mail.", number)
    return _confirmed(
        request,
        ballot,
        lambda: services.publish_result(ballot=ballot, actor=request.viewer),
        done_url=reverse("votes:results", args=[slug]),
        heading=(
            _("Publish the result of “%(question)s”")
            if ballot.takes_answers
            else _("Declare the outcome of “%(question)s”")
        )
        % {"question": ballot.question},
        consequences=[
            _("The result in a sentence can be read by: %(whom)s.") % {"whom": ballot.get_audience_display()},
            _("The totals can be read by: %(whom)s.") % {"whom": ballot.get_totals_audience_display()},
            _("A published result stays published."),
        ],
        affected=told % {"count": number},
        action_label=_("Publish the result") if ballot.takes_answers else _("Declare the outcome"),
    )


@publisher
@require_http_methods(READ_WRITE)
def certify(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _ballot(request, slug)
    if ballot.kind != Kind.FORMAL:
        raise Http404
    return _confirmed(
        request,
        ballot,
        lambda: services.certify_result(ballot=ballot, actor=request.viewer),
        done_url=reverse("votes:results", args=[slug]),
        heading=_("Certify the result of “%(question)s”") % {"question": ballot.question},
        consequences=[
            _("Your name stands on the page of the result as that of the officer who vouches for it."),
            _("A signed certificate goes with the ledger. It cannot be taken back."),
        ],
        action_label=_("Certify the result"),
    )


@publisher
@require_http_methods(READ_WRITE)
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _ballot(request, slug)
    return _confirmed(
        request,
        ballot,
        lambda: services.apply_result(ballot=ballot, actor=request.viewer),
        done_url=reverse("votes:results", args=[slug]),
        heading=_("Take over what was selected in “%(question)s”") % {"question": ballot.question},
        consequences=[
            _("The selected themes or topics of the IDM year are marked as selected, the others as not selected."),
        ],
        action_label=_("Take over the selection"),
    )


@publisher
@require_http_methods(READ_WRITE)
def run_off(request: HttpRequest, slug: str) -> HttpResponse:
    """Among the tied, in one act: the new ballot is made, filled and set."""
    ballot = _ballot(request, slug)
    result = getattr(ballot, "result", None)
    if result is None or result.outcome != Outcome.TIE:
        raise Http404
    form = RunOffForm(request.POST or None, ballot=ballot)

    def save() -> None:
        services.hold_run_off(ballot=ballot, actor=request.viewer, **form.values)
        messages.success(request, _("The run-off is set. It opens by itself at its time."))

    return saved_form(
        request,
        form,
        save,
        title=_("Hold a run-off"),
        crumbs=_crumbs(ballot),
        done_url=reverse("votes:results", args=[slug]),
        lead=ShownResult(ballot).sentence,
        action_label=_("Set the run-off"),
    )
