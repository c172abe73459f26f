"""Deadlines of a person's States as `.ics`, for download or through a personal link."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.mail.services import absolute
from foundation.time.clock import database_now
from membership.models import Person
from membership.permissions import member_state_required, personal_link
from votes import services
from votes.calendar import ballots_of, deadlines_ics
from votes.models import CalendarLink
from votes.services.delegations import person_of_calendar


@member_state_required
@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    return _calendar(request.viewer)


@personal_link
@require_safe
def deadlines_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Return the calendar of a link; 404 for a replaced link or an inactive account."""
    person = person_of_calendar(token)
    if person is None:
        raise Http404
    with translation.override(person.language):
        return _calendar(person)


def _calendar(person: Person) -> HttpResponse:
    response = HttpResponse(deadlines_ics(ballots_of(person, database_now())), content_type="text/calendar")
    response["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@member_state_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_link(request: HttpRequest) -> HttpResponse:
    """Create or cancel the calendar link. It is shown once, and a new one replaces the old one."""
    address = ""
    if request.method == "POST" and "end" in request.POST:
        services.end_calendar_link(person=request.viewer)
        messages.success(request, _("The calendar link has been cancelled."))
        return redirect("votes:calendar_link")
    if request.method == "POST":
        address = absolute(reverse("votes:deadlines_feed", args=[services.make_calendar_link(person=request.viewer)]))
    held = CalendarLink.objects.filter(person=request.viewer).first()
    return render(request, "votes/calendar_link.html", {"address": address, "held": held})
