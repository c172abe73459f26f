import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from foundation.editing import EditVersioned, save_versioned
from foundation.editing.history import recorded
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.audience import Audience
from membership.models import Person
from surveys.models import Choice, Question, QuestionKind, Section, Survey, SurveyAudience
from surveys.services.batches import settle
from surveys.services.rows import bump, locked

Row = TypeVar("Row", bound=EditVersioned)

# Columns that forms and data files may set; others are ignored.
SURVEY_FIELDS = ("title", "intro", "opens_at", "closes_at", "zone")
SECTION_FIELDS = ("title", "description", "unit", "in_score")
QUESTION_FIELDS = ("text", "short", "kind", "low_label", "high_label", "in_score", "required", "is_cut")
TRANSLATED = {"title", "intro", "description", "unit", "text", "short", "low_label", "high_label", "statement"}


def allowed(values: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Return the values of these fields and their translations (`title_fr`)."""
    names = {name for field in fields for name in ([field] if field not in TRANSLATED else _languages(field))}
    return {name: value for name, value in values.items() if name in names}


def _languages(field: str) -> list[str]:
    return [f"{field}_{language}" for language in ("en", "fr", "es")]


@transaction.atomic
def create_survey(
    *,
    slug: str,
    audience: str,
    actor: Person | None,
    values: Mapping[str, Any],
    workshop: Any = None,
    is_invented: bool = False,
) -> Survey:
    """Create a draft. Surveys of participants are anonymous."""
    participants = audience == SurveyAudience.PARTICIPANTS
    if participants and workshop is None:
        raise Refused(_("Choose the workshop whose participants will answer."))
    if Survey.objects.filter(slug=slug).exists():
        raise Refused(_("Another survey already has this short name. Enter a different one."))
    with recorded(actor):
        return Survey.objects.create(
            slug=slug,
            audience=audience,
            anonymous=participants,
            workshop=workshop,
            is_invented=is_invented,
            **_in_order(allowed(values, SURVEY_FIELDS)),
        )


@transaction.atomic
def edit_survey(
    *, survey: Survey, expected: int, actor: Person | None, values: Mapping[str, Any], now: dt.datetime | None = None
) -> None:
    """Change title, introduction and times before the opening. Raises `Clash` if somebody else was faster."""
    _editable(survey, now)
    with recorded(actor):
        save_versioned(survey, expected=expected, **_in_order(allowed(values, SURVEY_FIELDS)))
    bump(survey)


@transaction.atomic
def save_section(
    *,
    survey: Survey,
    actor: Person | None,
    values: Mapping[str, Any],
    section: Section | None = None,
    expected: int | None = None,
    code: str = "",
    now: dt.datetime | None = None,
) -> Section:
    """Add a section at the end, or change one. Its code is permanent."""
    _editable(survey, now)
    chosen = allowed(values, SECTION_FIELDS)
    with recorded(actor):
        if section is None:
            if survey.sections.filter(code=code).exists():
                raise Refused(_("Another section of this survey already has this short name. Enter a different one."))
            section = Section.objects.create(
                survey=survey, code=code, position=next_position(survey.sections), **chosen
            )
        else:
            save_versioned(section, expected=expected or 0, **chosen)
    bump(survey)
    return section


@transaction.atomic
def save_question(
    *,
    section: Section,
    actor: Person | None,
    values: Mapping[str, Any],
    question: Question | None = None,
    expected: int | None = None,
    code: str = "",
    choices: Sequence[Mapping[str, str]] | None = None,
    now: dt.datetime | None = None,
) -> Question:
    """Add a question at the end of its section, or change one. `choices`: {code, label_en, label_fr, label_es}."""
    survey = section.survey
    _editable(survey, now)
    chosen = allowed(values, QUESTION_FIELDS)
    kind = chosen.get("kind", question.kind if question else "")
    if kind not in (QuestionKind.SCALE, QuestionKind.YES_NO):
        chosen["in_score"] = False
    if kind != QuestionKind.CHOICE:
        chosen["is_cut"] = False
    others = survey.questions.exclude(pk=question.pk) if question else survey.questions.all()
    if chosen.get("is_cut") and others.filter(is_cut=True).exists():
        raise Refused(_("Results are already broken down by another question. You can choose only one."))
    with recorded(actor):
        if question is None:
            if others.filter(code=code).exists():
                raise Refused(_("Another question of this survey already has this short name. Enter a different one."))
            question = Question.objects.create(
                survey=survey, section=section, code=code, position=next_position(section.questions), **chosen
            )
        else:
            save_versioned(question, expected=expected or 0, **chosen)
        if choices is not None:
            _save_choices(question, choices if kind == QuestionKind.CHOICE else ())
    bump(survey)
    return question


def _save_choices(question: Question, choices: Sequence[Mapping[str, str]]) -> None:
    codes = [choice["code"] for choice in choices]
    if len(set(codes)) != len(codes):
        raise Refused(_("Two answers have the same code. Give each answer a different code."))
    question.choices.all().delete()
    for position, choice in enumerate(choices):
        labels = {name: choice.get(name, "") for name in ("label_en", "label_fr", "label_es")}
        Choice.objects.create(question=question, code=choice["code"], position=position, **labels)


@transaction.atomic
def delete_section(
    *, section: Section, expected: int, actor: Person | None = None, now: dt.datetime | None = None
) -> None:
    """Delete a section and its questions before the survey opens."""
    _editable(section.survey, now)
    with recorded(actor):
        save_versioned(section, expected=expected)
        section.delete()
    bump(section.survey)


@transaction.atomic
def delete_question(
    *, question: Question, expected: int, actor: Person | None = None, now: dt.datetime | None = None
) -> None:
    _editable(question.survey, now)
    with recorded(actor):
        save_versioned(question, expected=expected)
        question.delete()
    bump(question.survey)


@transaction.atomic
def move_section(
    *, section: Section, up: bool, expected: int, actor: Person | None = None, now: dt.datetime | None = None
) -> None:
    _editable(section.survey, now)
    with recorded(actor):
        move(section, Section.objects.filter(survey=section.survey), up=up, expected=expected)
    bump(section.survey)


@transaction.atomic
def move_question(
    *, question: Question, up: bool, expected: int, actor: Person | None = None, now: dt.datetime | None = None
) -> None:
    _editable(question.survey, now)
    with recorded(actor):
        move(question, Question.objects.filter(section_id=question.section_id), up=up, expected=expected)
    bump(question.survey)


def move(row: Row, among: Any, *, up: bool, expected: int) -> None:
    """Move a row one place up or down and renumber the list."""
    rows = list(among.select_for_update(of=("self",)).order_by("position", "pk"))
    place = next((index for index, other in enumerate(rows) if other.pk == row.pk), None)
    save_versioned(row, expected=expected)
    if place is None:
        return
    goal = max(0, min(len(rows) - 1, place + (-1 if up else 1)))
    rows.insert(goal, rows.pop(place))
    for position, other in enumerate(rows):
        if other.position != position:
            type(other).objects.filter(pk=other.pk).update(position=position)


def problems(survey: Survey) -> list[str]:
    """Return what must be done before the survey can be scheduled."""
    found = []
    sections = list(survey.sections.prefetch_related("questions__choices"))
    if not sections:
        found.append(_("Add at least one section."))
    for section in sections:
        questions = list(section.questions.all())
        if not questions:
            found.append(_("Add a question to the section “%(title)s”.") % {"title": section.title})
        elif section.in_score and not any(question.in_score for question in questions):
            found.append(_("Include at least one question in the score of “%(title)s”.") % {"title": section.title})
        found += [
            _("Add at least two answers to the question “%(text)s”.") % {"text": question.text}
            for question in questions
            if question.kind == QuestionKind.CHOICE and len(question.choices.all()) < 2
        ]
    return found


@transaction.atomic
def set_survey(*, survey: Survey, actor: Person | None, now: dt.datetime | None = None) -> None:
    """Schedule the draft; it opens automatically."""
    survey = locked(survey)
    if survey.is_set:
        raise Refused(_("The survey has already been scheduled."))
    found = problems(survey)
    if found:
        raise Refused(" ".join(found))
    if survey.closes_at <= (now or database_now()):
        raise Refused(_("Enter a closing time in the future."))
    with recorded(actor):
        Survey.objects.filter(pk=survey.pk).update(is_set=True, edit_version=F("edit_version") + 1)
        bump(survey)


@transaction.atomic
def extend(*, survey: Survey, closes_at: dt.datetime, actor: Person | None, now: dt.datetime | None = None) -> None:
    """Move the close to a later time, before the current one has passed."""
    survey = locked(survey)
    if survey.state(now or database_now()) not in ("upcoming", "open"):
        raise Refused(_("You cannot extend a closed survey."))
    if closes_at <= survey.closes_at:
        raise Refused(_("Enter a time after the current closing time."))
    with recorded(actor):
        Survey.objects.filter(pk=survey.pk).update(closes_at=closes_at, edit_version=F("edit_version") + 1)
        bump(survey)


@transaction.atomic
def close_now(*, survey: Survey, actor: Person | None, now: dt.datetime | None = None) -> None:
    """Close an open survey early."""
    survey = locked(survey)
    now = now or database_now()
    if not survey.is_open(now):
        raise Refused(_("You can close a survey only while it is open."))
    with recorded(actor):
        Survey.objects.filter(pk=survey.pk).update(closes_at=now, edit_version=F("edit_version") + 1)
        bump(survey)
        settle(survey=survey, now=now)


@transaction.atomic
def open_results(*, survey: Survey, audience: str, actor: Person | None) -> None:
    """Publish results to an audience; choosing staff withdraws them."""
    survey = locked(survey)
    if not survey.is_settled:
        raise Refused(_("Results are available only after the survey has closed."))
    if audience not in Audience.values:
        raise Refused(_("Choose who may see the results."))
    with recorded(actor):
        Survey.objects.filter(pk=survey.pk).update(results_audience=audience)
        bump(survey)


def _editable(survey: Survey, now: dt.datetime | None) -> None:
    if not locked(survey).may_be_edited(now or database_now()):
        raise Refused(_("You cannot change questions once the survey is open."))


def _in_order(values: dict[str, Any]) -> dict[str, Any]:
    opens, closes = values.get("opens_at"), values.get("closes_at")
    if opens and closes and closes <= opens:
        raise Refused(_("The closing time must be after the opening time."))
    return values


def next_position(rows: Any) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
