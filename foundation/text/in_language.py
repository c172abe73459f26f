"""Texts shown in another language than the page because there is no translation yet.

A translated field without a translation returns the text of the next language. Such a text knows its language here, so
that pages can mark it (WCAG 3.1.2) wherever it is shown.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class TextInLanguage(str):
    """A text with its language. Slices and joined texts are plain strings again."""

    language: str

    def __new__(cls, text: str, language: str) -> "TextInLanguage":
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:
        return (str(self), self.language)


def lang_attribute(text: object, language: str | None = None) -> SafeString:
    """Return ` lang="en"` for a text in another language than its context (default: the page), otherwise nothing."""
    if not isinstance(text, TextInLanguage) or text.language == (language or get_language()):
        return SafeString("")
    return format_html(' lang="{}"', text.language)
