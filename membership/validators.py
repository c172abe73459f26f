"""Rules that forms and services share."""

import functools
import unicodedata
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_line(text: str) -> None:
    """Refuse line breaks, control characters and direction marks: names are used in email subjects and file names."""
    # Cc: control characters, Cf: invisible format marks (bidi), Zl and Zp: line and paragraph separators.
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in text):
        raise ValidationError(_("Enter it on one line, without invisible characters."))


@functools.cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def validate_zone(name: str) -> None:
    if name not in _known_zones():
        raise ValidationError({"zone": _("Choose a time zone from the list.")})
