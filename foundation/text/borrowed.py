"""Texts that stand in another language than the page, because nobody has translated them yet.

Whoever reads a translated field gets, where there is no translation, the text of the next language; here such a text
says which language that is, so that pages can mark it (WCAG 3.1.2) wherever on its way it is shown.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class Borrowed(str):
    """A text that says its language, since pages in any language show it. Cut or joined it is a plain text again."""

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
