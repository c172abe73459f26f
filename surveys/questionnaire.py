"""Sections and questions of a survey, cached for personal links."""

import functools
from dataclasses import dataclass

from django.db.models import Prefetch

from surveys.models import Question, Section, Survey


@dataclass(frozen=True)
class Questionnaire:
    """A read-only questionnaire; its rows hold all languages."""

    survey: Survey
    sections: list[Section]
    questions: list[Question]


def sections_of(survey: Survey) -> list[Section]:
    """Return the sections that have questions, with three queries."""
    questions = Prefetch("questions", Question.objects.prefetch_related("choices"))
    return [section for section in survey.sections.prefetch_related(questions) if section.questions.all()]


@functools.lru_cache(maxsize=16)
def cached_questionnaire(revision: tuple[int, int, int | None]) -> Questionnaire:
    """Return the questionnaire of a survey by its id, its revision and its workshop's revision.

    The revision is read before the rows, and the transaction that changes them raises it. Rows cached under a revision
    are therefore never older than it. All readers share the cached rows.
    """
    survey = Survey.objects.select_related("workshop").get(pk=revision[0])
    sections = sections_of(survey)
    return Questionnaire(survey, sections, [question for section in sections for question in section.questions.all()])
