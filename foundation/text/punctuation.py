"""Signs that stand apart from the word before them in some languages."""

from django.utils.translation import get_language

# In French a space that never breaks stands before the two-part signs; the other languages of the portal have none.
_BEFORE = {"fr": "\N{NO-BREAK SPACE}"}


def colon(language: str | None = None) -> str:
    """`:` as the language writes it (none given: the language of the page), without the space that follows it."""
    return _sign(":", language)


def semicolon(language: str | None = None) -> str:
    return _sign(";", language)


def labelled(label: object, value: object, language: str | None = None) -> str:
    """`Source: register`, `Source : registre`."""
    return f"{label}{colon(language)} {value}"


def _sign(sign: str, language: str | None) -> str:
    return _BEFORE.get((language or get_language() or "")[:2], "") + sign
