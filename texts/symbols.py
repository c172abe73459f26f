"""Symbols: how they are written, which pattern makes them, how a revision, corrigendum or addendum takes its own."""

import re

# IC/2010/9, MC/2317, MC/INF/302, C/115/1/Rev.2, IC/2010/9/Rev.1/Corr.1
SYMBOL_PATTERN = r"^[A-Z]{1,8}(/[A-Z]{1,8})*(/[0-9]{1,5}){1,4}(/(Rev|Corr|Add)\.[1-9][0-9]{0,2})*$"
_SYMBOL = re.compile(SYMBOL_PATTERN)
# Consultations with the membership are restricted until a logged act opens them.
CONSULTATION_SERIES = "IC/"
_PLACE = re.compile(r"\{([a-z]*)\}")
PLACES = ("year", "session", "number")


def is_symbol(text: str) -> bool:
    return _SYMBOL.match(text) is not None


def is_consultation(symbol: str | None) -> bool:
    return (symbol or "").startswith(CONSULTATION_SERIES)


def derived_symbol(symbol: str, relation: str, number: int) -> str:
    """`IC/2010/9` and `rev`, 1 → `IC/2010/9/Rev.1`. A second revision counts on from the first: it is not one of it."""
    base = re.sub(r"/Rev\.\d+$", "", symbol) if relation == "rev" else symbol
    return f"{base}/{relation.capitalize()}.{number}"


def is_pattern(pattern: str) -> bool:
    """`IC/{year}/{number}`: known places, the number once, and a symbol when they are filled."""
    places = _PLACE.findall(pattern)
    if places.count("number") != 1 or not set(places) <= set(PLACES) or len(places) != len(set(places)):
        return False
    return is_symbol(symbol_in(series_of(pattern, year=2010, session=99), 1))


def needs_session(pattern: str) -> bool:
    return "{session}" in pattern


def series_of(pattern: str, *, year: int, session: int | None) -> str:
    """The pattern with everything filled but the number: what is counted through."""
    return pattern.replace("{year}", str(year)).replace("{session}", str(session or 0))


def symbol_in(series: str, number: int) -> str:
    return series.replace("{number}", str(number))


def numbers_in(series: str) -> str:
    """A regular expression, for Python and PostgreSQL, of the symbols of a series; its group is the number."""
    before, after = series.split("{number}")
    return f"^{re.escape(before)}([0-9]+){re.escape(after)}$"
