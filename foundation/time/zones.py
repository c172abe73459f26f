"""Time zones that people may choose: those of cities, and UTC.

Abbreviations and offsets (`EST`, `GMT`, `Etc/GMT+3`) and names without a place (`localtime`, `Factory`) are refused,
because they have no summer time or mean something else on each machine.
"""

import functools
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

UTC = "UTC"
_AREAS = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


@functools.cache
def cities() -> tuple[str, ...]:
    """Return the names of the zones of cities in alphabetical order, such as `Africa/Accra`."""
    return tuple(sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS))


def city_choices() -> list[tuple[str, str]]:
    """Return the zones of cities as choices of a form."""
    return [(name, name.replace("_", " ")) for name in cities()]


def zone_choices(chosen: str) -> list[tuple[str, str]]:
    """Return the zones of cities, and the chosen one."""
    known = city_choices()
    return known if chosen in cities() else [(chosen, chosen), *known]


def is_zone(name: str) -> bool:
    return name == UTC or name in cities()


def sentence_about_zones() -> str:
    """Return what to enter instead of a zone that may not be chosen."""
    return _("Enter the time zone of a city, such as Europe/Zurich, or UTC.")
