"""Public verification: key, ledger and receipts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.pages.access import public
from votes.forms import ReceiptForm
from votes.keys import public_pem
from votes.ledger import export
from votes.models import LedgerEntry
from votes.receipts import check_receipt
from votes.views.access import Viewer, ballot_for, public_revision


@public
@require_safe
def key(request: HttpRequest) -> HttpResponse:
    return HttpResponse(public_pem(), content_type="application/x-pem-file")


@public(revision=public_revision)
@require_safe
def ledger_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Export the ledger once there is a result, with the values this reader may see."""
    viewer = Viewer.of(request)
    ballot = ballot_for(viewer, slug)
    if not viewer.sees_result(ballot):
        raise Http404
    entries = LedgerEntry.objects.filter(ballot=ballot).order_by("seq").select_related("key")
    content = export(ballot=ballot, entries=list(entries), audiences=viewer.audiences)
    return HttpResponse(content, content_type="application/json")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    form = ReceiptForm(request.POST or None)
    context = {"form": form, "checked": None, "unknown": False}
    if form.is_valid():
        try:
            context["checked"] = check_receipt(form.cleaned_data["receipt"])
            context["unknown"] = context["checked"] is None
        except ValueError:
            form.add_error(
                "receipt",
                _("This is not a complete, unchanged receipt from this portal. Copy the whole receipt and try again."),
            )
    response = render(request, "votes/receipts.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
