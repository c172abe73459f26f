"""Dates, times and durations as text. Every function takes a language; the default is the active one."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_location, get_timezone_name
from babel.units import format_unit
from django.utils import timezone, translation
from django.utils.translation import gettext as _

# UN English puts the day before the month, as in British usage.
_LOCALES = {"en": Locale("en", "GB"), "fr": Locale("fr"), "es": Locale("es")}
_DAY_MONTH = {"en": "d MMMM", "fr": "d MMMM", "es": "d 'de' MMMM"}
_YEAR = {"en": " y", "fr": " y", "es": " 'de' y"}
# Babel has no name for some zones; they are named after their country.
_NAMELESS = re.compile(r"(?:GMT|UTC)[+-]")
EN_DASH = "\N{EN DASH}"
LONG_OVER = dt.timedelta(days=30)  # as in static/js/src/reader-time.js


def language_of(language: str | None = None) -> str:
    """Return `language`, or the active one, as one of the portal's languages (`fr` for `fr-ch`)."""
    code = (language or translation.get_language() or "en").partition("-")[0]
    return code if code in _LOCALES else "en"


def locale_of(language: str | None = None) -> Locale:
    """Return Babel's locale of a language of the portal."""
    return _LOCALES[language_of(language)]


def zone_of(zone: str | dt.tzinfo) -> dt.tzinfo:
    """Return a time zone from its name, or the given time zone."""
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def in_zone(moment: dt.datetime, zone: str | dt.tzinfo) -> dt.datetime:
    """Return an aware time in a time zone."""
    return timezone.localtime(moment, zone_of(zone))


def _day(date: dt.date, pattern: str, language: str) -> str:
    text = format_date(date, pattern, locale=_LOCALES[language])
    # French writes "1er juillet" but "2 juillet".
    return text.replace("1", "1er", 1) if language == "fr" and date.day == 1 and pattern.startswith("d") else text


def long_date(date: dt.date, language: str | None = None) -> str:
    """Return `19 July 2010`, `1er juillet 2010` or `19 de julio de 2010`."""
    code = language_of(language)
    return _day(date, _DAY_MONTH[code] + _YEAR[code], code)


def day_and_month(date: dt.date, language: str | None = None) -> str:
    """Return `19 July` or `19 de julio`."""
    code = language_of(language)
    return _day(date, _DAY_MONTH[code], code)


def month_and_year(date: dt.date, language: str | None = None) -> str:
    """Return `March 2010`, `mars 2010` or `marzo de 2010`."""
    code = language_of(language)
    return format_date(date, "MMMM" + _YEAR[code], locale=_LOCALES[code])


def weekday(date: dt.date, language: str | None = None) -> str:
    """Return the name of the day, for example `Monday`."""
    return format_date(date, "EEEE", locale=locale_of(language))


def weekday_date(date: dt.date, language: str | None = None) -> str:
    """Return `Monday 19 July 2010`, `lundi 19 juillet 2010` or `lunes, 19 de julio de 2010`."""
    code = language_of(language)
    return f"{weekday(date, code)}{', ' if code == 'es' else ' '}{long_date(date, code)}"


def date_range(start: dt.date, end: dt.date | None = None, language: str | None = None) -> str:
    """Return `19–20 July 2010` or `29 November – 2 December 2010`.

    A month or year that both days share is written once.
    """
    code = language_of(language)
    if end is None or end == start:
        return long_date(start, code)
    if end < start:
        raise ValueError(f"the range ends on {end}, before it starts on {start}")
    if start.year != end.year:
        return f"{long_date(start, code)} {EN_DASH} {long_date(end, code)}"
    if start.month != end.month:
        return f"{day_and_month(start, code)} {EN_DASH} {long_date(end, code)}"
    return f"{_day(start, 'd', code)}{EN_DASH}{long_date(end, code)}"


def clock_time(moment: dt.datetime | dt.time) -> str:
    """Return `09:30`: the 24-hour clock in all languages."""
    return f"{moment:%H:%M}"


def zone_name(moment: dt.datetime, zone: str | dt.tzinfo, language: str | None = None) -> str:
    """Return the name of the zone at that time with its offset: `Central European Summer Time, UTC+2`."""
    local = in_zone(moment, zone)
    offset = local.utcoffset() or dt.timedelta()
    name = get_timezone_name(local, width="long", locale=locale_of(language))
    if _NAMELESS.match(name):
        name = get_timezone_location(local, locale=locale_of(language))
    return f"{name}, {_offset(offset)}" if offset else name


def _offset(offset: dt.timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def zoned(moment: dt.datetime, zone: str | dt.tzinfo, language: str | None = None) -> str:
    """Return `Monday 19 July 2010, 10:00 (Central European Summer Time, UTC+2)`."""
    local = in_zone(moment, zone)
    return f"{weekday_date(local, language)}, {clock_time(local)} ({zone_name(moment, zone, language)})"


def short_moment(moment: dt.datetime, zone: str | dt.tzinfo, language: str | None = None) -> str:
    """Return `19 Jul 2010, 10:00`, for table cells under a heading that names the zone."""
    return format_datetime(in_zone(moment, zone), "d MMM y, HH:mm", locale=locale_of(language))


def span(length: dt.timedelta, language: str | None = None) -> str:
    """Return `3 days 4 hours`: the two largest units, rounded down; at least one minute."""
    locale = locale_of(language)
    minutes = max(1, int(length.total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (rest, "minute")]
    return " ".join(format_unit(count, f"duration-{unit}", "long", locale=locale) for count, unit in parts if count)


def time_left(moment: dt.datetime, now: dt.datetime, language: str | None = None) -> str:
    """Return `3 days 4 hours left`, or how long ago it ended; after 30 days only that it has ended."""
    with translation.override(language_of(language)):
        if moment > now:
            return _("%(span)s left") % {"span": span(moment - now)}
        if now - moment > LONG_OVER:
            return _("ended")
        return _("ended %(span)s ago") % {"span": span(now - moment)}


def elapsed(length: dt.timedelta) -> str:
    """Return how long something has been running: `0:07`, `12:40`, `1:02:05`."""
    seconds = max(0, int(length.total_seconds()))
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
