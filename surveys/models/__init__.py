"""Questions (`questionnaires`), invitations and answers (`responses`), coded comments and outcomes (`analysis`)."""

from surveys.models.analysis import Coding, CommentTheme, Outcome, QuantityWord
from surveys.models.questionnaires import Choice, Question, QuestionKind, Section, Survey, SurveyAudience
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
