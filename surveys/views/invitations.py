"""Invitations, reminders, and the answers of States."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from foundation.editing.submissions import sent_once
from foundation.jobs.models import Job
from foundation.tables.exports import table_response
from foundation.time.clock import database_now
from surveys import services
from surveys.models import Survey
from surveys.named_responses import entity_rows, response_table
from surveys.pages import staff_tabs
from surveys.results import answered_counts
from surveys.services.invitations import REMINDERS_AT_MOST
from surveys.views.common_pages import editors, run_act, survey_or_404


@editors
@require_safe
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    now = database_now()
    rounds = list(survey.reminder_rounds.all())
    context = {
        "survey": survey,
        "state": survey.state(now),
        "counts": answered_counts(survey),
        "rounds": rounds,
        "rounds_left": REMINDERS_AT_MOST - len(rounds),
        "job": _sending_job(survey),
        "entities": [] if survey.anonymous else entity_rows(survey, now.date()),
        "tabs": staff_tabs(survey, request.rights),
    }
    return render(request, "surveys/invitations.html", context)


@editors
@require_safe
def sending(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the progress of sending."""
    survey = survey_or_404(slug)
    job = _sending_job(survey)
    if job is None:
        raise Http404
    context = {"job": job, "status_url": reverse("surveys:sending", args=[slug]), "name": _("Invitations")}
    return render(request, "components/job_fragment.html", context)


@editors
@require_POST
@sent_once
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)

    def act() -> str:
        number = services.invite(survey=survey)
        return ngettext("%(number)s invitation added.", "%(number)s invitations added.", number) % {"number": number}

    return run_act(request, survey, act)


@editors
@require_POST
@sent_once
def send(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)

    def act() -> str:
        services.send_invitations(survey=survey, actor=request.viewer)
        return _("The invitations are being sent.")

    return run_act(request, survey, act)


@editors
@require_POST
@sent_once
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)

    def act() -> str:
        made = services.remind(survey=survey, actor=request.viewer)
        return ngettext(
            "A reminder will be sent to %(number)s person.",
            "A reminder will be sent to %(number)s people.",
            made.addressed,
        ) % {"number": made.addressed}

    return run_act(request, survey, act)


@editors
@require_safe
def responses(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Export the answers of all States; 404 for an anonymous survey."""
    survey = get_object_or_404(Survey.objects.filter(anonymous=False, is_settled=True), slug=slug)
    header, rows = response_table(survey, database_now().date())
    return table_response(kind=kind, name=f"{slug}-responses", header=header, rows=rows, viewer=request.viewer)


def _sending_job(survey: Survey) -> Job | None:
    return Job.objects.filter(kind="surveys.send_invitations", key=survey.slug).order_by("-requested_at").first()
