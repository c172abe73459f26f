"""Entries of the register: the list, an entry's page, and the forms that change it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.editing.pages import saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from membership.entities import effects, services
from membership.entities.forms import PERIOD_FORMS, DetailsForm, EntryForm, NamesForm
from membership.entities.history import history_of
from membership.entities.listing import EntryFilterForm, entries
from membership.models import Entity, EntityName, Group
from membership.names import Name, names_on
from membership.permissions import role_required

keepers = role_required("protocol")
read_or_send = require_http_methods(["GET", "HEAD", "POST"])
ROWS_A_PAGE = 100


def _today() -> dt.date:
    return timezone.now().date()


def _name_of(entity: Entity) -> str:
    named: dict[int, Name] = names_on([entity.pk], _today(), get_language())
    return named[entity.pk].short if entity.pk in named else entity.code


def _crumbs(entity: Entity | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Keep the register"), reverse("membership:entries"))]
    if entity is not None:
        crumbs.append((_name_of(entity), _page(entity)))
    return crumbs


def _page(entity: Entity) -> str:
    return reverse("membership:entry", kwargs={"code": entity.code})


@keepers
@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    """List all entries, also those without a status, which the public register leaves out."""
    form = EntryFilterForm(request.GET)
    page = Paginator(entries(form, _today(), get_language()), ROWS_A_PAGE).get_page(request.GET.get("page"))
    groups = Group.objects.order_by("kind", "sort_key")
    context = {"form": form, "page": page, "groups": groups, "count": page.paginator.count}
    return render(request, "membership/entities/entries.html", context)


@keepers
@read_or_send
@sent_once
def entry_new(request: HttpRequest) -> HttpResponse:
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("code", "kind", "region")}
        try:
            made = services.create_entity(actor=request.viewer, names=form.names, **values)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The entry was created. Record its status next."))
            return redirect("membership:entry", code=made.code)
    context = {"form": form, "title": _("New entry"), "crumbs": _crumbs(), "done_url": reverse("membership:entries")}
    return render(request, "editing/form.html", context)


@keepers
@require_safe
def entry(request: HttpRequest, code: str) -> HttpResponse:
    entity = get_object_or_404(Entity, code=code)
    today = _today()
    names = list(EntityName.objects.filter(entity=entity).order_by("-begins", "language"))
    regions = dict(Group.objects.filter(kind="region").values_list("code", "name"))
    context = {
        "entity": entity,
        "name": _name_of(entity),
        "region": regions.get(entity.region, ""),
        "crumbs": _crumbs(),
        "names": _by_period(names),
        "statuses": entity.statuses.order_by("-begins"),
        "suspensions": entity.voting_suspensions.order_by("-begins"),
        "memberships": entity.group_memberships.select_related("group").order_by("-begins", "group__sort_key"),
        "today": today,
        "is_state": entity.kind == "state",
    }
    return render(request, "membership/entities/entry.html", context)


def _by_period(names: list[EntityName]) -> list[tuple[EntityName, list[EntityName]]]:
    """Return the names by their period, the latest first."""
    periods: dict[dt.date | None, list[EntityName]] = {}
    for row in names:
        periods.setdefault(row.begins, []).append(row)
    latest_first = sorted(periods, key=lambda begins: begins or dt.date.min, reverse=True)
    return [(periods[begins][0], periods[begins]) for begins in latest_first]


@keepers
@require_safe
def entry_history(request: HttpRequest, code: str) -> HttpResponse:
    entity = get_object_or_404(Entity, code=code)
    context = {"crumbs": _crumbs(entity), "name": _name_of(entity), "events": history_of(entity)}
    return render(request, "membership/entities/history.html", context)


@keepers
@read_or_send
def entry_details(request: HttpRequest, code: str) -> HttpResponse:
    entity = get_object_or_404(Entity, code=code)
    form = DetailsForm(request.POST or None, entity=entity)
    return _form(
        request,
        form,
        lambda: services.change_details(entity=entity, expected=form.expected, actor=request.viewer, **form.values),
        entity=entity,
        title=_("Details"),
        consequences=lambda: effects.of_region(
            entity, entity.region, form.cleaned_data["region"], form.cleaned_data["region_from"] or _today()
        ),
    )


@keepers
@read_or_send
@sent_once
def names_succeed(request: HttpRequest, code: str) -> HttpResponse:
    """Record new names from a day on; the present ones end on that day."""
    entity = get_object_or_404(Entity, code=code)
    present = list(EntityName.objects.on(_today()).filter(entity=entity).select_related("entity"))
    form = NamesForm(request.POST or None, names=present, with_day=True)
    return _form(
        request,
        form,
        lambda: services.succeed_names(
            entity=entity, begins=form.cleaned_data["begins"], names=form.names, actor=request.viewer
        ),
        entity=entity,
        title=_("New names from a day"),
        consequences=lambda: effects.of_names(entity, form.cleaned_data["begins"], is_correction=False),
    )


@keepers
@read_or_send
def names_correct(request: HttpRequest, code: str, name_id: int) -> HttpResponse:
    entity = get_object_or_404(Entity, code=code)
    name = get_object_or_404(EntityName.objects.select_related("entity"), pk=name_id, entity=entity)
    form = NamesForm(request.POST or None, names=services.names_of_period(name))
    return _form(
        request,
        form,
        lambda: services.correct_names(name=name, names=form.names, expected=form.expected, actor=request.viewer),
        entity=entity,
        title=_("Correct names"),
        lead=_("For a mistake. If the name itself has changed, record new names from a day."),
        consequences=lambda: effects.of_names(entity, name.begins, is_correction=True),
    )


# --- Status, suspensions and groups -----------------------------------------------------------------------------------


def _titles(kind: str) -> tuple[str, str, str]:
    """Return the titles of the pages that add, change and remove a row."""
    return {
        "status": (_("New status"), _("Change status"), _("Remove status")),
        "suspension": (_("Suspend the right to vote"), _("Change suspension"), _("Remove suspension")),
        "group": (_("Join a group"), _("Change membership"), _("Remove membership")),
    }[kind]


@keepers
@read_or_send
@sent_once
def period_add(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    entity = get_object_or_404(Entity, code=code)
    form = PERIOD_FORMS[kind](request.POST or None)
    return _form(
        request,
        form,
        lambda: services.add_period(kind=kind, entity=entity, actor=request.viewer, **form.values),
        entity=entity,
        title=_titles(kind)[0],
        consequences=lambda: effects.OF_PERIODS[kind](entity, form.cleaned_data),
    )


def _period(code: str, kind: str, row_id: int) -> Any:
    rows = services.PERIODS[kind].model.objects.select_related("entity")
    if kind == "group":
        # Regional groups are changed with the details of the entry.
        rows = rows.filter(group__kind="group")
    return get_object_or_404(rows, pk=row_id, entity__code=code)


@keepers
@read_or_send
def period_edit(request: HttpRequest, code: str, kind: str, row_id: int) -> HttpResponse:
    row = _period(code, kind, row_id)
    form = PERIOD_FORMS[kind](request.POST or None, row=row)
    return _form(
        request,
        form,
        lambda: services.change_period(row=row, expected=form.expected, actor=request.viewer, **form.values),
        entity=row.entity,
        title=_titles(kind)[1],
        lead=_("To end it, enter the first day on which it is no longer valid."),
        consequences=lambda: effects.OF_PERIODS[kind](row.entity, form.cleaned_data, row),
        remove_url=reverse("membership:period_remove", kwargs={"code": code, "kind": kind, "row_id": row_id}),
    )


@keepers
@read_or_send
def period_remove(request: HttpRequest, code: str, kind: str, row_id: int) -> HttpResponse:
    row = _period(code, kind, row_id)
    return removal_page(
        request,
        row,
        lambda version: services.remove_period(row=row, expected=version, actor=request.viewer),
        consequences=[
            _("The row will be deleted, as if it had never applied. To end it from a day, change it instead."),
            _("Votes that have opened keep their list of States. The history of the entry keeps the row."),
        ],
        action_label=_titles(kind)[2],
        crumbs=_crumbs(row.entity),
        back_url=_page(row.entity),
        heading=lambda held: f"{_name_of(held.entity)}: {held.group.name if kind == 'group' else held.decision}",
        version_of=services.period_version,
    )


def _form(
    request: HttpRequest,
    form: Any,
    save: Callable[[], object],
    *,
    entity: Entity,
    title: str,
    consequences: Callable[[], Sequence[str]],
    **more: Any,
) -> HttpResponse:
    page = _page(entity)
    return saved_form(
        request,
        form,
        save,
        title=f"{title}: {_name_of(entity)}",
        crumbs=_crumbs(entity),
        done_url=page,
        consequences=consequences,
        **more,
    )
