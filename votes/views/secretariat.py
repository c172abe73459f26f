"""Pages for staff. They never show drafts of delegations, or answers before the close."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from foundation.editing.pages import saved_form
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from foundation.tables.exports import table_response
from foundation.time.formats import zoned
from foundation.uploads.bodies import takes_files
from foundation.uploads.responses import file_response
from membership.models import Entity
from votes import services
from votes.forms import ExtensionForm, ReceivedVoteForm, RunOffForm
from votes.models import Entitlement, Kind, LedgerEntry, Outcome
from votes.participation import participation_of
from votes.presentation import ShownResult
from votes.views.access import Viewer
from votes.views.ballots import BallotPage
from votes.views.staff import READ_WRITE, ballot_of, confirmed, crumbs_of, publisher
from votes.views.states import entitled_states


@publisher
@require_http_methods(READ_WRITE)
@sent_once
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = ballot_of(request, slug)
    form = ExtensionForm(request.POST or None, ballot=ballot)

    def save() -> None:
        services.extend_ballot(ballot=ballot, actor=request.viewer, **form.cleaned_data)
        messages.success(
            request, _("The deadline has been extended. All delegations taking part will be notified by email.")
        )

    lead = _("Current deadline: %(when)s. All delegations taking part will be notified of the new one.")
    return saved_form(
        request,
        form,
        save,
        title=_("Extend ballot"),
        crumbs=crumbs_of(ballot),
        done_url=ballot.get_absolute_url(),
        lead=lead % {"when": zoned(ballot.closes_at, ballot.zone)},
        action_label=_("Extend deadline"),
    )


# --- Who has answered ------------------------------------------------------------------------------------------------


@publisher
@require_safe
def participation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show participation to publishers, with answers only after the close."""
    ballot = ballot_of(request, slug)
    shown = participation_of(ballot, request.GET.get("show", ""))
    return render(request, "votes/participation.html", {"ballot": ballot, "shown": shown})


@publisher
@require_safe
def participation_export(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    ballot = ballot_of(request, slug)
    header, rows = participation_of(ballot, request.GET.get("show", "")).table()
    return table_response(kind=kind, name=f"{slug}-participation", header=header, rows=rows, viewer=request.viewer)


@publisher
@require_http_methods(READ_WRITE)
@sent_once
@takes_files
def received(request: HttpRequest, slug: str) -> HttpResponse:
    """Record an answer received by note verbale. Until the close only its State can see it."""
    ballot = ballot_of(request, slug)
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
        except Refused as refusal:
            refusal.add_to(form)
        else:
            messages.success(
                request, _("The answer has been recorded. The State has been notified by email and can change it.")
            )
            return redirect("votes:participation", slug=slug)
    context = {"ballot": ballot, "page": BallotPage(ballot, Viewer.of(request)), "form": form}
    return render(request, "votes/received.html", context, status=409 if form.errors else 200)


@publisher
@require_safe
def received_paper(request: HttpRequest, slug: str, entry_hash: str) -> HttpResponse:
    """Download the note verbale. It shows the choice, so publishers get it only after the close."""
    ballot = ballot_of(request, slug)
    entries = LedgerEntry.objects.filter(ballot=ballot, ballot__result__isnull=False, received__isnull=False)
    entry = get_object_or_404(entries.select_related("received__paper"), hash=entry_hash)
    return file_response(entry.received.paper, name=entry.received.paper_name)


# --- After the close -------------------------------------------------------------------------------------------------


@publisher
@require_http_methods(READ_WRITE)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = ballot_of(request, slug)
    number = Entitlement.objects.filter(ballot=ballot, is_entitled=True).count()
    message = ngettext(
        "%(count)s Member State will be notified by email.",
        "%(count)s Member States will be notified by email.",
        number,
    )
    return confirmed(
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
            _("The summary of the result will be visible to: %(whom)s.") % {"whom": ballot.get_audience_display()},
            _("The totals will be visible to: %(whom)s.") % {"whom": ballot.get_totals_audience_display()},
            _("You cannot unpublish a result."),
        ],
        affected=message % {"count": number},
        action_label=_("Publish result") if ballot.takes_answers else _("Declare outcome"),
    )


@publisher
@require_http_methods(READ_WRITE)
def certify(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = ballot_of(request, slug)
    if ballot.kind != Kind.FORMAL:
        raise Http404
    return confirmed(
        request,
        ballot,
        lambda: services.certify_result(ballot=ballot, actor=request.viewer),
        done_url=reverse("votes:results", args=[slug]),
        heading=_("Certify the result of “%(question)s”") % {"question": ballot.question},
        consequences=[
            _("Your name will appear on the results page as the certifying officer."),
            _("A signed certificate will be added to the ledger. You cannot withdraw it."),
        ],
        action_label=_("Certify result"),
    )


@publisher
@require_http_methods(READ_WRITE)
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = ballot_of(request, slug)
    return confirmed(
        request,
        ballot,
        lambda: services.apply_result(ballot=ballot, actor=request.viewer),
        done_url=reverse("votes:results", args=[slug]),
        heading=_("Apply the result of “%(question)s” to the IDM year") % {"question": ballot.question},
        consequences=[
            _(
                "The selected themes or topics of the IDM year will be marked as selected, and the "
                "others as not selected."
            ),
        ],
        action_label=_("Apply result to IDM year"),
    )


@publisher
@require_http_methods(READ_WRITE)
@sent_once
def run_off(request: HttpRequest, slug: str) -> HttpResponse:
    """Create and schedule a run-off between tied options."""
    ballot = ballot_of(request, slug)
    result = getattr(ballot, "result", None)
    if result is None or result.outcome != Outcome.TIE:
        raise Http404
    form = RunOffForm(request.POST or None, ballot=ballot)

    def save() -> None:
        services.hold_run_off(ballot=ballot, actor=request.viewer, **form.values)
        messages.success(request, _("The run-off has been scheduled. It will open automatically."))

    return saved_form(
        request,
        form,
        save,
        title=_("Create run-off"),
        crumbs=crumbs_of(ballot),
        done_url=reverse("votes:results", args=[slug]),
        lead=ShownResult(ballot).sentence,
        action_label=_("Schedule run-off"),
    )
