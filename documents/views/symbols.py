"""Symbol patterns, for administrators, and assigning the next symbol to a draft, for editors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import services
from documents.forms.lifecycle import SymbolForm, SymbolPatternForm
from documents.models import Document, SymbolPattern
from documents.permissions import EDITORS
from documents.services.symbols import next_of
from foundation.editing.pages import saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from membership.permissions import role_required

ADMINISTRATORS = ("administrator",)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Documents"), reverse("documents:list")), (_("Symbols"), reverse("documents:symbols"))]


@role_required(*ADMINISTRATORS)
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """List the symbol patterns, each with the symbol that it would assign next."""
    year = timezone.now().year
    rows = [(row, next_of(row, year)) for row in SymbolPattern.objects.order_by("body", "kind")]
    return render(request, "documents/symbol_patterns.html", {"rows": rows, "year": year})


@role_required(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
@sent_once
def pattern_add(request: HttpRequest) -> HttpResponse:
    form = SymbolPatternForm(request.POST or None)
    return saved_form(
        request,
        form,
        lambda: services.add_pattern(actor=request.viewer, **form.values),
        title=_("New symbol pattern"),
        crumbs=_crumbs(),
        done_url=reverse("documents:symbols"),
    )


@role_required(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def pattern_edit(request: HttpRequest, pattern: int) -> HttpResponse:
    row = get_object_or_404(SymbolPattern, pk=pattern)
    form = SymbolPatternForm(request.POST or None, instance=row)
    return saved_form(
        request,
        form,
        lambda: services.change_pattern(row=row, expected=form.expected, actor=request.viewer, **form.values),
        title=_("Symbol pattern"),
        crumbs=_crumbs(),
        done_url=reverse("documents:symbols"),
        remove_url=reverse("documents:symbol-remove", args=[row.pk]),
        lead=_("Symbols already assigned do not change. New ones follow the new pattern."),
    )


@role_required(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def pattern_remove(request: HttpRequest, pattern: int) -> HttpResponse:
    row = get_object_or_404(SymbolPattern, pk=pattern)
    return removal_page(
        request,
        row,
        lambda version: services.remove_pattern(row=row, expected=version, actor=request.viewer),
        heading=lambda held: _("Remove pattern %(pattern)s") % {"pattern": held.pattern},
        consequences=[
            _("Symbols already assigned do not change."),
            _("Symbols for this body and kind will have to be entered manually."),
        ],
        action_label=_("Remove pattern"),
        crumbs=_crumbs(),
        back_url=reverse("documents:symbols"),
    )


@role_required(*EDITORS)
@require_POST
def draft_symbol(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign the next symbol of its series to a draft."""
    drafts = Document.objects.visible_to(request.viewer, timezone.now()).drafts().in_force()
    document = get_object_or_404(drafts, pk=pk)
    form = SymbolForm(request.POST)
    session = form.cleaned_data["session"] if form.is_valid() else None
    try:
        services.assign_symbol(document=document, actor=request.viewer, session=session)
        return redirect(document)
    except Refused as refused:
        context = {"document": document, "reasons": refused.sentences}
        return render(request, "documents/refused.html", context, status=409)
