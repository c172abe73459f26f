"""Read the cells of an uploaded table: dates, yes or no, and choices, in every language of the portal.

All readers raise Refused for a cell that they cannot read.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.refusals import Refused
from foundation.text import LANGUAGES, fold

_YES = {"yes", "y", "true", "oui", "o", "vrai", "si", "s", "verdadero", "1"}
_NO = {"no", "n", "false", "non", "faux", "falso", "0"}
_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
LAST_MONTH = 12


class DayOrder(models.TextChoices):
    DAY_FIRST = "day", gettext_lazy("Day first: 03/04/2026 is 3 April 2026")
    MONTH_FIRST = "month", gettext_lazy("Month first: 03/04/2026 is March 4, 2026")


@dataclass(frozen=True)
class OrderFound:
    """The order of day and month in a file, with the date that shows it: `line` is its line, `written` its text.

    `order` is None if no date shows it. If `is_open`, the file also has dates that can be read in two ways, and
    `written` is the first of them.
    """

    order: DayOrder | None = None
    line: int = 0
    written: str = ""
    is_open: bool = False


def order_of_days(cells: Iterable[tuple[int, str]]) -> OrderFound:
    """Return the order of day and month, inferred from the dates that can be read in only one way.

    `cells` are (line, text). Dates with dots always have the day first, so they are not considered.
    """
    seen: dict[DayOrder | None, tuple[int, str]] = {}
    for line, written in cells:
        found = _DAY.fullmatch(written)
        if found and found[2] != "." and found[1] != found[3]:
            seen.setdefault(_only_order(int(found[1]), int(found[3])), (line, written))
    orders = [order for order in DayOrder if order in seen]
    if len(orders) == 1:
        return OrderFound(orders[0], *seen[orders[0]])
    return OrderFound(None, *seen[None], is_open=True) if None in seen else OrderFound()


def _only_order(first: int, second: int) -> DayOrder | None:
    if first > LAST_MONTH:
        return DayOrder.DAY_FIRST
    return DayOrder.MONTH_FIRST if second > LAST_MONTH else None


def as_day(written: str, order: DayOrder | None = None) -> dt.date:
    """Return the date in a cell, written as in ISO 8601 or in this order of day and month.

    Without an order, a date that can be read in two ways is refused.
    """
    found = _DAY.fullmatch(written)
    if not found:
        return _date(written, written)
    first, sign, second, year = int(found[1]), found[2], int(found[3]), found[4]
    if sign == "." or first == second:
        order = DayOrder.DAY_FIRST
    order = order or _only_order(first, second)
    if order is None:
        raise Refused(
            _("“%(written)s” can be read in two ways. Choose the order of day and month.") % {"written": written}
        )
    day, month = (first, second) if order == DayOrder.DAY_FIRST else (second, first)
    return _date(f"{year}-{month:02}-{day:02}", written)


def _date(iso: str, written: str) -> dt.date:
    try:
        return dt.date.fromisoformat(iso)
    except ValueError as error:
        raise Refused(
            _("“%(written)s” is not a date. Enter a date such as 12/07/2010 (day first) or 2010-07-12.")
            % {"written": written[:50]}
        ) from error


def as_yes_or_no(written: str) -> bool:
    """Return True for "yes" and False for "no", written in English, French or Spanish."""
    folded = fold(written).strip()
    if folded not in _YES | _NO:
        raise Refused(_("Enter yes or no, not “%(written)s”.") % {"written": written[:50]})
    return folded in _YES


def as_choice(choices: type[models.TextChoices]) -> Callable[[str], str]:
    """Return a function that reads one of these choices, given as its value or its label in any language."""

    def read(written: str) -> str:
        found = _said(choices).get(fold(written).strip())
        if found is None:
            raise Refused(
                _("Enter one of these, not “%(written)s”: %(allowed)s.")
                % {"written": written[:50], "allowed": ", ".join(choices.values)}
            )
        return found

    return read


@functools.cache
def _said(choices: type[models.TextChoices]) -> dict[str, str]:
    labels = {}
    for language in LANGUAGES:
        with translation.override(language):
            labels |= {fold(str(label)).strip(): value for value, label in choices.choices}
    return labels | {fold(value): value for value in choices.values}
