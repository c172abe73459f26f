"""Generated PDFs: briefs and results."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.editing.submissions import sent_once
from foundation.pages.access import public
from foundation.refusals import Refused
from foundation.text import Language
from membership.permissions import member_state_required
from votes import services
from votes.forms import BriefForm
from votes.models import Printout
from votes.services.delegations import settings_of
from votes.views.access import Viewer, ballot_for
from votes.views.ballots import counted_ballot


@member_state_required
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def briefs(request: HttpRequest, slug: str) -> HttpResponse:
    """Request a brief, and list the delegation's earlier ones."""
    delegation = request.delegation
    ballot = ballot_for(Viewer(request.rights, delegation), slug)
    form = BriefForm(request.POST or None, delegation=delegation, held=settings_of(delegation))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.request_brief(
                ballot=ballot, delegation=delegation, actor=request.viewer, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("votes:brief_file", slug=slug, printout_id=made.pk)
    made = _briefs_of(request).filter(ballot=ballot).defer("content", "material").order_by("-asked_at")
    context = {
        "ballot": ballot,
        "form": form,
        "made": made,
        "delegation": delegation,
        "is_closed": ballot.is_closed_at(ballot.now),
    }
    return render(request, "votes/briefs.html", context)


def _briefs_of(request: HttpRequest):
    """Return briefs of the delegation for which the person acts now."""
    own = Printout.objects.filter(kind=Printout.Kind.BRIEF, entity=request.delegation.entity_id)
    return own.select_related("job", "asked_by")


@member_state_required
@require_safe
def brief_file(request: HttpRequest, slug: str, printout_id: str) -> HttpResponse:
    """Show the progress of the job; only a fragment for htmx."""
    row = get_object_or_404(_briefs_of(request), ballot__slug=slug, pk=printout_id)
    address = [slug, printout_id]
    context = _status(row, reverse("votes:brief_file", args=address), reverse("votes:brief_download", args=address))
    context |= {"back": reverse("votes:briefs", args=[slug]), "heading": _("Brief for the capital")}
    return render(request, _template(request), context)


@member_state_required
@require_POST
@sent_once
def brief_send(request: HttpRequest, slug: str, printout_id: str) -> HttpResponse:
    """Send a brief held after a restoration."""
    row = get_object_or_404(_briefs_of(request), ballot__slug=slug, pk=printout_id)
    try:
        services.send_held_brief(printout=row, delegation=request.delegation, actor=request.viewer)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("votes:briefs", slug=slug)


@member_state_required
@require_safe
def brief_download(request: HttpRequest, slug: str, printout_id: str) -> HttpResponse:
    row = get_object_or_404(_briefs_of(request), ballot__slug=slug, pk=printout_id, content__isnull=False)
    return _pdf(row, f"{slug}-brief-{row.language}.pdf")


@public
@require_safe
def results_pdf(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Return the result as a PDF, or the progress of its job."""
    viewer = Viewer.of(request)
    ballot = counted_ballot(viewer, slug)
    if not viewer.sees_result(ballot):
        raise Http404
    row = services.request_result_printout(
        ballot=ballot, language=language, totals=viewer.sees_totals(ballot), choices=viewer.sees_choices(ballot)
    )
    address = reverse("votes:results_pdf", args=[slug, language])
    if row.content is not None and not request.htmx:
        return _pdf(row, f"{slug}-result-{language}.pdf")
    context = _status(row, address, address)
    context |= {"back": reverse("votes:results", args=[slug]), "heading": _("Download result (PDF)")}
    response = render(request, _template(request), context, status=200 if row.content is not None else 202)
    response["Cache-Control"] = "private, no-store"
    return response


def _template(request: HttpRequest) -> str:
    return "votes/_printout.html" if request.htmx else "votes/printout.html"


def _status(row: Printout, status_url: str, file_url: str) -> dict[str, object]:
    name = _("PDF in %(language)s") % {"language": Language(row.language).label}
    size = len(row.content) if row.content is not None else None
    return {"row": row, "status_url": status_url, "file_url": file_url, "name": name, "size": size}


def _pdf(row: Printout, name: str) -> HttpResponse:
    response = HttpResponse(bytes(row.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
