"""Texts that stand in another language than the page, because nobody has translated them yet.

Whoever reads a translated field gets, where there is no translation, the text of the next language; here such a text
says which language that is, so that pages can mark it (WCAG 3.1.2) wherever on its way it is shown.
"""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from modeltranslation.fields import TranslationFieldDescriptor
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname, get_language

from foundation.text.languages import LANGUAGES


class Borrowed(str):
    """A text in `language`, which was not the one asked for. Cut, joined or formatted it is a plain text again."""

    language: str

    def __new__(cls, text: str, language: str) -> "Borrowed":
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:
        return (str(self), self.language)


def lang_attribute(text: object, language: str | None = None) -> SafeString:
    """` lang="en"` for a text in another language than the one around it (none given: that of the page); or nothing."""
    if not isinstance(text, Borrowed) or text.language == (language or get_language()):
        return SafeString("")
    return format_html(' lang="{}"', text.language)


class BorrowingField(TranslationFieldDescriptor):
    """modeltranslation's own reading, but that a fallback is `Borrowed`."""

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
                return Borrowed(value, language)
        return value


def install() -> None:
    """Once the translated fields of every room are registered."""
    for model in translator.get_registered_models(abstract=False):
        for name, reading in list(vars(model).items()):
            if type(reading) is TranslationFieldDescriptor:
                more = (reading.fallback_languages, reading.fallback_value, reading.fallback_undefined)
                setattr(model, name, BorrowingField(reading.field, *more))
