"""The languages of the portal."""

import re
from collections.abc import Mapping, Sequence

from babel.lists import format_list
from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Languages of the portal."""

    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")
    SPANISH = "es", _("Spanish")


LANGUAGES: tuple[str, ...] = tuple(Language.values)


# Spanish "y" becomes "e" before the sound i: "e Italia", "e hijos", but "y hielo", "y Yemen".
_SOUNDS_AS_I = re.compile(r"\W*(?:[ií](?![aeoáéó])|h[ií](?![aeoáéó])|y[^aeiouáéíóú\s])", re.IGNORECASE)


def list_in_words(parts: Sequence[str], language: str) -> str:
    """Return the items joined by commas and "and": `academia and the media`, `España e Italia`."""
    if language == "es" and len(parts) > 1 and _SOUNDS_AS_I.match(parts[-1]):
        return f"{', '.join(parts[:-1])} e {parts[-1]}"
    # UN English has no serial comma.
    return format_list(list(parts), style="standard", locale={"en": "en_GB"}.get(language, language))


def in_languages(field: str, texts: str | Mapping[str, str]) -> dict[str, str]:
    """Return `{"title_en": …, "title_fr": …}` for a translated field. A plain string is English.

    Raises ValueError for unknown languages.
    """
    given = {Language.ENGLISH.value: texts} if isinstance(texts, str) else texts
    unknown = set(given) - set(LANGUAGES)
    if unknown:
        raise ValueError(f"no such language: {', '.join(sorted(unknown))}")
    return {f"{field}_{language}": text for language, text in given.items()}
