"""Register translated fields, then history, in this order: see `membership.translation`."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from foundation.pages.organization import Organization


@register(Organization)
class OrganizationOptions(TranslationOptions):
    fields = ("name", "acronym")


pghistory.track(exclude=["name", "acronym", "edit_version"])(Organization)
