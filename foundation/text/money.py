"""Amounts of money in English, French and Spanish, for pages, emails and documents."""

from decimal import Decimal

from babel.numbers import format_decimal, get_currency_name

from foundation.time import formats

# United Nations usage. Other currencies have the names in Babel's tables.
_CURRENCIES = {("es", "USD"): ("dólar de los Estados Unidos", "dólares de los Estados Unidos")}


def amount(amount: Decimal | int, currency: str, language: str) -> str:
    """Return `USD 200,000` or `200 000 dollars des États-Unis`, with a no-break space next to the digits."""
    exact = Decimal(amount)
    pattern = None if exact == exact.to_integral_value() else "#,##0.00"
    digits = format_decimal(exact, format=pattern, locale=formats.locale_of(language))
    if language == "en":
        return f"{currency}\N{NO-BREAK SPACE}{digits}"
    one, many = _CURRENCIES.get((language, currency)) or (
        get_currency_name(currency, count=count, locale=formats.locale_of(language)) for count in (1, 2)
    )
    # In French the plural begins at 2; in Spanish everything but 1 is plural.
    name = one if (exact < 2 if language == "fr" else exact == 1) else many
    if exact and exact % 1_000_000 == 0:
        vowel = name[0] in "aeiouéAEIOUÉ"
        name = f"d’{name}" if language == "fr" and vowel else f"de {name}"
    return f"{digits}\N{NO-BREAK SPACE}{name}"
