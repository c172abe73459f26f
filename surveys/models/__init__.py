"""What is asked (`questionnaires`), who is asked and what they said (`responses`), how it is read (`readings`)."""

from surveys.models.questionnaires import Choice, Question, QuestionKind, Section, Survey, SurveyAudience
from surveys.models.readings import Coding, CommentTheme, Outcome, QuantityWord
from surveys.models.responses import (
    Answer,
    HeldResponse,
    Invitation,
    Mark,
    PersonalLink,
    ReminderRound,
    Response,
)

__all__ = [
    "Answer",
    "Choice",
    "Coding",
    "CommentTheme",
    "HeldResponse",
    "Invitation",
    "Mark",
    "Outcome",
    "PersonalLink",
    "QuantityWord",
    "Question",
    "QuestionKind",
    "ReminderRound",
    "Response",
    "Section",
    "Survey",
    "SurveyAudience",
]
