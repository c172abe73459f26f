"""Register translated fields, then history. In the other order a change in French only would leave no event."""

import pghistory
from modeltranslation.translator import TranslationOptions, translator

from council.models import AgendaItem, Decision, Meeting, Paper


class WordsTranslation(TranslationOptions):
    fields = ("title", "description")


class TextTranslation(TranslationOptions):
    fields = ("text",)


translator.register(Meeting, WordsTranslation)
translator.register(AgendaItem, WordsTranslation)
translator.register(Decision, TextTranslation)

pghistory.track(exclude=["title", "description", "order_version", "agenda_version", "edit_version"])(Meeting)
pghistory.track(exclude=["title", "description", "edit_version"])(AgendaItem)
pghistory.track(exclude=["text", "edit_version"])(Decision)
pghistory.track()(Paper)
