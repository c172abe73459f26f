"""Register translated fields, then history. In the other order a change in French only would leave no event.

Invitations, marks, responses and answers have no history, because its events have times that could identify people.
"""

import pghistory
from modeltranslation.translator import TranslationOptions, translator

from surveys.models import Choice, CommentTheme, Outcome, Question, Section, Survey


class SurveyTranslation(TranslationOptions):
    fields = ("title", "intro")


class SectionTranslation(TranslationOptions):
    fields = ("title", "description", "unit")


class QuestionTranslation(TranslationOptions):
    fields = ("text", "short", "low_label", "high_label")


class ChoiceTranslation(TranslationOptions):
    fields = ("label",)


class StatementTranslation(TranslationOptions):
    fields = ("statement",)


translator.register(Survey, SurveyTranslation)
translator.register(Section, SectionTranslation)
translator.register(Question, QuestionTranslation)
translator.register(Choice, ChoiceTranslation)
translator.register(CommentTheme, StatementTranslation)
translator.register(Outcome, StatementTranslation)

pghistory.track(exclude=["title", "intro", "revision", "edit_version"])(Survey)
pghistory.track(exclude=["title", "description", "unit", "edit_version"])(Section)
pghistory.track(exclude=["text", "short", "low_label", "high_label", "edit_version"])(Question)
pghistory.track(exclude=["label"])(Choice)
pghistory.track(exclude=["statement", "edit_version"])(CommentTheme)
pghistory.track(exclude=["statement", "edit_version"])(Outcome)
