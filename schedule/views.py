"""The timetable editor for all occasions. The public reads releases on the owner's pages."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.editing import Clash
from foundation.editing.forms import VersionedForm
from foundation.editing.pages import saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.pages.access import View
from foundation.refusals import Refused
from membership.models import Entity
from membership.names import names_on
from membership.permissions import role_required
from schedule import services
from schedule.contents import changes_between, programme_content
from schedule.editor import EditorPage, shown_changes
from schedule.forms import AppearanceForm, OccasionForm, RoomForm, SlotForm
from schedule.models import Appearance, Occasion, Room, Slot
from schedule.registry import owner_of
from schedule.warnings import warnings_for

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def editors(view: View) -> View:
    return role_required("editor")(view)


@editors
@require_http_methods(["GET", "HEAD"])
def timetable(request: HttpRequest, occasion_id: int) -> HttpResponse:
    return _timetable(request, get_object_or_404(Occasion, pk=occasion_id))


def _timetable(request: HttpRequest, occasion: Occasion, *, status: int = 200, clash: bool = False) -> HttpResponse:
    page = EditorPage(occasion)
    return render(request, "schedule/timetable.html", {"page": page, "clash": clash}, status=status)


@editors
@GET_OR_POST
def details(request: HttpRequest, occasion_id: int) -> HttpResponse:
    occasion = get_object_or_404(Occasion, pk=occasion_id)
    form = OccasionForm(request.POST or None, instance=occasion)
    return _saved(
        request,
        form,
        occasion,
        lambda: services.edit_occasion(occasion=occasion, expected=form.expected, actor=request.viewer, **form.values),
        title=_("Dates and place"),
    )


@editors
@GET_OR_POST
@sent_once
def release(request: HttpRequest, occasion_id: int) -> HttpResponse:
    occasion = get_object_or_404(Occasion, pk=occasion_id)
    problem = ""
    if request.method == "POST":
        try:
            made = services.release_programme(occasion=occasion, actor=request.viewer)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Release %(number)s has been published.") % {"number": made.number})
            return redirect("schedule:timetable", occasion_id)
    before, draft = occasion.latest_release, programme_content(occasion)
    context = {
        "occasion": occasion,
        "owner": owner_of(occasion),
        "number": before.number + 1 if before else 1,
        "before": before,
        "slots": draft["slots"],
        "changes": shown_changes(changes_between(before.content, draft), occasion.zone) if before else [],
        "warnings": warnings_for(occasion),
        "problem": problem,
    }
    return render(request, "schedule/release.html", context, status=409 if problem else 200)


@editors
@require_POST
def order(request: HttpRequest, occasion_id: int, day: str) -> HttpResponse:
    """Reorder a day (by drag or arrow keys) and answer with the timetable, whose times have changed."""
    occasion = get_object_or_404(Occasion, pk=occasion_id)
    try:
        date, ids = dt.date.fromisoformat(day), [int(value) for value in request.POST.getlist("order")]
    except ValueError as error:
        raise Http404 from error
    expected = request.POST.get("edit_version", "")
    try:
        services.reorder_day(occasion=occasion, day=date, order=ids, expected=expected, actor=request.viewer)
    except (Clash, Refused):
        return _timetable(request, occasion, status=409, clash=True)
    return _timetable(request, occasion)


@editors
@GET_OR_POST
@sent_once
def slot_add(request: HttpRequest, occasion_id: int) -> HttpResponse:
    occasion = get_object_or_404(Occasion, pk=occasion_id)
    form = SlotForm(request.POST or None, occasion=occasion, initial=_after_the_last(occasion, request.GET.get("day")))
    return _saved(
        request,
        form,
        occasion,
        lambda: services.add_slot(
            occasion=occasion,
            title=form.texts("title"),
            description=form.texts("description"),
            actor=request.viewer,
            **form.plain_values,
        ),
        title=_("New slot"),
    )


def _after_the_last(occasion: Occasion, day: str | None) -> dict[str, Any]:
    """Return defaults for a new slot: one hour after the day's last slot, or at nine."""
    try:
        date = dt.date.fromisoformat(day or "")
    except ValueError:
        date = occasion.begins_on
    slots = services.slots.slots_of_day(occasion, date)
    start = max((slot.ends_at for slot in slots), default=occasion.moment(date, dt.time(9)))
    return {"starts_at": start, "ends_at": start + dt.timedelta(hours=1)}


@editors
@GET_OR_POST
def slot_edit(request: HttpRequest, occasion_id: int, slot_id: int) -> HttpResponse:
    slot = get_object_or_404(Slot.objects.select_related("occasion"), pk=slot_id, occasion_id=occasion_id)
    form = SlotForm(request.POST or None, instance=slot, occasion=slot.occasion)
    return _saved(
        request,
        form,
        slot.occasion,
        lambda: services.edit_slot(slot=slot, expected=form.expected, actor=request.viewer, **form.values),
        title=slot.title,
        anchor=f"slot-{slot.pk}",
    )


@editors
@require_POST
def slot_move(request: HttpRequest, occasion_id: int, slot_id: int) -> HttpResponse:
    """Move a slot one step up or down, for browsers without JavaScript."""
    slot = get_object_or_404(Slot.objects.select_related("occasion"), pk=slot_id, occasion_id=occasion_id)
    direction, expected = request.POST.get("move", ""), request.POST.get("edit_version", "")
    try:
        services.move_slot(slot=slot, direction=direction, expected=expected, actor=request.viewer)
    except (Clash, Refused):
        return _timetable(request, slot.occasion, status=409, clash=True)
    return redirect(f"{reverse('schedule:timetable', args=[occasion_id])}#slot-{slot_id}")


@editors
@GET_OR_POST
def slot_remove(request: HttpRequest, occasion_id: int, slot_id: int) -> HttpResponse:
    slot = get_object_or_404(Slot.objects.select_related("occasion"), pk=slot_id, occasion_id=occasion_id)
    people = slot.appearances.count()
    consequences = [_("The slot will be removed from the draft. The published programme will not change.")]
    if people:
        words = ngettext(
            "%(number)s person in this slot will also be removed.",
            "%(number)s people in this slot will also be removed.",
            people,
        )
        consequences.append(words % {"number": people})
    return _removal(
        request,
        slot,
        lambda version: services.remove_slot(slot=slot, expected=version, actor=request.viewer),
        consequences,
        _("Remove slot"),
        heading=lambda held: held.title,
        done=_("“%(title)s” was removed from the draft.") % {"title": slot.title},
    )


@editors
@GET_OR_POST
@sent_once
def appearance_add(request: HttpRequest, occasion_id: int, slot_id: int) -> HttpResponse:
    slot = get_object_or_404(Slot.objects.select_related("occasion"), pk=slot_id, occasion_id=occasion_id)
    form = AppearanceForm(request.POST or None, entities=_entities(slot.occasion))
    return _saved(
        request,
        form,
        slot.occasion,
        lambda: services.add_appearance(
            occasion=slot.occasion,
            slot=slot,
            function=form.texts("function"),
            actor=request.viewer,
            **form.plain_values,
        ),
        title=_("Add a person to “%(title)s”") % {"title": slot.title},
        anchor=f"slot-{slot.pk}",
    )


@editors
@GET_OR_POST
def appearance_edit(request: HttpRequest, occasion_id: int, appearance_id: int) -> HttpResponse:
    appearance = get_object_or_404(
        Appearance.objects.select_related("occasion"), pk=appearance_id, occasion_id=occasion_id
    )
    form = AppearanceForm(request.POST or None, instance=appearance, entities=_entities(appearance.occasion))
    return _saved(
        request,
        form,
        appearance.occasion,
        lambda: services.edit_appearance(
            appearance=appearance, expected=form.expected, actor=request.viewer, **form.values
        ),
        title=appearance.name,
        anchor=f"slot-{appearance.slot_id}",
        remove_url=reverse("schedule:appearance_remove", args=[occasion_id, appearance_id]),
    )


@editors
@GET_OR_POST
def appearance_remove(request: HttpRequest, occasion_id: int, appearance_id: int) -> HttpResponse:
    appearance = get_object_or_404(
        Appearance.objects.select_related("occasion"), pk=appearance_id, occasion_id=occasion_id
    )
    consequences = [_("This person will be removed from the draft. The published programme will not change.")]
    return _removal(
        request,
        appearance,
        lambda version: services.remove_appearance(appearance=appearance, expected=version, actor=request.viewer),
        consequences,
        _("Remove from programme"),
        heading=lambda held: held.name,
    )


@editors
@GET_OR_POST
@sent_once
def room_add(request: HttpRequest, occasion_id: int) -> HttpResponse:
    occasion = get_object_or_404(Occasion, pk=occasion_id)
    form = RoomForm(request.POST or None)
    return _saved(
        request,
        form,
        occasion,
        lambda: services.add_room(
            occasion=occasion,
            name=form.texts("name"),
            capacity=form.cleaned_data["capacity"],
            actor=request.viewer,
        ),
        title=_("New room"),
    )


@editors
@GET_OR_POST
def room_edit(request: HttpRequest, occasion_id: int, room_id: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.select_related("occasion"), pk=room_id, occasion_id=occasion_id)
    form = RoomForm(request.POST or None, instance=room)
    return _saved(
        request,
        form,
        room.occasion,
        lambda: services.edit_room(room=room, expected=form.expected, actor=request.viewer, **form.values),
        title=room.name,
        remove_url=reverse("schedule:room_remove", args=[occasion_id, room_id]),
    )


@editors
@GET_OR_POST
def room_remove(request: HttpRequest, occasion_id: int, room_id: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.select_related("occasion"), pk=room_id, occasion_id=occasion_id)
    return _removal(
        request,
        room,
        lambda version: services.remove_room(room=room, expected=version, actor=request.viewer),
        [_("Slots in this room will be kept without a room.")],
        _("Remove room"),
        heading=lambda held: held.name,
    )


# --- Shared by the forms above ----------------------------------------------------------------------------------------


def _timetable_url(occasion: Occasion, anchor: str = "") -> str:
    url = reverse("schedule:timetable", args=[occasion.pk])
    return f"{url}#{anchor}" if anchor else url


def _crumbs(occasion: Occasion) -> list[tuple[str, str]]:
    owner = owner_of(occasion)
    return [*([(owner.title, owner.url)] if owner else []), (_("Timetable"), _timetable_url(occasion))]


def _saved(
    request: HttpRequest,
    form: VersionedForm,
    occasion: Occasion,
    save: Callable[[], object],
    *,
    title: str,
    anchor: str = "",
    remove_url: str = "",
) -> HttpResponse:
    done_url = _timetable_url(occasion, anchor)
    return saved_form(
        request, form, save, title=title, crumbs=_crumbs(occasion), done_url=done_url, remove_url=remove_url
    )


def _removal(
    request: HttpRequest,
    row: Any,
    remove: Callable[[int], object],
    consequences: list[str],
    action: str,
    **more: Any,
) -> HttpResponse:
    return removal_page(
        request,
        row,
        remove,
        consequences=consequences,
        action_label=action,
        crumbs=_crumbs(row.occasion),
        back_url=_timetable_url(row.occasion),
        **more,
    )


def _entities(occasion: Occasion) -> list[tuple[str, str]]:
    """Return all entities with their names on the first day, in protocol order."""
    ids = Entity.objects.values_list("pk", flat=True)
    names = names_on(ids, occasion.begins_on, get_language())
    return [(str(pk), name.short) for pk, name in names.items()]
