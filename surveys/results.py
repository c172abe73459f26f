"""Compute survey results with a constant number of queries for any number of surveys.

The score of a scale question maps 1–5 to 0–100; that of a yes-or-no question is the share of yes. The score of a
section is the mean of its scored questions, each with its own number of answers. Numbers are rounded only for
display.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery

from surveys.models import (
    Answer,
    Coding,
    CommentTheme,
    Invitation,
    Outcome,
    Question,
    QuestionKind,
    Response,
    Section,
    Survey,
    SurveyAudience,
)
from surveys.suppression import FLOOR, shown_groups
from workshops.models import Participant

Status = Literal["ok", "not-yet", "suppressed"]
# Lowest scale answer that counts as positive.
POSITIVE_FROM = 4


@dataclass(frozen=True)
class QuestionResult:
    """Answers to one question. `counts` are by number or by choice code; comments have only `n`."""

    question: Question
    counts: dict[int | str, int]
    n: int

    @property
    def positive(self) -> int | None:
        """Return the number of positive answers (yes, 4 or 5)."""
        if self.question.kind == QuestionKind.YES_NO:
            return self.counts.get(1, 0)
        if self.question.kind == QuestionKind.SCALE:
            return sum(count for number, count in self.counts.items() if int(number) >= POSITIVE_FROM)
        return None

    @property
    def share(self) -> float | None:
        return self.positive / self.n if self.n and self.positive is not None else None

    @property
    def score(self) -> float | None:
        """Return the score from 0 to 100, or None without numeric answers."""
        if not self.n or self.question.kind not in (QuestionKind.SCALE, QuestionKind.YES_NO):
            return None
        low, high = (1, 5) if self.question.kind == QuestionKind.SCALE else (0, 1)
        mean = sum(int(number) * count for number, count in self.counts.items()) / self.n
        return (mean - low) / (high - low) * 100


@dataclass(frozen=True)
class ThemeResult:
    theme: CommentTheme
    count: int
    total: int


@dataclass(frozen=True)
class OutcomeResult:
    """An outcome with its numbers. `count` and `total` are None if it has no source question or theme."""

    outcome: Outcome
    count: int | None
    total: int | None


@dataclass(frozen=True)
class SectionResult:
    section: Section
    questions: list[QuestionResult]
    themes: list[ThemeResult]

    @property
    def scored(self) -> list[QuestionResult]:
        return [result for result in self.questions if result.question.in_score and result.score is not None]

    @property
    def score(self) -> float | None:
        if not self.section.in_score or not self.scored:
            return None
        return sum(result.score for result in self.scored) / len(self.scored)

    @property
    def comments(self) -> int:
        return sum(result.n for result in self.questions if result.question.kind == QuestionKind.TEXT)


@dataclass(frozen=True)
class SurveyResult:
    """Results of a survey. `attendance` is None without a workshop; `asked` is the base of the response rate."""

    survey: Survey
    status: Status
    responses: int
    invited: int
    attendance: int | None
    sections: list[SectionResult] = field(default_factory=list)
    outcomes: list[OutcomeResult] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.invited if self.attendance is None else self.attendance

    @property
    def rate(self) -> float | None:
        return self.responses / self.asked if self.asked else None

    @property
    def questions(self) -> dict[str, QuestionResult]:
        return {result.question.code: result for section in self.sections for result in section.questions}

    @property
    def themes(self) -> dict[str, ThemeResult]:
        return {result.theme.code: result for section in self.sections for result in section.themes}


def results_of(surveys: Iterable[Survey]) -> dict[int, SurveyResult]:
    """Return {survey primary key: result}.

    Nothing is counted before the survey is processed, and nothing is shown if it has fewer than five responses.
    """
    asked = {survey.pk: survey for survey in surveys}
    settled = [pk for pk, survey in asked.items() if survey.is_settled]
    responses = _counted(Response.objects.filter(survey__in=settled), "survey_id")
    invited = _counted(Invitation.objects.filter(survey__in=asked), "survey_id")
    attendance = _counted(
        Participant.objects.attended().filter(workshop__in={survey.workshop_id for survey in asked.values()}),
        "workshop_id",
    )
    sections, outcomes = _read(settled)
    results = {}
    for pk, survey in asked.items():
        number = responses.get(pk, 0)
        status: Status = "not-yet"
        if survey.is_settled:
            status = "ok" if number >= FLOOR else "suppressed"
        shown = status == "ok"
        results[pk] = SurveyResult(
            survey=survey,
            status=status,
            responses=number,
            invited=invited.get(pk, 0),
            attendance=_attendance(survey, attendance),
            sections=sections.get(pk, []) if shown else [],
            outcomes=outcomes.get(pk, []) if shown else [],
        )
    return results


def result_of(survey: Survey) -> SurveyResult:
    return results_of([survey])[survey.pk]


def _attendance(survey: Survey, counted: dict[int, int]) -> int | None:
    if survey.audience != SurveyAudience.PARTICIPANTS or survey.workshop_id is None:
        return None
    return counted.get(survey.workshop_id, 0)


def _counted(rows, by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(number=Count("pk")))


def _read(settled: list[int]) -> tuple[dict[int, list[SectionResult]], dict[int, list[OutcomeResult]]]:
    counts: dict[int, dict[int | str, int]] = defaultdict(dict)
    totals: dict[int, int] = defaultdict(int)
    answers = Answer.objects.filter(question__survey__in=settled).order_by()
    for question_id, number, code, count in answers.values_list("question_id", "number", "choice__code").annotate(
        count=Count("pk")
    ):
        totals[question_id] += count
        if number is not None or code is not None:
            counts[question_id][number if number is not None else code] = count
    coded = _counted(Coding.objects.filter(theme__survey__in=settled), "theme_id")
    rows = Section.objects.filter(survey__in=settled).prefetch_related(
        Prefetch("questions", Question.objects.prefetch_related("choices")), "themes__question"
    )
    sections: dict[int, list[SectionResult]] = defaultdict(list)
    for section in rows:
        questions = [
            QuestionResult(question, counts.get(question.pk, {}), totals[question.pk])
            for question in section.questions.all()
        ]
        comments = sum(result.n for result in questions if result.question.kind == QuestionKind.TEXT)
        themes = [ThemeResult(theme, coded.get(theme.pk, 0), comments) for theme in section.themes.all()]
        sections[section.survey_id].append(SectionResult(section, questions, themes))
    return sections, _outcomes(settled, sections)


def _outcomes(settled: list[int], sections: dict[int, list[SectionResult]]) -> dict[int, list[OutcomeResult]]:
    behind: dict[tuple[str, int], tuple[int | None, int]] = {}
    for section in (section for found in sections.values() for section in found):
        behind |= {("question", result.question.pk): (result.positive, result.n) for result in section.questions}
        behind |= {("theme", result.theme.pk): (result.count, result.total) for result in section.themes}
    outcomes: dict[int, list[OutcomeResult]] = defaultdict(list)
    for outcome in Outcome.objects.filter(survey__in=settled):
        key = ("question", outcome.question_id) if outcome.question_id else ("theme", outcome.theme_id)
        count, total = behind.get(key, (None, None))
        outcomes[outcome.survey_id].append(OutcomeResult(outcome, count, total))
    return outcomes


# --- Cuts -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One question for one group. `value` is None if it is withheld or nobody answered (then `n` is 0)."""

    value: float | None
    n: int | None


@dataclass(frozen=True)
class Cut:
    """Results by answer to the breakdown question. `groups` end with respondents who did not answer it, if any."""

    question: Question
    groups: list[tuple[str, str]]
    rows: list[tuple[str, list[Cell]]]
    sizes: list[int | None]


NOT_STATED = ""


def cut_of(result: SurveyResult) -> Cut | None:
    """Return the breakdown of visible results, or None without a breakdown question."""
    question = next((found.question for found in result.questions.values() if found.question.is_cut), None)
    if question is None or result.status != "ok":
        return None
    counted = _by_group(result.survey, question)
    sizes = _sizes(result.survey, question)
    groups = [(choice.code, choice.label) for choice in question.choices.all()]
    if sizes.get(NOT_STATED):
        groups.append((NOT_STATED, ""))
    shown = shown_groups({code: sizes.get(code, 0) for code, _label in groups})
    rows: list[tuple[str, list[Cell]]] = []
    for section in result.sections:
        cells: dict[str, list[float | None]] = {code: [] for code, _label in groups}
        asked = [found for found in section.questions if found.score is not None]
        lines = []
        for found in asked:
            numbers = {code: counted.get((found.question.pk, code), {}) for code, _label in groups}
            bearing = shown_groups({code: sum(counts.values()) for code, counts in numbers.items()})
            line = []
            for code, _label in groups:
                n = sum(numbers[code].values())
                own = QuestionResult(found.question, numbers[code], n)
                visible = code in shown and code in bearing
                line.append(Cell(own.score, n) if visible else Cell(None, 0 if n == 0 and code in shown else None))
                if found.question.in_score:
                    cells[code].append(own.score if visible else None)
            lines.append((found.question.label, line))
        if section.score is not None:
            rows.append((section.section.title, [_mean(cells[code]) for code, _label in groups]))
        rows += lines
    return Cut(
        question=question,
        groups=groups,
        rows=rows,
        sizes=[sizes.get(code, 0) if code in shown else None for code, _label in groups],
    )


def _mean(values: list[float | None]) -> Cell:
    """Return a section's score for a group, if all its questions may be shown for the group."""
    if not values or any(value is None for value in values):
        return Cell(None, None)
    return Cell(sum(values) / len(values), None)


def _group_of(question: Question, response: str) -> Subquery:
    own = Answer.objects.filter(response=OuterRef(response), question=question)
    return Subquery(own.values("choice__code")[:1])


def _by_group(survey: Survey, question: Question) -> dict[tuple[int, str], dict[int | str, int]]:
    rows = Answer.objects.filter(question__survey=survey, number__isnull=False).order_by()
    grouped = rows.annotate(group=_group_of(question, "response_id")).values_list("question_id", "group", "number")
    counted: dict[tuple[int, str], dict[int | str, int]] = defaultdict(dict)
    for question_id, group, number, count in grouped.annotate(count=Count("pk")):
        counted[question_id, group or NOT_STATED][number] = count
    return counted


def _sizes(survey: Survey, question: Question) -> dict[str, int]:
    rows = Response.objects.filter(survey=survey).order_by().annotate(group=_group_of(question, "pk"))
    return {group or NOT_STATED: count for group, count in rows.values_list("group").annotate(count=Count("pk"))}


# --- Comments ---------------------------------------------------------------------------------------------------------


def comments_of(survey: Survey) -> list[Answer]:
    """Return comments with themes, ordered by question and text so that the order reveals neither time nor author."""
    return list(
        Answer.objects.filter(question__survey=survey, question__kind=QuestionKind.TEXT)
        .select_related("question__section")
        .prefetch_related("codings")
        .order_by("question__section__position", "question__position", "text", "pk")
    )


def answered_counts(survey: Survey) -> dict[str, int]:
    """Return the numbers of invitations by state and of answers, which are all that is known before the close."""
    return survey.invitations.aggregate(
        invited=Count("pk"),
        sent=Count("pk", filter=Q(state=Invitation.State.SENT)),
        waiting=Count("pk", filter=Q(state=Invitation.State.WAITING)),
        no_address=Count("pk", filter=Q(state=Invitation.State.NO_ADDRESS)),
        answered=Count("mark"),
    )
