"""Register translated fields, then history. In the other order a change in French only would leave no event."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from votes.models import Ballot, Option


@register(Ballot)
class BallotTranslation(TranslationOptions):
    fields = ("question", "text", "rule", "decision_text")


@register(Option)
class OptionTranslation(TranslationOptions):
    fields = ("title", "description")


pghistory.track(exclude=["question", "text", "rule", "decision_text", "revision", "edit_version"])(Ballot)
pghistory.track(exclude=["title", "description", "edit_version"])(Option)
