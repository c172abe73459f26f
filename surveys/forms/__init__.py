"""Forms for answers (`answers`) and for questionnaires, themes and outcomes (`staff`)."""

from surveys.forms.answers import AnswerForm
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
