"""Rules that forms and services share."""

import functools
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


@functools.cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def validate_zone(name: str) -> None:
    if name not in _known_zones():
        raise ValidationError({"zone": _("Choose a time zone from the list.")})
