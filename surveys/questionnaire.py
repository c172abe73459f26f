"""A survey's sections with their questions and answers on offer, ready to be shown, and kept for personal links."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from django.db.models import Prefetch

from surveys.models import Question, Section, Survey

KEPT = 50


@dataclass(frozen=True)
class Questionnaire:
    """Read once and then only looked at; its rows hold all languages."""

    survey: Survey
    sections: list[Section]
    questions: list[Question]


def sections_of(survey: Survey) -> list[Section]:
    """In three queries; sections without a question are left out."""
    questions = Prefetch("questions", Question.objects.prefetch_related("choices"))
    return [section for section in survey.sections.prefetch_related(questions) if section.questions.all()]


class KeptQuestionnaires:
    """The questionnaires asked for last, in the memory of this process, each under its survey's revision.

    The revision is read before the rows, and raised in the transaction that changes them: what is kept under one is as
    new as that or newer, and what is newer is kept again under its own.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.kept: OrderedDict[tuple[int, int, int | None], Questionnaire] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: tuple[int, int, int | None]) -> Questionnaire:
        """`key`: the survey's id, its revision and its workshop's."""
        with self.lock:
            found = self.kept.get(key)
            if found:
                self.kept.move_to_end(key)
                return found
        survey = Survey.objects.select_related("workshop").get(pk=key[0])
        sections = sections_of(survey)
        found = Questionnaire(
            survey, sections, [question for section in sections for question in section.questions.all()]
        )
        with self.lock:
            self.kept[key] = found
            while len(self.kept) > self.limit:
                self.kept.popitem(last=False)
        return found


kept = KeptQuestionnaires(KEPT)
