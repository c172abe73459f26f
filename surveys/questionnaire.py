"""The sections of a survey with their questions and answers on offer, ready to be shown."""

from django.db.models import Prefetch

from surveys.models import Question, Section, Survey


def sections_of(survey: Survey) -> list[Section]:
    """In three queries; sections without a question are left out."""
    questions = Prefetch("questions", Question.objects.prefetch_related("choices"))
    return [section for section in survey.sections.prefetch_related(questions) if section.questions.all()]
