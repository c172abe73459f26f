"""Register translated fields, then history. In the other order a change in French only would leave no event."""

import pghistory
from modeltranslation.translator import TranslationOptions, translator

from workshops.models import BudgetLine, Contribution, IDMYear, Material, Participant, Theme, Topic, Workshop


class DescriptionTranslation(TranslationOptions):
    fields = ("description",)


class TitleTranslation(TranslationOptions):
    fields = ("title",)


class RationaleTranslation(TranslationOptions):
    fields = ("title", "rationale")


class WorkshopTranslation(TranslationOptions):
    fields = ("title", "description")


class NoteTranslation(TranslationOptions):
    fields = ("note",)


translator.register(IDMYear, DescriptionTranslation)
translator.register(Theme, RationaleTranslation)
translator.register(Topic, RationaleTranslation)
translator.register(Workshop, WorkshopTranslation)
translator.register(Material, TitleTranslation)
translator.register(BudgetLine, TitleTranslation)
translator.register(Contribution, NoteTranslation)

pghistory.track(exclude=["description", "revision", "edit_version"])(IDMYear)
pghistory.track(exclude=["title", "rationale", "edit_version"])(Theme)
pghistory.track(exclude=["title", "rationale", "edit_version"])(Topic)
pghistory.track(exclude=["title", "description", "revision", "edit_version"])(Workshop)
pghistory.track(exclude=["name_key", "token_hash", "edit_version"])(Participant)
pghistory.track(exclude=["title", "edit_version"])(Material)
pghistory.track(exclude=["title", "edit_version"])(BudgetLine)
pghistory.track(exclude=["note", "edit_version"])(Contribution)
