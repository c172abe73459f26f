"""What is typed: answers (`answering`), questionnaires and readings (`staff`)."""

from surveys.forms.answering import AnswerForm
from surveys.forms.staff import (
    AudienceForm,
    ExtendForm,
    NewSurveyForm,
    OutcomeForm,
    QuestionForm,
    SectionForm,
    SurveyForm,
    ThemeForm,
)

__all__ = [
    "AnswerForm",
    "AudienceForm",
    "ExtendForm",
    "NewSurveyForm",
    "OutcomeForm",
    "QuestionForm",
    "SectionForm",
    "SurveyForm",
    "ThemeForm",
]
