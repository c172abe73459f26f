"""The same page in the portal's other languages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

# Each language is named in itself, whatever the page is in.
OWN_NAMES = {"en": "English", "fr": "Français", "es": "Español"}


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    url: str
    is_current: bool


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """The page's address in every language, with what follows the question mark; English has no prefix."""
    here, current = request.get_full_path(), get_language()
    return [
        LanguageLink(code, OWN_NAMES[code], here if code == current else _address(here, code), code == current)
        for code, _name in settings.LANGUAGES
    ]


def _address(here: str, code: str) -> str:
    there = translate_url(here, code)
    if there != here:
        return there
    # No view answers here (a page of error 404): the prefix alone is changed.
    bare = here
    for other, _name in settings.LANGUAGES:
        if here == f"/{other}" or here.startswith(f"/{other}/"):
            bare = here[len(other) + 1 :] or "/"
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"
