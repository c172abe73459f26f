"""Short content of documents in three languages, and the history of what staff edit in them."""

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


# Tracked after registration: before it, an edit of the French title alone would leave no event.
pghistory.track(exclude=["session_line", "title", "subtitle", "revision"])(Document)
pghistory.track(exclude=["title"])(Part)
pghistory.track()(HouseStyle)
