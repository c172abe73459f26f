"""Staff pages: editors write questionnaires; publishers schedule, extend and close them and publish results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.editing.pages import saved_form
from foundation.editing.submissions import sent_once
from foundation.time.clock import database_now
from surveys import services
from surveys.forms import AudienceForm, ExtendForm, NewSurveyForm, QuestionForm, SectionForm, SurveyForm
from surveys.models import Question, Section
from surveys.pages import staff_tabs
from surveys.permissions import may_publish
from surveys.questionnaire import sections_of
from surveys.services.preparation import problems
from surveys.views.common_pages import (
    GET_OR_POST,
    act_page,
    crumbs_of,
    editors,
    moved_page,
    publishers,
    removed_page,
    saved_page,
    survey_or_404,
)

# --- The questionnaire ------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def new(request: HttpRequest) -> HttpResponse:
    form = NewSurveyForm(request.POST or None)

    def save() -> None:
        values = form.values
        services.create_survey(
            slug=values.pop("slug"),
            audience=values.pop("audience"),
            workshop=values.pop("workshop"),
            values=values,
            actor=request.viewer,
        )

    if request.method == "POST" and form.is_valid():
        done = reverse("surveys:edit", args=[form.cleaned_data["slug"]])
    else:
        done = reverse("surveys:list")
    return saved_form(request, form, save, title=_("New survey"), crumbs=crumbs_of(), done_url=done)


@editors
@require_safe
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    now = database_now()
    context = {
        "survey": survey,
        "state": survey.state(now),
        "editable": survey.may_be_edited(now),
        "sections": survey.sections.prefetch_related("questions__choices"),
        "problems": problems(survey) if not survey.is_set else [],
        "tabs": staff_tabs(survey, request.rights),
        "may_publish": may_publish(request.rights),
        "can_preview": bool(sections_of(survey)),
    }
    return render(request, "surveys/survey_edit.html", context)


@editors
@GET_OR_POST
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    form = SurveyForm(request.POST or None, instance=survey)
    return saved_page(
        request,
        survey,
        form,
        lambda: services.edit_survey(
            survey=survey, expected=form.expected, actor=request.viewer, values=form.values
        ),
        title=_("Title, introduction and times"),
    )  # fmt: skip


@editors
@GET_OR_POST
@sent_once
def section_new(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    form = SectionForm(request.POST or None)

    def save() -> None:
        values = form.values
        services.save_section(survey=survey, code=values.pop("code"), actor=request.viewer, values=values)

    return saved_page(request, survey, form, save, title=_("New section"))


@editors
@GET_OR_POST
def section_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = get_object_or_404(Section.objects.select_related("survey"), survey__slug=slug, pk=pk)
    form = SectionForm(request.POST or None, instance=section)
    return saved_page(
        request,
        section.survey,
        form,
        lambda: services.save_section(
            survey=section.survey,
            section=section,
            expected=form.expected,
            actor=request.viewer,
            values=form.values,
        ),
        title=section.title,
        remove_url=reverse("surveys:section_remove", args=[slug, pk]),
    )


@editors
@GET_OR_POST
def section_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = get_object_or_404(Section.objects.select_related("survey"), survey__slug=slug, pk=pk)
    return removed_page(
        request,
        section.survey,
        section,
        lambda version: services.delete_section(section=section, expected=version, actor=request.viewer),
        consequences=[_("The section “%(title)s” and all its questions will be deleted.") % {"title": section.title}],
    )


@editors
@require_POST
def section_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = get_object_or_404(Section.objects.select_related("survey"), survey__slug=slug, pk=pk)
    return moved_page(request, section.survey, lambda up, version: services.move_section(
        section=section, up=up, expected=version, actor=request.viewer
    ))  # fmt: skip


@editors
@GET_OR_POST
@sent_once
def question_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = get_object_or_404(Section.objects.select_related("survey"), survey__slug=slug, pk=pk)
    form = QuestionForm(request.POST or None)

    def save() -> None:
        values = form.values
        services.save_question(
            section=section,
            code=values.pop("code"),
            choices=values.pop("choices"),
            actor=request.viewer,
            values=values,
        )

    return saved_page(request, section.survey, form, save, title=_("New question"))


@editors
@GET_OR_POST
def question_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("section__survey"), survey__slug=slug, pk=pk)
    form = QuestionForm(request.POST or None, instance=question)

    def save() -> None:
        values = form.values
        services.save_question(
            section=question.section,
            question=question,
            expected=form.expected,
            choices=values.pop("choices"),
            actor=request.viewer,
            values=values,
        )

    remove_url = reverse("surveys:question_remove", args=[slug, pk])
    return saved_page(request, question.section.survey, form, save, title=question.text, remove_url=remove_url)


@editors
@GET_OR_POST
def question_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("survey"), survey__slug=slug, pk=pk)
    return removed_page(
        request,
        question.survey,
        question,
        lambda version: services.delete_question(question=question, expected=version, actor=request.viewer),
        consequences=[_("The question “%(text)s” will be deleted.") % {"text": question.text}],
    )


@editors
@require_POST
def question_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("survey"), survey__slug=slug, pk=pk)
    return moved_page(request, question.survey, lambda up, version: services.move_question(
        question=question, up=up, expected=version, actor=request.viewer
    ))  # fmt: skip


# --- Life cycle -------------------------------------------------------------------------------------------------------


@publishers
@GET_OR_POST
def set_up(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    return act_page(
        request,
        survey,
        lambda: services.set_survey(survey=survey, actor=request.viewer),
        action_label=_("Schedule survey"),
        consequences=[
            _("The survey will open and close automatically at the times you have set."),
            _("You cannot change questions once the survey is open."),
        ],
    )


@publishers
@GET_OR_POST
@sent_once
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    form = ExtendForm(request.POST or None, survey=survey)
    return saved_page(
        request,
        survey,
        form,
        lambda: services.extend(
            survey=survey, closes_at=form.cleaned_data["closes_at"], actor=request.viewer
        ),
        title=_("Extend survey"),
        done_url=survey.get_absolute_url(),
    )  # fmt: skip


@publishers
@GET_OR_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    return act_page(
        request,
        survey,
        lambda: services.close_now(survey=survey, actor=request.viewer),
        action_label=_("Close survey now"),
        consequences=[
            _("No more answers will be accepted. Unused links will stop working."),
            _("The last answers will be mixed with the others and the results calculated."),
        ],
    )


@publishers
@GET_OR_POST
def open_results(request: HttpRequest, slug: str) -> HttpResponse:
    survey = survey_or_404(slug)
    form = AudienceForm(request.POST or None, survey=survey)
    return saved_page(
        request,
        survey,
        form,
        lambda: services.open_results(
            survey=survey, audience=form.cleaned_data["audience"], actor=request.viewer
        ),
        title=_("Publish results"),
        done_url=survey.get_absolute_url(),
    )  # fmt: skip
