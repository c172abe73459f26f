"""Pages on which editors read and code comments and write outcomes."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from surveys import services
from surveys.forms import OutcomeForm, ThemeForm
from surveys.models import Answer, CommentTheme, Outcome, QuestionKind, Section, Survey
from surveys.pages import staff_tabs
from surveys.results import comments_of, result_of
from surveys.theme_statements import in_words
from surveys.views.common_pages import GET_OR_POST, editors, removed_page, saved_page


@editors
@require_safe
def analysis(request: HttpRequest, slug: str) -> HttpResponse:
    """Show comments, themes and outcomes once the survey is processed."""
    survey = _settled(slug)
    result = result_of(survey)
    context = {
        "survey": survey,
        "suppressed": result.status == "suppressed",
        "sections": _sections(survey, result, get_language() or "en"),
        "outcomes": survey.outcomes.select_related("question", "theme"),
        "tabs": staff_tabs(survey, request.rights),
    }
    return render(request, "surveys/analysis.html", context)


def _sections(survey: Survey, result: Any, language: str) -> list[dict[str, Any]]:
    comments = _by_section(comments_of(survey)) if result.status == "ok" else {}
    return [
        {
            "section": found.section,
            "themes": [(row, in_words(result, row.theme, language)) for row in found.themes],
            "comments": comments.get(found.section.pk, []),
        }
        for found in result.sections
    ]


def _by_section(comments: Iterable[Answer]) -> dict[int, list[tuple[Answer, set[int]]]]:
    grouped: dict[int, list[tuple[Answer, set[int]]]] = {}
    for answer in comments:
        coded = {coding.theme_id for coding in answer.codings.all()}
        grouped.setdefault(answer.question.section_id, []).append((answer, coded))
    return grouped


@editors
@require_POST
def code(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    survey = _settled(slug)
    answer = get_object_or_404(
        Answer.objects.select_related("question"), question__survey=survey, question__kind=QuestionKind.TEXT, pk=pk
    )
    chosen = {int(value) for value in request.POST.getlist("theme") if value.isdecimal()}
    themes = survey.themes.filter(section=answer.question.section_id, pk__in=chosen)
    shown = {int(value) for value in request.POST.get("shown", "").split(",") if value.isdecimal()}
    try:
        services.code_comment(survey=survey, answer=answer, themes=list(themes), shown=shown, actor=request.viewer)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{_analysis_url(survey)}#comment-{pk}")


@editors
@GET_OR_POST
@sent_once
def theme_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = get_object_or_404(Section.objects.select_related("survey"), survey__slug=slug, pk=pk)
    form = ThemeForm(request.POST or None, survey=section.survey)

    def save() -> None:
        values = form.values
        services.save_theme(
            section=section,
            code=values.pop("code"),
            question=values.pop("question"),
            actor=request.viewer,
            values=values,
        )

    return saved_page(
        request, section.survey, form, save, title=_("New theme"), done_url=_analysis_url(section.survey)
    )  # fmt: skip


@editors
@GET_OR_POST
def theme_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    theme = get_object_or_404(CommentTheme.objects.select_related("section__survey"), survey__slug=slug, pk=pk)
    survey = theme.section.survey
    comments = Answer.objects.filter(question__section=theme.section, question__kind=QuestionKind.TEXT)
    counts = (theme.codings.count(), comments.count())
    form = ThemeForm(request.POST or None, instance=theme, survey=survey, counts=counts)

    def save() -> None:
        values = form.values
        services.save_theme(
            section=theme.section,
            theme=theme,
            expected=form.expected,
            question=values.pop("question"),
            actor=request.viewer,
            values=values,
        )

    return saved_page(
        request,
        survey,
        form,
        save,
        title=_("Theme “%(code)s”") % {"code": theme.code},
        done_url=_analysis_url(survey),
        remove_url=reverse("surveys:theme_remove", args=[slug, pk]),
    )


@editors
@GET_OR_POST
def theme_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    theme = get_object_or_404(CommentTheme.objects.select_related("survey"), survey__slug=slug, pk=pk)
    return removed_page(
        request,
        theme.survey,
        theme,
        lambda version: services.delete_theme(theme=theme, expected=version, actor=request.viewer),
        consequences=[
            _(
                "The theme and its statement will be deleted. "
                "Its comments will be kept but will no longer have this theme."
            )
        ],
        done_url=_analysis_url(theme.survey),
    )


@editors
@GET_OR_POST
@sent_once
def outcome_new(request: HttpRequest, slug: str) -> HttpResponse:
    survey = _settled(slug)
    form = OutcomeForm(request.POST or None, survey=survey)

    def save() -> None:
        values = form.values
        services.save_outcome(
            survey=survey,
            question=values.pop("question"),
            theme=values.pop("theme"),
            actor=request.viewer,
            values=values,
        )

    return saved_page(request, survey, form, save, title=_("New outcome"), done_url=_analysis_url(survey))


@editors
@GET_OR_POST
def outcome_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    outcome = get_object_or_404(Outcome.objects.select_related("survey"), survey__slug=slug, pk=pk)
    form = OutcomeForm(request.POST or None, instance=outcome, survey=outcome.survey)

    def save() -> None:
        values = form.values
        services.save_outcome(
            survey=outcome.survey,
            outcome=outcome,
            expected=form.expected,
            question=values.pop("question"),
            theme=values.pop("theme"),
            actor=request.viewer,
            values=values,
        )

    return saved_page(
        request,
        outcome.survey,
        form,
        save,
        title=_("Outcome"),
        done_url=_analysis_url(outcome.survey),
        remove_url=reverse("surveys:outcome_remove", args=[slug, pk]),
    )


@editors
@GET_OR_POST
def outcome_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    outcome = get_object_or_404(Outcome.objects.select_related("survey"), survey__slug=slug, pk=pk)
    return removed_page(
        request,
        outcome.survey,
        outcome,
        lambda version: services.delete_outcome(outcome=outcome, expected=version, actor=request.viewer),
        consequences=[_("The outcome will be deleted. The answers it is based on will be kept.")],
        done_url=_analysis_url(outcome.survey),
    )


def _settled(slug: str) -> Survey:
    return get_object_or_404(Survey.objects.filter(is_settled=True), slug=slug)


def _analysis_url(survey: Survey) -> str:
    return reverse("surveys:analysis", args=[survey.slug])
