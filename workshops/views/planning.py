"""Pages where editors plan years, themes, topics, workshops, papers and funding."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.editing.pages import saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.uploads.bodies import takes_files
from membership.permissions import role_required
from workshops import services
from workshops.forms import (
    BudgetLineForm,
    ContributionForm,
    DaysForm,
    MaterialForm,
    NewContributionForm,
    NewMaterialForm,
    NewWorkshopForm,
    ThemeForm,
    TopicForm,
    WorkshopForm,
    YearForm,
)
from workshops.models import BudgetLine, Contribution, IDMYear, Material, Theme, Topic, Workshop
from workshops.views.public import frame

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
editors = role_required("editor")


def _year_crumbs(year: int) -> list[tuple[str, str]]:
    return [(_("Workshops"), reverse("workshops:years")), (f"IDM {year}", _year_url(year))]


def _year_url(year: int) -> str:
    return reverse("workshops:year", args=[year])


def _year_form(request: HttpRequest, year: int, form: Any, save: Any, title: str, remove_url: str = "") -> HttpResponse:
    crumbs, done_url = _year_crumbs(year), _year_url(year)
    return saved_form(request, form, save, title=title, crumbs=crumbs, done_url=done_url, remove_url=remove_url)


def _year_removal(request: HttpRequest, year: int, row: Any, remove: Any, heading: Any = str) -> HttpResponse:
    return removal_page(
        request,
        row,
        remove,
        heading=heading,
        consequences=[_("It will be removed from the year’s page and from all totals.")],
        action_label=_("Remove"),
        crumbs=_year_crumbs(year),
        back_url=_year_url(year),
    )


# --- The year ---------------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
def year_edit(request: HttpRequest, year: int) -> HttpResponse:
    row = get_object_or_404(IDMYear, year=year)
    form = YearForm(request.POST or None, instance=row)
    return _year_form(
        request,
        year,
        form,
        lambda: services.edit_year(year=row, expected=form.expected, actor=request.viewer, **form.values),
        str(row),
    )


@editors
@GET_OR_POST
@sent_once
def theme_add(request: HttpRequest, year: int) -> HttpResponse:
    row = get_object_or_404(IDMYear, year=year)
    form = ThemeForm(request.POST or None)
    return _year_form(
        request,
        year,
        form,
        lambda: services.propose_theme(
            year=row,
            title=form.texts("title"),
            rationale=form.texts("rationale"),
            actor=request.viewer,
        ),
        _("Propose theme"),
    )


@editors
@GET_OR_POST
def theme_edit(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    theme = get_object_or_404(Theme, year__year=year, slug=slug)
    form = ThemeForm(request.POST or None, instance=theme)
    return _year_form(
        request,
        year,
        form,
        lambda: services.edit_theme(theme=theme, expected=form.expected, actor=request.viewer, **form.values),
        theme.title,
    )


@editors
@GET_OR_POST
@sent_once
def topic_add(request: HttpRequest, year: int) -> HttpResponse:
    row = get_object_or_404(IDMYear, year=year)
    form = TopicForm(request.POST or None)
    return _year_form(
        request,
        year,
        form,
        lambda: services.propose_topic(
            year=row,
            letter=services.next_letter(year=row),
            title=form.texts("title"),
            rationale=form.texts("rationale"),
            actor=request.viewer,
        ),
        _("Propose topic"),
    )


@editors
@GET_OR_POST
def topic_edit(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    topic = get_object_or_404(Topic, year__year=year, slug=slug)
    form = TopicForm(request.POST or None, instance=topic)
    return _year_form(
        request,
        year,
        form,
        lambda: services.edit_topic(topic=topic, expected=form.expected, actor=request.viewer, **form.values),
        str(topic),
    )


# --- Money ------------------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def line_add(request: HttpRequest, year: int) -> HttpResponse:
    row = get_object_or_404(IDMYear, year=year)
    form = BudgetLineForm(request.POST or None)
    return _year_form(
        request,
        year,
        form,
        lambda: services.add_budget_line(
            year=row, title=form.texts("title"), actor=request.viewer, **form.plain_values
        ),
        _("Add budget line"),
    )


@editors
@GET_OR_POST
def line_edit(request: HttpRequest, year: int, line_id: int) -> HttpResponse:
    line = get_object_or_404(BudgetLine, pk=line_id, year__year=year)
    form = BudgetLineForm(request.POST or None, instance=line)
    return _year_form(
        request,
        year,
        form,
        lambda: services.edit_budget_line(line=line, expected=form.expected, actor=request.viewer, **form.values),
        line.title,
        remove_url=reverse("workshops:line_remove", args=[year, line_id]),
    )


@editors
@GET_OR_POST
def line_remove(request: HttpRequest, year: int, line_id: int) -> HttpResponse:
    line = get_object_or_404(BudgetLine, pk=line_id, year__year=year)
    return _year_removal(
        request,
        year,
        line,
        lambda version: services.remove_budget_line(line=line, expected=version, actor=request.viewer),
    )


@editors
@GET_OR_POST
@sent_once
def contribution_add(request: HttpRequest, year: int) -> HttpResponse:
    row = get_object_or_404(IDMYear, year=year)
    form = NewContributionForm(request.POST or None, year=row, day=dt.date(year, 1, 1))
    return _year_form(
        request,
        year,
        form,
        lambda: services.record_contribution(
            year=row, note=form.texts("note"), actor=request.viewer, **form.plain_values
        ),
        _("Record contribution"),
    )


@editors
@GET_OR_POST
def contribution_edit(request: HttpRequest, year: int, contribution_id: int) -> HttpResponse:
    row = get_object_or_404(Contribution.objects.select_related("workshop"), pk=contribution_id, year__year=year)
    form = ContributionForm(request.POST or None, instance=row)
    return _year_form(
        request,
        year,
        form,
        lambda: services.edit_contribution(
            contribution=row, expected=form.expected, actor=request.viewer, **form.values
        ),
        _("Contribution"),
        remove_url=reverse("workshops:contribution_remove", args=[year, contribution_id]),
    )


@editors
@GET_OR_POST
def contribution_remove(request: HttpRequest, year: int, contribution_id: int) -> HttpResponse:
    row = get_object_or_404(
        Contribution.objects.select_related("workshop", "donor"), pk=contribution_id, year__year=year
    )
    return _year_removal(
        request,
        year,
        row,
        lambda version: services.remove_contribution(contribution=row, expected=version, actor=request.viewer),
        heading=lambda held: held.donor.code.upper(),
    )


# --- Workshops --------------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def workshop_add(request: HttpRequest, year: int) -> HttpResponse:
    row = get_object_or_404(IDMYear, year=year)
    form = NewWorkshopForm(request.POST or None)
    return _year_form(
        request,
        year,
        form,
        lambda: services.create_workshop(
            year=row,
            title=form.texts("title"),
            description=form.texts("description"),
            actor=request.viewer,
            **form.plain_values,
        ),
        _("New workshop"),
    )


def _workshop(year: int, slug: str) -> Workshop:
    return get_object_or_404(Workshop.objects.at(year, slug).select_related("year", "occasion"))


def _workshop_form(
    request: HttpRequest, workshop: Workshop, form: Any, save: Any, title: str, *, back: str = "", remove_url: str = ""
) -> HttpResponse:
    return saved_form(
        request,
        form,
        save,
        title=title,
        crumbs=_workshop_crumbs(workshop),
        done_url=back or workshop.get_absolute_url(),
        remove_url=remove_url,
    )


def _workshop_crumbs(workshop: Workshop) -> list[tuple[str, str]]:
    return [*frame(workshop)["crumbs"], (workshop.title, workshop.get_absolute_url())]


@editors
@GET_OR_POST
def workshop_edit(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = _workshop(year, slug)
    form = WorkshopForm(request.POST or None, instance=row)
    return _workshop_form(
        request,
        row,
        form,
        lambda: services.edit_workshop(workshop=row, expected=form.expected, actor=request.viewer, **form.values),
        _("Edit workshop"),
    )


@editors
@GET_OR_POST
@sent_once
def workshop_days(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = _workshop(year, slug)
    form = DaysForm(request.POST or None)
    return _workshop_form(
        request,
        row,
        form,
        lambda: services.plan_days(workshop=row, actor=request.viewer, **form.cleaned_data),
        _("Dates and place"),
    )


def _materials_url(workshop: Workshop) -> str:
    return reverse("workshops:materials", args=[workshop.year.year, workshop.slug])


@editors
@GET_OR_POST
@sent_once
@takes_files
def material_add(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = _workshop(year, slug)
    form = NewMaterialForm(request.POST or None, request.FILES or None)

    def save() -> None:
        values = form.plain_values
        services.add_material(
            workshop=row,
            title=form.texts("title"),
            actor=request.viewer,
            **values,
        )

    return _workshop_form(request, row, form, save, _("Add paper"), back=_materials_url(row))


def _material(year: int, slug: str, material_id: int) -> Material:
    rows = Material.objects.select_related("workshop__year", "workshop__occasion")
    return get_object_or_404(rows, pk=material_id, workshop__year__year=year, workshop__slug=slug)


@editors
@GET_OR_POST
def material_edit(request: HttpRequest, year: int, slug: str, material_id: int) -> HttpResponse:
    row = _material(year, slug, material_id)
    form = MaterialForm(request.POST or None, instance=row)
    return _workshop_form(
        request,
        row.workshop,
        form,
        lambda: services.edit_material(material=row, expected=form.expected, actor=request.viewer, **form.values),
        row.title,
        back=_materials_url(row.workshop),
        remove_url=reverse("workshops:material_remove", args=[year, slug, material_id]),
    )


@editors
@GET_OR_POST
def material_remove(request: HttpRequest, year: int, slug: str, material_id: int) -> HttpResponse:
    row = _material(year, slug, material_id)
    return removal_page(
        request,
        row,
        lambda version: services.remove_material(material=row, expected=version, actor=request.viewer),
        heading=lambda held: held.title,
        consequences=[_("The paper will be removed from the page and links to it will stop working.")],
        action_label=_("Remove paper"),
        crumbs=_workshop_crumbs(row.workshop),
        back_url=_materials_url(row.workshop),
    )
