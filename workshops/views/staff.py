"""Pages where editors manage participants."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.editing import Clash
from foundation.editing.pages import posted_version, saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from foundation.tables.exports import table_response
from foundation.text import fold
from membership.names import names_on
from membership.permissions import role_required
from workshops import services
from workshops.counts import HEADINGS
from workshops.forms import ParticipantForm, SuccessorForm
from workshops.models import Attendance, Participant, ParticipantState, Workshop
from workshops.views.public import frame

ON_A_PAGE = 100
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
editors = role_required("editor")


def _workshop(year: int, slug: str) -> Workshop:
    rows = Workshop.objects.at(year, slug).select_related("year", "occasion")
    return get_object_or_404(rows.exclude(occasion=None))


def _participant(year: int, slug: str, participant_id: int) -> Participant:
    rows = Participant.objects.select_related("workshop__year", "workshop__occasion", "entity")
    return get_object_or_404(rows, pk=participant_id, workshop__year__year=year, workshop__slug=slug)


def _list_url(workshop: Workshop) -> str:
    return reverse("workshops:manage_participants", args=[workshop.year.year, workshop.slug])


def _crumbs(workshop: Workshop) -> list[tuple[str, str]]:
    return [
        *frame(workshop)["crumbs"],
        (workshop.title, workshop.get_absolute_url()),
        (_("Registrations"), _list_url(workshop)),
    ]


def _filtered(request: HttpRequest, workshop: Workshop) -> tuple[Any, dict[str, str]]:
    """Return participants by the filters of the address. Invalid values are ignored."""
    state, attendance = request.GET.get("state", ""), request.GET.get("attendance", "")
    text = request.GET.get("q", "").strip()[:100]
    wanted = Q(workshop=workshop)
    if state in ParticipantState.values:
        wanted &= Q(state=state)
    if attendance in Attendance.values:
        wanted &= Q(attendance=attendance)
    if text:
        wanted &= Q(name_key__contains=fold(text)) | Q(email__icontains=text)
    rows = Participant.objects.filter(wanted).select_related("entity").order_by("name_key", "pk")
    return rows, {"state": state, "attendance": attendance, "q": text}


@editors
@require_safe
def participants(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    workshop = _workshop(year, slug)
    rows, wanted = _filtered(request, workshop)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    names = names_on((row.entity_id for row in people), workshop.occasion.begins_on, get_language())
    context = frame(workshop, _("Registrations")) | {
        "crumbs": _crumbs(workshop)[:-1],
        "page": page,
        "rows": [(row, names[row.entity_id].short if row.entity_id in names else row.entity.code) for row in people],
        "wanted": wanted,
        "states": ParticipantState.choices,
        "attendances": Attendance.choices,
        "address": request.GET.urlencode(),
        "waiting": workshop.participants.awaiting_confirmation().count(),
    }
    return render(request, "workshops/manage_participants.html", context)


@editors
@require_safe
def participants_table(request: HttpRequest, year: int, slug: str, kind: str) -> HttpResponse:
    """Download all columns that staff see, including addresses. The log records who downloaded it."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    workshop = _workshop(year, slug)
    rows = list(_filtered(request, workshop)[0])
    names = names_on((row.entity_id for row in rows), workshop.occasion.begins_on, get_language())
    header = [
        _("Name"),
        _("Function"),
        _("State or organization"),
        _("Category"),
        _("Email address"),
        pgettext("progress", "Status"),
        _("Attendance"),
        _("In public list"),
    ]
    table = (
        (
            row.full_name,
            row.function,
            names[row.entity_id].short if row.entity_id in names else row.entity.code,
            str(HEADINGS[row.entity.kind]),
            row.email,
            row.get_state_display(),
            row.get_attendance_display(),
            _("yes") if row.consents_to_listing else _("no"),
        )
        for row in rows
    )
    name = f"{workshop.permanent_id}-{_('registrations')}"
    return table_response(kind=kind, name=name, header=header, rows=table, viewer=request.viewer)


def _sent_rows(request: HttpRequest) -> dict[int, services.Seen]:
    """Return the submitted rows by participant id, from the fields `attendance-<id>` and `shown-<id>`."""
    rows = {}
    for name, value in request.POST.items():
        prefix, _dash, number = name.rpartition("-")
        shown = request.POST.get(f"shown-{number}")
        if prefix == "attendance" and number.isdecimal() and shown:
            rows[int(number)] = services.Seen(value, shown)
    return rows


def _left_alone(row: Participant) -> str:
    """Return a sentence that says why a row of the submitted list was not saved."""
    words = _("Someone else has set %(name)s to “%(attendance)s” in the meantime. Your entry was not saved.")
    if row.state != ParticipantState.CONFIRMED:
        words = _("The registration of %(name)s is no longer confirmed. Your entry was not saved.")
    return words % {"name": row.full_name, "attendance": row.get_attendance_display()}


@editors
@require_POST
def attendance(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """Save one page of attendance: `attendance-<id>` for each person on it."""
    workshop = _workshop(year, slug)
    try:
        done = services.record_attendance(workshop=workshop, attendance=_sent_rows(request), actor=request.viewer)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        number = done.changed
        words = ngettext("Attendance saved for %(number)d person.", "Attendance saved for %(number)d people.", number)
        messages.success(request, words % {"number": number})
        for row in done.clashes:
            messages.warning(request, _left_alone(row))
    address = request.GET.urlencode()
    return redirect(f"{_list_url(workshop)}?{address}" if address else _list_url(workshop))


@editors
@GET_OR_POST
@sent_once
def participant_add(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    workshop = _workshop(year, slug)
    form = ParticipantForm(request.POST or None, workshop=workshop)
    return saved_form(
        request,
        form,
        lambda: services.register_participant(workshop=workshop, actor=request.viewer, **form.values),
        title=_("Register a participant"),
        crumbs=_crumbs(workshop),
        done_url=_list_url(workshop),
    )


@editors
@GET_OR_POST
def participant_edit(request: HttpRequest, year: int, slug: str, participant_id: int) -> HttpResponse:
    row = _participant(year, slug, participant_id)
    form = ParticipantForm(request.POST or None, instance=row, workshop=row.workshop)
    return saved_form(
        request,
        form,
        lambda: services.edit_participant(participant=row, expected=form.expected, actor=request.viewer, **form.values),
        title=row.full_name,
        crumbs=_crumbs(row.workshop),
        done_url=_list_url(row.workshop),
        remove_url=reverse("workshops:participant_remove", args=[year, slug, row.pk]),
    )


@editors
@require_POST
@sent_once
def participant_confirm(request: HttpRequest, year: int, slug: str, participant_id: int) -> HttpResponse:
    row = _participant(year, slug, participant_id)
    try:
        services.confirm_participant(participant=row, expected=posted_version(request), actor=request.viewer)
    except Clash as clash:
        return clash_response(request, clash, cancel_url=_list_url(row.workshop), title=row.full_name)
    messages.success(
        request,
        _("The registration of %(name)s is confirmed. A confirmation email is being sent.") % {"name": row.full_name},
    )
    return redirect(f"{_list_url(row.workshop)}?state=registered")


@editors
@GET_OR_POST
@sent_once
def participant_hand_over(request: HttpRequest, year: int, slug: str, participant_id: int) -> HttpResponse:
    row = _participant(year, slug, participant_id)
    initial = {"edit_version": row.edit_version, "language": row.language}
    form = SuccessorForm(request.POST or None, initial=initial)

    def save() -> None:
        details = dict(form.cleaned_data)
        expected = details.pop("edit_version")
        services.hand_over(participant=row, expected=expected, actor=request.viewer, **details)

    return saved_form(
        request,
        form,
        save,
        title=_("Replace %(name)s") % {"name": row.full_name},
        crumbs=_crumbs(row.workshop),
        done_url=_list_url(row.workshop),
        action_label=_("Replace"),
    )


@editors
@GET_OR_POST
def participant_cancel(request: HttpRequest, year: int, slug: str, participant_id: int) -> HttpResponse:
    row = _participant(year, slug, participant_id)
    consequences = [
        _("The person will be removed from the list and the counts, and the personal link will stop working."),
        _("The registration and its history will be kept."),
    ]
    return _ended(request, row, services.cancel_participant, consequences, _("Cancel registration"))


@editors
@GET_OR_POST
def participant_remove(request: HttpRequest, year: int, slug: str, participant_id: int) -> HttpResponse:
    row = _participant(year, slug, participant_id)
    consequences = [
        _("The registration will be deleted. Counts in draft documents will show one participant fewer."),
        _("Issued documents will not change."),
    ]
    return _ended(request, row, services.remove_participant, consequences, _("Delete registration"))


def _ended(
    request: HttpRequest, row: Participant, act: Any, consequences: list[str], action_label: str
) -> HttpResponse:
    return removal_page(
        request,
        row,
        lambda version: act(participant=row, expected=version, actor=request.viewer),
        heading=lambda held: held.full_name,
        consequences=consequences,
        action_label=action_label,
        crumbs=_crumbs(row.workshop),
        back_url=_list_url(row.workshop),
    )
