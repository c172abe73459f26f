"""Public pages: the list, a survey and its results. Cached for visitors."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from foundation.pages.access import public
from foundation.tables.exports import table_response
from foundation.time.clock import database_now
from membership.audience import audiences_of_rights
from membership.permissions import rights_of
from surveys.models import Survey, SurveyAudience
from surveys.pages import ResultsPage, answering_delegation, staff_tabs
from surveys.permissions import may_answer, may_edit, may_publish, may_see_results
from surveys.revisions import revision_of
from surveys.services import settle


def _list_revision(request: HttpRequest) -> Any:
    return revision_of(Survey.objects.visible_to({"public"}))


def _survey_revision(request: HttpRequest, slug: str, **_rest: Any) -> Any:
    found = revision_of(Survey.objects.visible_to({"public"}).filter(slug=slug))
    if not found:
        raise Http404
    return found


@public(revision=_list_revision)
@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    now, rights = database_now(), rights_of(request)
    surveys = Survey.objects.visible_to(audiences_of_rights(rights)).select_related("workshop")
    rows = [(survey, survey.state(now)) for survey in surveys]
    order = {"open": 0, "upcoming": 1, "draft": 2, "closed": 3}
    rows.sort(key=lambda row: order[row[1]])
    return render(request, "surveys/survey_list.html", {"rows": rows, "may_edit": may_edit(rights)})


@public(revision=_survey_revision)
@require_safe
def survey_detail(request: HttpRequest, slug: str) -> HttpResponse:
    survey, rights = _visible(request, slug)
    now = database_now()
    delegation = answering_delegation(request, survey)
    context = {
        "survey": survey,
        "state": survey.state(now),
        "sections": survey.sections.all(),
        "by_link": survey.audience == SurveyAudience.PARTICIPANTS,
        "may_answer": may_answer(survey, delegation, now),
        "has_results": may_see_results(survey, rights),
        "tabs": staff_tabs(survey, rights),
        "may_publish": may_publish(rights),
        "is_cached": not request.viewer,
    }
    return render(request, "surveys/survey_detail.html", context)


@public(revision=_survey_revision)
@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    page, rights = _results_page(request, slug)
    context = {"page": page, "survey": page.survey, "tabs": staff_tabs(page.survey, rights)}
    return render(request, "surveys/results.html", context)


@public
@require_safe
def results_table(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    page, _standing = _results_page(request, slug)
    return table_response(
        kind=kind, name=f"{slug}-results", header=page.table_header, rows=page.table_rows, viewer=request.viewer
    )


def _visible(request: HttpRequest, slug: str) -> tuple[Survey, Any]:
    """Return a survey that this person may see, processed first if it has closed."""
    rights = rights_of(request)
    surveys = Survey.objects.visible_to(audiences_of_rights(rights)).select_related("workshop__year")
    survey = get_object_or_404(surveys, slug=slug)
    if not survey.is_settled and survey.is_set and settle(survey=survey):
        survey.refresh_from_db()
    return survey, rights


def _results_page(request: HttpRequest, slug: str) -> tuple[ResultsPage, Any]:
    survey, rights = _visible(request, slug)
    if not may_see_results(survey, rights):
        raise Http404
    return ResultsPage(survey, get_language() or "en"), rights
