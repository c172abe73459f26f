"""Reading of translated fields: a fallback returns a text that knows its language."""

from typing import Any

from modeltranslation.fields import TranslationFieldDescriptor
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname, get_language

from foundation.text.in_language import TextInLanguage
from foundation.text.languages import LANGUAGES


class FallbackField(TranslationFieldDescriptor):
    """modeltranslation's descriptor, with fallbacks returned as `TextInLanguage`."""

    def __get__(self, instance: Any, owner: type | None) -> Any:
        if instance is None:
            return self
        name, asked = self.field.name, get_language()
        own = getattr(instance, build_localized_fieldname(name, asked), None)
        if own:
            return own
        value = super().__get__(instance, owner)
        if not value or not isinstance(value, str):
            return value
        for language in LANGUAGES:
            if language != asked and getattr(instance, build_localized_fieldname(name, language), None) == value:
                return TextInLanguage(value, language)
        return value


def install() -> None:
    """Install the descriptor. Call this after all apps have registered their translated fields."""
    for model in translator.get_registered_models(abstract=False):
        for name, reading in list(vars(model).items()):
            if type(reading) is TranslationFieldDescriptor:
                more = (reading.fallback_languages, reading.fallback_value, reading.fallback_undefined)
                setattr(model, name, FallbackField(reading.field, *more))
