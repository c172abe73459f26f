"""Links to the current page in the other languages of the portal."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils.translation import get_language

from foundation.pages import organization

# Each language is named in that language, regardless of the language of the page.
OWN_NAMES = {"en": "English", "fr": "Français", "es": "Español"}


@dataclass(frozen=True)
class LanguageLink:
    """The current page in one language."""

    code: str
    name: str
    url: str
    is_current: bool


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """Return the page's address in every language that the Organization uses. English has no prefix."""
    here, current = request.get_full_path(), get_language()
    offered = organization.current().languages
    return [
        LanguageLink(code, OWN_NAMES[code], here if code == current else _address(here, code), code == current)
        for code, _name in settings.LANGUAGES
        if code in offered or code == current
    ]


def _address(here: str, code: str) -> str:
    """Return the address in another language, which differs only in its prefix. A few addresses have no prefix."""
    path = here.partition("?")[0][1:]
    entries = (entry.pattern for entry in get_resolver().url_patterns)
    if any(pattern.match(path) for pattern in entries if not isinstance(pattern, LocalePrefixPattern)):
        return here
    bare = here
    for other, _name in settings.LANGUAGES:
        if here == f"/{other}" or here.startswith((f"/{other}/", f"/{other}?")):
            bare = here[len(other) + 1 :] or "/"
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"
