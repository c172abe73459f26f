"""Format numbers for results."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_percent

from foundation.time.formats import locale_of


def whole_percent(of_hundred: float) -> int:
    """Return a whole number from 0 to 100. Halves are rounded up, as in documents."""
    return int(Decimal(str(of_hundred)).quantize(Decimal(1), ROUND_HALF_UP))


def percent(of_hundred: float | None, language: str | None = None) -> str:
    """Return `82%` or `82 %` by language; empty without a value."""
    if of_hundred is None:
        return ""
    return format_percent(Decimal(whole_percent(of_hundred)) / 100, locale=locale_of(language))
