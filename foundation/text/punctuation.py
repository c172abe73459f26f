"""Punctuation that some languages separate from the preceding word."""

from django.utils.translation import get_language

# French puts a no-break space before two-part punctuation; the other languages of the portal do not.
_BEFORE = {"fr": "\N{NO-BREAK SPACE}"}


def colon(language: str | None = None) -> str:
    """Return `:` as the language sets it (default: the page's language), without the following space."""
    return _sign(":", language)


def semicolon(language: str | None = None) -> str:
    """Return `;` as the language sets it."""
    return _sign(";", language)


def labelled(label: object, value: object, language: str | None = None) -> str:
    """Return a label with a text: `Source: register`, `Source : registre`."""
    return f"{label}{colon(language)} {value}"


def _sign(sign: str, language: str | None) -> str:
    return _BEFORE.get((language or get_language() or "")[:2], "") + sign
