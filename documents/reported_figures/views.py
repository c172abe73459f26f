"""Reported figures, for editors: the list, a new figure, its history, and a new value."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents.models import ReportedFigure
from documents.permissions import EDITORS
from documents.reported_figures.forms import FigureForm, ValueForm
from documents.reported_figures.services import enter_figure, report_value
from foundation.editing.pages import saved_form
from foundation.editing.submissions import sent_once
from membership.permissions import role_required
from texts.reading import show
from texts.registry import resolve


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Documents"), reverse("documents:list")), (_("Reported figures"), reverse("documents:reported-list"))]


@role_required(*EDITORS)
@require_safe
def reported_list(request: HttpRequest) -> HttpResponse:
    """List the figures with their present values."""
    rows = list(ReportedFigure.objects.order_by("slug"))
    figures = resolve(row.key for row in rows)
    language = get_language() or "en"
    shown = [(row, figures[row.key], show(figures[row.key], {"key": row.key}, language)) for row in rows]
    return render(request, "documents/reported_figures/reported_list.html", {"rows": shown})


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
@sent_once
def reported_new(request: HttpRequest) -> HttpResponse:
    """Create a figure with its first value."""
    form = FigureForm(request.POST or None)
    return saved_form(
        request,
        form,
        lambda: enter_figure(
            slug=form.cleaned_data["slug"],
            kind=form.cleaned_data["kind"],
            labels=form.labels,
            actor=request.viewer,
            **form.value,
        ),
        title=_("New reported figure"),
        crumbs=_crumbs(),
        done_url=reverse("documents:reported-list"),
        lead=_("Use this for numbers from outside the portal, such as a partner’s count."),
    )


@role_required(*EDITORS)
@require_safe
def reported(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every value that was entered, and by whom."""
    figure = get_object_or_404(ReportedFigure, slug=slug)
    shown = show(resolve([figure.key])[figure.key], {"key": figure.key}, get_language() or "en")
    values = figure.values.select_related("entered_by")
    context = {"figure": figure, "values": values, "shown": shown, "crumbs": _crumbs()}
    return render(request, "documents/reported_figures/reported.html", context)


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
@sent_once
def reported_value(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a value."""
    figure = get_object_or_404(ReportedFigure, slug=slug)
    form = ValueForm(request.POST or None, kind=figure.kind)
    return saved_form(
        request,
        form,
        lambda: report_value(figure=figure, actor=request.viewer, **form.value),
        title=_("New value: %(figure)s") % {"figure": figure.label},
        crumbs=[*_crumbs(), (figure.label, figure.get_absolute_url())],
        done_url=figure.get_absolute_url(),
        lead=_("Drafts that cite it will show the new value. Issued documents keep the old one."),
    )
