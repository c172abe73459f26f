"""A delegation answers a questionnaire for its State; staff preview a survey."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.permissions import member_state_required, role_required
from surveys.answers import AnswersRefused
from surveys.forms import AnswerForm
from surveys.forms.answers import REVIEW, here_of, page_after, page_context
from surveys.models import QuestionKind, Response, Survey, SurveyAudience
from surveys.permissions import EDITORS, may_answer
from surveys.questionnaire import sections_of
from surveys.services import submit_for_entity


@member_state_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, the State's answer, or that the questionnaire is closed."""
    surveys = Survey.objects.set_up().filter(audience=SurveyAudience.MEMBER_STATES)
    survey = get_object_or_404(surveys, slug=slug)
    given = Response.objects.filter(survey=survey, entity_id=request.delegation.entity_id).first()
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(survey, posted, sections=sections_of(survey))
    if given is not None or not may_answer(survey, request.delegation, database_now()):
        return _own_answer(request, survey, given, form if posted else None)
    if posted is None:
        return _form_page(request, form, 1)
    here, wanted = here_of(form, posted.get("here", "1")), posted.get("to", "next")
    if wanted != "send":
        return _form_page(request, form, page_after(form, here, wanted))
    try:
        submit_for_entity(survey=survey, delegation=request.delegation, answers=form.raw)
    except AnswersRefused:
        return _form_page(request, form, form.first_fault() or REVIEW)
    except Refused as refusal:
        return _form_page(request, form, REVIEW, refusal=str(refusal), status=409)
    return redirect("surveys:answer", slug)


@role_required(*EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Preview the survey. Nothing is sent."""
    survey = get_object_or_404(Survey, slug=slug)
    form = AnswerForm(survey, request.POST if request.method == "POST" else None, sections=sections_of(survey))
    if not form.sections:
        return redirect("surveys:edit", slug)
    if request.method != "POST":
        return _form_page(request, form, 1, preview=True)
    here, wanted = here_of(form, request.POST.get("here", "1")), request.POST.get("to", "next")
    page = REVIEW if wanted == "send" else page_after(form, here, wanted)
    return _form_page(request, form, page, preview=True)


def _form_page(
    request: HttpRequest, form: AnswerForm, page: int | str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = page_context(form, page) | {"acting_for": getattr(request, "delegation", None), **more}
    return render(request, "surveys/answer.html", context, status=status)


def _own_answer(request: HttpRequest, survey: Survey, given: Response | None, typed: AnswerForm | None) -> HttpResponse:
    """Show the State's answer, with text that a colleague typed in the meantime, to be copied."""
    answers = given.answers.select_related("question__section", "choice") if given else ()
    rows = sorted(answers, key=lambda answer: (answer.question.section.position, answer.question.position))
    raw = typed.raw.values() if typed else ()
    context = {
        "survey": survey,
        "state": survey.state(database_now()),
        "given": given,
        "rows": [(row.question.text, _shown(row)) for row in rows],
        "typed": [text for text in raw if len(text) > 20],
        "refused": typed is not None,
    }
    return render(request, "surveys/own_answer.html", context, status=409 if typed else 200)


def _shown(answer: Any) -> str:
    if answer.choice:
        return answer.choice.label
    if answer.text:
        return answer.text
    if answer.question.kind == QuestionKind.YES_NO:
        return _("Yes") if answer.number else _("No")
    return str(answer.number)
