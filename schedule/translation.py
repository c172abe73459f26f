"""Register translated fields, then history. In the other order a change in French only would leave no event."""

import pghistory
from modeltranslation.translator import TranslationOptions, translator

from schedule.models import Appearance, Occasion, Room, Slot


class PlaceTranslation(TranslationOptions):
    fields = ("place",)


class NameTranslation(TranslationOptions):
    fields = ("name",)


class SlotTranslation(TranslationOptions):
    fields = ("title", "description")


class FunctionTranslation(TranslationOptions):
    fields = ("function",)


translator.register(Occasion, PlaceTranslation)
translator.register(Room, NameTranslation)
translator.register(Slot, SlotTranslation)
translator.register(Appearance, FunctionTranslation)

pghistory.track(exclude=["place", "revision", "edit_version"])(Occasion)
pghistory.track(exclude=["name", "edit_version"])(Room)
pghistory.track(exclude=["title", "description", "edit_version"])(Slot)
pghistory.track(exclude=["function", "name_key", "edit_version"])(Appearance)
