"""Register translated fields, then history. In the other order a change in French only would leave no event.

The history of a contribution has its decisions, but neither its text, which never changes, nor its author. Counted
visits have no history.
"""

import pghistory
from modeltranslation.translator import TranslationOptions, translator

from dialogue.models import Contribution, Dialogue, DialogueTopic, SelectedComment, SummaryParagraph, VisitReport


class DialogueTranslation(TranslationOptions):
    fields = ("title", "introduction", "conclusion")


class QuestionTranslation(TranslationOptions):
    fields = ("question",)


class TextTranslation(TranslationOptions):
    fields = ("text",)


translator.register(Dialogue, DialogueTranslation)
translator.register(DialogueTopic, QuestionTranslation)
translator.register(SummaryParagraph, TextTranslation)

pghistory.track(exclude=["title", "introduction", "conclusion", "revision", "edit_version"])(Dialogue)
pghistory.track(exclude=["question", "edit_version"])(DialogueTopic)
pghistory.track(exclude=["text", "author_name", "author_description", "author_email", "edit_version"])(Contribution)
pghistory.track(exclude=["text", "edit_version"])(SummaryParagraph)
pghistory.track(exclude=["edit_version"])(SelectedComment)
pghistory.track()(VisitReport)
