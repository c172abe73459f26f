"""Speakers' lists: a delegation's page of an item, and the list for staff."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from council import services
from council.forms import SpeakerForm
from council.models import AgendaItem, Meeting
from council.permissions import may_inscribe
from council.views.public import found_meeting
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.names import names_on
from membership.permissions import delegation_required, role_required


@dataclass(frozen=True)
class Speaker:
    place: int
    entity: str
    speaker: str
    group: str
    inscribed_at: dt.datetime
    is_own: bool


def _groups() -> dict[int, Any]:
    return {0: _("Member States"), 1: _("Observer States"), 2: _("Organizations and others")}


def speakers_of(item: AgendaItem, own: int | None = None) -> list[Speaker]:
    """Return the speakers in order, with their names on the meeting's first day."""
    day = item.meeting.occasion.begins_on
    rows = list(item.inscriptions.active().select_related("entity").in_order(day))
    names = names_on((row.entity_id for row in rows), day, get_language() or "en")
    groups = _groups()
    return [
        Speaker(
            place=place,
            entity=names[row.entity_id].short if row.entity_id in names else row.entity.code,
            speaker=row.speaker,
            group=groups[row.rank],
            inscribed_at=row.inscribed_at,
            is_own=row.entity_id == own,
        )
        for place, row in enumerate(rows, start=1)
    ]


def _list_item(slug: str, code: str) -> tuple[Meeting, AgendaItem]:
    """Return an item with a speakers' list that delegations may see. Internal items raise 404."""
    meeting = found_meeting(slug)
    item = get_object_or_404(meeting.items.shown_to_all().exclude(inscription_opens_at=None), code=code)
    item.meeting = meeting
    return meeting, item


@delegation_required
@require_safe
def speakers(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    meeting, item = _list_item(slug, code)
    return _page(request, meeting, item, SpeakerForm())


@delegation_required
@require_POST
@sent_once
def speakers_inscribe(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    meeting, item = _list_item(slug, code)
    form = SpeakerForm(request.POST)
    if not form.is_valid():
        return _page(request, meeting, item, form)
    try:
        services.inscribe(
            item=item, delegation=request.delegation, actor=request.viewer, speaker=form.cleaned_data["speaker"]
        )
    except Refused as refusal:
        return _page(request, meeting, item, form, problem=str(refusal))
    return redirect("council:speakers", slug, code)


@delegation_required
@require_POST
def speakers_withdraw(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    meeting, item = _list_item(slug, code)
    try:
        services.withdraw(item=item, delegation=request.delegation, actor=request.viewer)
    except Refused as refusal:
        return _page(request, meeting, item, SpeakerForm(), problem=str(refusal))
    return redirect("council:speakers", slug, code)


def _page(
    request: HttpRequest, meeting: Meeting, item: AgendaItem, form: SpeakerForm, problem: str = ""
) -> HttpResponse:
    listed = speakers_of(item, request.delegation.entity_id)
    own = next((speaker for speaker in listed if speaker.is_own), None)
    now = database_now()
    day = meeting.occasion.begins_on
    name = names_on([request.delegation.entity_id], day, get_language() or "en").get(request.delegation.entity_id)
    context = {
        "meeting": meeting,
        "occasion": meeting.occasion,
        "item": item,
        "listed": listed,
        "own": own,
        "before": listed[own.place - 2] if own and own.place > 1 else None,
        "after": listed[own.place] if own and own.place < len(listed) else None,
        "delegation": request.delegation,
        "delegation_name": name.short if name else request.delegation.entity.code,
        "is_open": may_inscribe(item, now),
        "opens_later": now < item.inscription_opens_at,
        "form": form,
        "problem": problem,
        "crumbs": _crumbs(meeting),
    }
    return render(request, "council/speakers.html", context, status=409 if problem else 200)


@role_required("editor")
@require_safe
def item_speakers(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    meeting = found_meeting(slug)
    item = get_object_or_404(meeting.items, pk=item_id)
    item.meeting = meeting
    context = {
        "meeting": meeting,
        "occasion": meeting.occasion,
        "item": item,
        "listed": speakers_of(item),
        "crumbs": [*_crumbs(meeting), (_("Edit agenda"), reverse("council:agenda_edit", args=[slug]))],
    }
    return render(request, "council/speakers.html", context)


def _crumbs(meeting: Meeting) -> list[tuple[str, str]]:
    return [
        (_("Council"), reverse("council:list")),
        (meeting.title, meeting.get_absolute_url()),
        (_("Agenda"), reverse("council:agenda", args=[meeting.slug])),
    ]
