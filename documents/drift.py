"""Drift: figures whose value has changed since somebody reviewed them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.models import Document, ReviewedFigure
from foundation.time.formats import long_date
from texts.material import figure_as_json, figure_from_json
from texts.reading import show
from texts.registry import Figure

_COMPARED = ("kind", "value", "n", "total", "qualified")


@dataclass(frozen=True)
class Drift:
    """A changed figure; `before` and `now` are its wordings in the language of the text."""

    key: str
    before: str
    now: str
    reviewed_on: str
    by: str

    @property
    def sentence(self) -> str:
        return _("%(before)s when reviewed on %(day)s; now %(now)s") % {
            "day": self.reviewed_on,
            "before": self.before,
            "now": self.now,
        }


def reviewed(document: Document, keys: Iterable[str]) -> dict[str, ReviewedFigure]:
    rows = document.reviewed_figures.filter(key__in=set(keys)).select_related("reviewed_by")
    return {row.key: row for row in rows}


def drift_of(
    row: ReviewedFigure | None, figure: Figure, attrs: Mapping[str, Any], language: str, shown_in: str
) -> Drift | None:
    """Return the drift of a figure, or None if it was never reviewed or has not changed.

    The values are worded in `language`, the language of the text; the date in `shown_in`, the language of the page.
    """
    if row is None:
        return None
    if figure.status == "ok":
        present = figure_as_json(figure)
        if all(row.figure[name] == present[name] for name in _COMPARED):
            return None
    before = show(figure_from_json(row.figure, language), dict(attrs), language).text
    now = show(figure, dict(attrs), language).text
    if before == now and figure.status == "ok":
        # Both values read the same in the text, for example "approximately two thirds". Show the plain numbers.
        before, now = (_plain(each, language) for each in (figure_from_json(row.figure, language), figure))
    with override(shown_in):
        day = long_date(row.reviewed_at.date(), shown_in)
    return Drift(str(attrs.get("key")), before, now, day, str(row.reviewed_by or ""))


def _plain(figure: Figure, language: str) -> str:
    return show(figure, {"reads": "auto"}, language).text
