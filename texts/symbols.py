"""Symbols of documents: their form, the patterns that create them, and the symbols of revisions and corrigenda."""

import re

# For example IC/2010/9, MC/2317, MC/INF/302, C/115/1/Rev.2, IC/2010/9/Rev.1/Corr.1.
SYMBOL_PATTERN = r"^[A-Z]{1,8}(/[A-Z]{1,8})*(/[0-9]{1,5}){1,4}(/(Rev|Corr|Add)\.[1-9][0-9]{0,2})*$"
_SYMBOL = re.compile(SYMBOL_PATTERN)
# Documents of this series are restricted until somebody opens them, which is logged.
CONSULTATION_SERIES = "IC/"
_PLACE = re.compile(r"\{([a-z]*)\}")
PLACES = ("year", "session", "number")


def is_symbol(text: str) -> bool:
    """Return whether `text` has the form of a symbol."""
    return _SYMBOL.match(text) is not None


def is_consultation(symbol: str | None) -> bool:
    """Return whether `symbol` belongs to the consultations with the membership."""
    return (symbol or "").startswith(CONSULTATION_SERIES)


def derived_symbol(symbol: str, relation: str, number: int) -> str:
    """Return the symbol of a derived document: `IC/2010/9`, `rev` and 1 give `IC/2010/9/Rev.1`.

    A second revision revises the original, so it gets Rev.2 and not Rev.1/Rev.1.
    """
    base = re.sub(r"/Rev\.\d+$", "", symbol) if relation == "rev" else symbol
    return f"{base}/{relation.capitalize()}.{number}"


def is_pattern(pattern: str) -> bool:
    """Return whether a pattern such as `IC/{year}/{number}` is valid.

    It may have each known placeholder once, must have the number, and must give a symbol when filled in.
    """
    places = _PLACE.findall(pattern)
    if places.count("number") != 1 or not set(places) <= set(PLACES) or len(places) != len(set(places)):
        return False
    return is_symbol(symbol_in(series_of(pattern, year=2010, session=99), 1))


def needs_session(pattern: str) -> bool:
    """Return whether a pattern has a placeholder for the session."""
    return "{session}" in pattern


def series_of(pattern: str, *, year: int, session: int | None) -> str:
    """Return the pattern with everything filled in except the number. Documents are counted within this series."""
    return pattern.replace("{year}", str(year)).replace("{session}", str(session or 0))


def symbol_in(series: str, number: int) -> str:
    """Return the symbol with this number in a series."""
    return series.replace("{number}", str(number))


def numbers_in(series: str) -> str:
    """Return a regular expression that matches the symbols of a series and captures the number.

    It is valid in Python and in PostgreSQL.
    """
    before, after = series.split("{number}")
    return f"^{re.escape(before)}([0-9]+){re.escape(after)}$"
