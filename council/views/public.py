from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from council.agenda import AgendaPage
from council.models import Meeting, MeetingKind
from council.permissions import may_edit
from council.revisions import revision_of
from documents.models import Document
from documents.revisions import revision_of as revision_of_documents
from foundation.mail.services import absolute
from foundation.pages.access import public
from foundation.tables.exports import table_response
from schedule.calendar import ics

# --- Revisions for cached pages ---------------------------------------------------------------------------------------


def list_revision(request: HttpRequest) -> Any:
    return revision_of(Meeting.objects.all())


def agenda_revision(request: HttpRequest, slug: str, **more: Any) -> Any:
    """Return the revisions of the meeting and of its public papers, whose release does not change the meeting's own."""
    found = revision_of(Meeting.objects.filter(slug=slug))
    if not found:
        raise Http404
    papers = Document.objects.visible_to(None, timezone.now()).in_force().filter(papers__meeting__slug=slug)
    return found, revision_of_documents(papers.distinct())


# --- Pages ------------------------------------------------------------------------------------------------------------


def found_meeting(slug: str) -> Meeting:
    return get_object_or_404(Meeting.objects.select_related("occasion"), slug=slug)


def frame(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Return the context that all pages of a meeting share."""
    address = [meeting.slug]
    return {
        "meeting": meeting,
        "occasion": meeting.occasion,
        "tab_entries": [
            (_("Overview"), reverse("council:meeting", args=address)),
            (_("Agenda"), reverse("council:agenda", args=address)),
        ],
        "crumbs": [(_("Council"), reverse("council:list"))],
        "edits": edits(request),
    }


def edits(request: HttpRequest) -> bool:
    viewer = getattr(request, "viewer", None)
    return bool(viewer) and may_edit(viewer)


def agenda_for(request: HttpRequest, meeting: Meeting) -> AgendaPage:
    return AgendaPage(meeting, getattr(request, "viewer", None) or None, timezone.now())


@public(revision=list_revision)
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    rows = list(Meeting.objects.select_related("occasion").in_order())
    sections = [
        (MeetingKind.SESSION, _("Sessions of the Council")),
        (MeetingKind.CONSULTATIONS, _("Informal consultations")),
        (MeetingKind.STANDING_COMMITTEE, _("Standing Committee on Programmes and Finance")),
    ]
    shown = [(kind, heading, [row for row in rows if row.kind == kind]) for kind, heading in sections]
    context = {"sections": [section for section in shown if section[2]], "edits": edits(request)}
    return render(request, "council/meeting_list.html", context)


@public
@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    row = found_meeting(slug)
    context = frame(request, row) | {"page": agenda_for(request, row)}
    return render(request, "council/meeting_detail.html", context)


@public(revision=agenda_revision)
@require_safe
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    row = found_meeting(slug)
    context = frame(request, row) | {"page": agenda_for(request, row), "subtitle": _("Agenda")}
    return render(request, "council/agenda.html", context)


@public(revision=agenda_revision)
@require_safe
def agenda_ics(request: HttpRequest, slug: str) -> HttpResponse:
    row = found_meeting(slug)
    content = ics(
        row.occasion,
        name=row.title,
        url=absolute(reverse("council:agenda", args=[slug])),
        language=get_language() or "en",
        release=row.occasion.latest_release,
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}.ics"'
    return response


@public(revision=agenda_revision)
@require_safe
def agenda_table(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    if kind not in {"csv", "xlsx"}:
        raise Http404
    row = found_meeting(slug)
    page = agenda_for(request, row)
    header, rows = page.table()
    return table_response(kind=kind, name=f"{row.slug}-agenda", header=header, rows=rows, viewer=page.viewer)
