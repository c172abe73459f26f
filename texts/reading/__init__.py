"""How a figure reads: spelled out, rounded, as "approximately", "more than" or "a majority", in three languages.

The rules are listed in `RULES`, which the editor shows beside each choice. A figure that a reading would misstate is
refused with `UnsuitableReading`: the draft shows it in red, and the document cannot be issued.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_percent
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text import list_in_words, money
from foundation.time import formats
from texts.reading import numbers
from texts.reading.rules import AUTO, RULES, WAYS
from texts.registry import Figure

# The greatest difference at which a share reads as a simple fraction ("approximately two thirds").
FRACTION_TOLERANCE = Fraction(2, 100)
_DENOMINATORS = (2, 3, 4, 5)


class UnsuitableReading(Exception):
    """The figure cannot be read in this way; the message gives the reason."""


# Phrases in the language of the document, which may differ from that of the page around it.
_PHRASES = {
    "en": {
        "more-than": "more than {}",
        "approximately": "approximately {}",
        "majority": "a majority",
        "of": "{} of {}",
    },
    "fr": {"more-than": "plus de {}", "approximately": "environ {}", "majority": "une majorité", "of": "{} sur {}"},
    "es": {
        "more-than": "más de {}",
        "approximately": "aproximadamente {}",
        "majority": "una mayoría",
        "of": "{} de {}",
    },
}
_FRACTIONS = {
    "en": {
        (1, 2): "half", (1, 3): "one third", (2, 3): "two thirds", (1, 4): "one quarter", (3, 4): "three quarters",
        (1, 5): "one fifth", (2, 5): "two fifths", (3, 5): "three fifths", (4, 5): "four fifths",
    },
    "fr": {
        (1, 2): "la moitié", (1, 3): "un tiers", (2, 3): "deux tiers", (1, 4): "un quart", (3, 4): "trois quarts",
        (1, 5): "un cinquième", (2, 5): "deux cinquièmes", (3, 5): "trois cinquièmes", (4, 5): "quatre cinquièmes",
    },
    "es": {
        (1, 2): "la mitad", (1, 3): "un tercio", (2, 3): "dos tercios", (1, 4): "un cuarto", (3, 4): "tres cuartos",
        (1, 5): "un quinto", (2, 5): "dos quintos", (3, 5): "tres quintos", (4, 5): "cuatro quintos",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A cited figure as displayed: its words, or the problem that prevents the document from being issued."""

    text: str
    status: str
    problem: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether the figure has a value that can be shown in the chosen way."""
        return self.status == "ok"

    @property
    def status_words(self) -> str:
        """A short reason why there is no value, for the reader; empty if there is one."""
        return "" if self.is_sound else str(_STATUS_WORDS[self.status])


_STATUS_WORDS = {
    "missing": gettext_lazy("figure not found"),
    "not-yet": gettext_lazy("not available yet"),
    "suppressed": gettext_lazy("suppressed: too few answers"),
    "does-not-read": gettext_lazy("cannot be shown in this format"),
}


def show(figure: Figure, attrs: dict[str, Any], language: str) -> Shown:
    """Return the figure as displayed in `language`. Never raises; what went wrong is in `Shown.problem`."""
    if figure.status != "ok":
        word = str(_STATUS_WORDS[figure.status])
        return Shown(f"[{word}]", figure.status, _problem(figure, attrs, word))
    try:
        text = read(
            figure,
            attrs.get("reads", "auto"),
            language,
            capital=bool(attrs.get("capital")),
            gender=attrs.get("gender", "m"),
        )
    except UnsuitableReading as why:
        return Shown(f"[{_STATUS_WORDS['does-not-read']}]", "does-not-read", _problem(figure, attrs, why))
    return Shown(text, "ok")


def _problem(figure: Figure, attrs: dict[str, Any], why: object) -> str:
    """Return a sentence that names the figure by its label and its source, or by its key if it has no source."""
    name = f"{figure.label} ({figure.source or attrs.get('key', '')})"
    return _("“%(key)s”: %(why)s") % {"key": name, "why": why}


def ways_of(figure: Figure) -> tuple[str, ...]:
    """Return the readings available for this kind of figure, the default first."""
    return ("auto", *WAYS[figure.kind])


def read(figure: Figure, reads: str, language: str, *, capital: bool = False, gender: str = "m") -> str:
    """Return the figure as text in `language`. `gender` ("m" or "f") is that of the noun that follows the number.

    Raises UnsuitableReading.
    """
    if figure.status != "ok":
        raise UnsuitableReading(str(_STATUS_WORDS[figure.status]))
    way = AUTO[figure.kind] if reads == "auto" else reads
    if way not in WAYS[figure.kind]:
        raise UnsuitableReading(_("this kind of figure cannot be shown as “%(way)s”") % {"way": _label(way)})
    if figure.qualified == "more-than":
        # The source gives only a lower bound, so no reading may present it as an exact count.
        way = "more-than"
    try:
        text = _READERS[way](figure, language, gender)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise UnsuitableReading(_("the value cannot be shown as “%(way)s”") % {"way": _label(way)}) from error
    return text[:1].upper() + text[1:] if capital else text


def _label(way: str) -> str:
    return next((str(label) for name, label, _rule in RULES if name == way), way)


# --- Numbers ----------------------------------------------------------------------------------------------------------
def _count(figure: Figure) -> int:
    value = figure.value
    if figure.kind == "names":
        return len(value)
    if figure.kind == "score":
        return _rounded(Decimal(str(value)))
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a whole number")
    return value


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _number(figure: Figure, language: str, gender: str) -> str:
    return numbers.digits(_count(figure), language)


def _in_words(figure: Figure, language: str, gender: str) -> str:
    return numbers.in_words(_count(figure), language, gender)


def _more_than(figure: Figure, language: str, gender: str) -> str:
    count = _count(figure)
    if figure.qualified != "more-than":
        step = 10 if count < 100 else 50 if count < 1000 else 500
        count = (count - 1) // step * step
        if count <= 0:
            raise UnsuitableReading(_("there is no lower round number"))
    return _PHRASES[language]["more-than"].format(numbers.digits(count, language))


def _ordinal(figure: Figure, language: str, gender: str) -> str:
    return numbers.ordinal(_count(figure), language, gender)


def _ordinal_words(figure: Figure, language: str, gender: str) -> str:
    return numbers.ordinal_in_words(_count(figure), language, gender)


# --- Shares -----------------------------------------------------------------------------------------------------------
def _share(figure: Figure) -> Fraction:
    """Return the share as precisely as it is known: from n and total if the figure has them."""
    if figure.kind == "score":
        return Fraction(str(figure.value)) / 100
    n, total = _n_and_total(figure)
    if total:
        return Fraction(n, total)
    return Fraction(str(figure.value))


def _n_and_total(figure: Figure) -> tuple[int, int]:
    if figure.n is not None and figure.total:
        return figure.n, figure.total
    if isinstance(figure.value, list | tuple):
        n, total = figure.value
        return n, total
    return 0, 0


def _format_percent(share: Fraction, language: str) -> str:
    whole = _rounded(Decimal(share.numerator) * 100 / Decimal(share.denominator))
    return format_percent(Decimal(whole) / 100, locale=formats.locale_of(language))


def _percent(figure: Figure, language: str, gender: str) -> str:
    return _format_percent(_share(figure), language)


def _approximate_percent(figure: Figure, language: str, gender: str) -> str:
    share = _share(figure)
    nearest = Fraction(int(share * 20 + Fraction(1, 2)), 20)
    if not 0 < nearest < 1:
        raise UnsuitableReading(_("rounded to the nearest 5 per cent, it would be 0 or 100 per cent"))
    return _PHRASES[language]["approximately"].format(_format_percent(nearest, language))


def _nearest_fraction(share: Fraction, tolerance: Fraction) -> Fraction:
    simple = {Fraction(n, d) for d in _DENOMINATORS for n in range(1, d)}
    nearest = min(simple, key=lambda fraction: (abs(fraction - share), fraction.denominator))
    if abs(nearest - share) > tolerance:
        raise UnsuitableReading(_("no simple fraction is close enough"))
    return nearest


def _fraction(figure: Figure, language: str, gender: str) -> str:
    nearest = _nearest_fraction(_share(figure), Fraction(1, 1000))
    return _FRACTIONS[language][nearest.numerator, nearest.denominator]


def _approximately(figure: Figure, language: str, gender: str) -> str:
    if figure.kind in {"count", "money"}:
        exact = Decimal(figure.value["amount"]) if figure.kind == "money" else Decimal(_count(figure))
        step = 10 if exact < 1000 else 100
        near = _rounded(exact / step) * step
        if near == 0:
            raise UnsuitableReading(_("it is too small to be rounded"))
        words = (
            money.amount(near, figure.value["currency"], language)
            if figure.kind == "money"
            else numbers.digits(near, language)
        )
    else:
        nearest = _nearest_fraction(_share(figure), FRACTION_TOLERANCE)
        words = _FRACTIONS[language][nearest.numerator, nearest.denominator]
    return _PHRASES[language]["approximately"].format(words)


def _majority(figure: Figure, language: str, gender: str) -> str:
    n, total = _n_and_total(figure)
    if not total:
        raise UnsuitableReading(_("it has no total"))
    if 2 * n <= total:
        raise UnsuitableReading(_("%(n)s of %(total)s is not a majority") % {"n": n, "total": total})
    return _PHRASES[language]["majority"]


def _ratio(figure: Figure, language: str, gender: str) -> str:
    n, total = _known_total(figure)
    return f"{numbers.digits(n, language)}/{numbers.digits(total, language)}"


def _of(figure: Figure, language: str, gender: str) -> str:
    n, total = _known_total(figure)
    return _PHRASES[language]["of"].format(numbers.digits(n, language), numbers.digits(total, language))


def _known_total(figure: Figure) -> tuple[int, int]:
    n, total = _n_and_total(figure)
    if not total:
        raise UnsuitableReading(_("it has no total"))
    return n, total


# --- Money, dates, names ----------------------------------------------------------------------------------------------
def _money(figure: Figure, language: str, gender: str) -> str:
    return money.amount(Decimal(figure.value["amount"]), figure.value["currency"], language)


def _date(value: str) -> dt.date:
    return dt.date.fromisoformat(value[:10])


def _long_date(figure: Figure, language: str, gender: str) -> str:
    return formats.long_date(_date(figure.value), language)


def _day_month(figure: Figure, language: str, gender: str) -> str:
    return formats.day_and_month(_date(figure.value), language)


def _month_year(figure: Figure, language: str, gender: str) -> str:
    first, last = (figure.value, figure.value) if figure.kind == "date" else figure.value
    if _date(first).replace(day=1) != _date(last).replace(day=1):
        raise UnsuitableReading(_("it spans two months"))
    return formats.month_and_year(_date(first), language)


def _date_range(figure: Figure, language: str, gender: str) -> str:
    first, last = figure.value
    return numbers.span_of_days(_date(first), _date(last), language)


def _in_language(value: Any, language: str) -> str:
    if isinstance(value, str):
        return value
    if not value.get(language):
        names = {"en": _("English"), "fr": _("French"), "es": _("Spanish")}
        raise UnsuitableReading(_("it has no text in %(language)s") % {"language": names[language]})
    text: str = value[language]
    return text


def _list(figure: Figure, language: str, gender: str) -> str:
    if not figure.value:
        raise UnsuitableReading(_("the list is empty"))
    return list_in_words([_in_language(name, language) for name in figure.value], language)


def _title(figure: Figure, language: str, gender: str) -> str:
    return _in_language(figure.value, language)


_READERS: dict[str, Callable[[Figure, str, str], str]] = {
    "number": _number,
    "words": _in_words,
    "percent": _percent,
    "approximately": _approximately,
    "approximate-percent": _approximate_percent,
    "fraction": _fraction,
    "more-than": _more_than,
    "a-majority": _majority,
    "ratio": _ratio,
    "of": _of,
    "ordinal": _ordinal,
    "ordinal-words": _ordinal_words,
    "long-date": _long_date,
    "day-month": _day_month,
    "month-year": _month_year,
    "date-range": _date_range,
    "list": _list,
    "title": _title,
    "money": _money,
}

__all__ = ["AUTO", "FRACTION_TOLERANCE", "RULES", "WAYS", "Shown", "UnsuitableReading", "read", "show", "ways_of"]
