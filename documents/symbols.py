"""Symbols: how they are written, and how a revision, a corrigendum or an addendum takes its own."""

import re

# IC/2010/9, MC/2317, MC/INF/302, C/115/1/Rev.2, IC/2010/9/Rev.1/Corr.1
SYMBOL_PATTERN = r"^[A-Z]{1,8}(/[A-Z]{1,8})*(/[0-9]{1,5}){1,4}(/(Rev|Corr|Add)\.[1-9][0-9]{0,2})*$"
_SYMBOL = re.compile(SYMBOL_PATTERN)
# Consultations with the membership are restricted until a logged act opens them.
CONSULTATION_SERIES = "IC/"


def is_symbol(text: str) -> bool:
    return _SYMBOL.match(text) is not None


def is_consultation(symbol: str | None) -> bool:
    return (symbol or "").startswith(CONSULTATION_SERIES)


def derived_symbol(symbol: str, relation: str, number: int) -> str:
    """`IC/2010/9` and `rev`, 1 → `IC/2010/9/Rev.1`. A second revision counts on from the first: it is not one of it."""
    base = re.sub(r"/Rev\.\d+$", "", symbol) if relation == "rev" else symbol
    return f"{base}/{relation.capitalize()}.{number}"
