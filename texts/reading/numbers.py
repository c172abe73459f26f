"""Numbers, ordinals and ranges of days in English, French and Spanish."""

import datetime as dt
import re

from babel.numbers import format_decimal
from num2words import num2words

from foundation.time import formats


def digits(number: int, language: str) -> str:
    """Return the number in digits, grouped as in `language`."""
    written: str = format_decimal(number, locale=formats.locale_of(language))
    return written


def in_words(number: int, language: str, gender: str) -> str:
    """Return the number spelled out, as it is written before a noun of this gender ("m" or "f")."""
    text: str = num2words(number, lang=language).replace(",", "")
    if gender == "f" and language == "fr":
        text = re.sub(r"\bun$", "une", text)
    if language == "es":
        if gender == "f":
            text = re.sub(r"ientos\b(?! mill)", "ientas", re.sub(r"uno$", "una", text))
        # "uno" is shortened before a noun and before "mil" and "millones": veintiún, treinta y un.
        text = re.sub(r"uno(?=$| mil)", "un", re.sub(r"veintiuno(?=$| mil)", "veintiún", text))
    return text


def ordinal(number: int, language: str, gender: str) -> str:
    """Return the ordinal in digits: `99th`, `1re`, `3.er`."""
    if language == "fr":
        return f"{number}{('re' if gender == 'f' else 'er') if number == 1 else 'e'}"
    if language == "es":
        if gender == "f":
            return f"{number}.ª"
        # ".er" where the word is shortened before a noun: primer, vigésimo tercer.
        return f"{number}.{'er' if number % 10 in {1, 3} and number % 100 != 11 else 'º'}"
    written: str = num2words(number, lang="en", to="ordinal_num")
    return written


def ordinal_in_words(number: int, language: str, gender: str) -> str:
    """Return the ordinal as written before a noun: `ninety-ninth`, `quatre-vingt-dix-neuvième`, `primer`."""
    text: str = num2words(number, lang=language, to="ordinal").replace(",", "")
    if language == "fr":
        # Ordinals drop the plural s of "quatre-vingts" and "deux cents".
        text = re.sub(r"(vingt|cent|million|milliard)sième\b", r"\1ième", text)
        return re.sub(r"^premier$", "première", text) if gender == "f" else text
    if language == "es":
        return _spanish_ordinal(text, gender)
    return text


_SPANISH_TEENS = {
    "décimoprimero": "undécimo", "décimosegundo": "duodécimo", "décimo tercero": "decimotercero",
    "décimo cuarto": "decimocuarto", "décimo quinto": "decimoquinto", "décimo sexto": "decimosexto",
    "décimo séptimo": "decimoséptimo", "décimo octavo": "decimoctavo", "décimo noveno": "decimonoveno",
}  # fmt: skip


def _spanish_ordinal(text: str, gender: str) -> str:
    """Correct num2words: 11 to 19 are one word; `primero` and `tercero` are shortened before a masculine noun."""
    for written, one_word in _SPANISH_TEENS.items():
        text = re.sub(rf"(^| ){written}$", rf"\1{one_word}", text)
    if gender == "f":
        return re.sub(r"o\b", "a", text)
    return re.sub(r"(primer|tercer)o$", r"\1", text)


# French and Spanish use prepositions for a range of days: "du 19 au 20 juillet", "del 19 al 20 de julio".
_SPAN = {"fr": ("du {} au {}", "le {}"), "es": ("del {} al {}", "el {}")}


def span_of_days(first: dt.date, last: dt.date, language: str) -> str:
    """Return `19–20 July 2010` or `du 19 au 20 juillet 2010`. A month or year that both days share is written once."""
    if language not in _SPAN:
        return formats.date_range(first, last, language)
    if last < first:
        raise ValueError("the range ends before it starts")
    span, one_day = _SPAN[language]
    end = formats.long_date(last, language)
    if first == last:
        return one_day.format(end)
    if first.year != last.year:
        return span.format(formats.long_date(first, language), end)
    begin = formats.day_and_month(first, language)
    return span.format(begin.split(" ")[0] if first.month == last.month else begin, end)
