"""Register the fields that exist in three languages, and track the history of what staff edit."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from documents.models import Document, HouseStyle, Part, ReportedFigure


@register(Document)
class DocumentOptions(TranslationOptions):
    fields = ("session_line", "title", "subtitle")


@register(Part)
class PartOptions(TranslationOptions):
    fields = ("title",)


@register(ReportedFigure)
class ReportedFigureOptions(TranslationOptions):
    fields = ("label",)


# Track after registering: otherwise an edit of only the French title would leave no event.
pghistory.track(exclude=["session_line", "title", "subtitle", "revision"])(Document)
pghistory.track(exclude=["title"])(Part)
pghistory.track()(HouseStyle)
