"""Figures for `documents.reported:<slug>:value`: values reported by hand, each with its source."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from documents.models import ReportedFigure, ReportedValue
from foundation.time.formats import long_date
from texts.registry import Figure, figure_provider, figure_subjects

SUBJECT = "documents.reported"
NAMES = {"value": gettext_lazy("reported value")}


@figure_provider(SUBJECT, names=NAMES)
def provide(asked: Mapping[str, set[str]]) -> dict[tuple[str, str], Figure]:
    rows = ReportedValue.objects.filter(figure__slug__in=asked).latest_of_each().select_related("figure")
    return {(row.figure.slug, "value"): _figure(row) for row in rows if "value" in asked[row.figure.slug]}


def _figure(row: ReportedValue) -> Figure:
    """Return the value as a figure; label and source are translated when they are read."""
    label = lazy(lambda: row.figure.label, str)()
    source = lazy(lambda: _source(row), str)()
    more: dict[str, Any] = {"source": source, "source_url": row.source_url or row.figure.get_absolute_url()}
    if row.figure.kind == ReportedFigure.Kind.MONEY:
        whole = row.amount == row.amount.to_integral_value()
        amount = str(int(row.amount)) if whole else f"{row.amount:.2f}"
        return Figure("money", {"amount": amount, "currency": row.currency}, label, **more)
    count = int(row.amount)
    if row.figure.kind == ReportedFigure.Kind.RATIO:
        return Figure("ratio", [count, row.total], label, n=count, total=row.total, **more)
    return Figure("count", count, label, qualified="more-than" if row.is_lower_bound else "", **more)


def _source(row: ReportedValue) -> str:
    day = long_date(row.reported_on, get_language() or "en")
    return _("%(source)s, as of %(day)s") % {"source": row.source, "day": day}


@figure_subjects(SUBJECT)
def subjects(person: Any) -> list[tuple[str, str]]:
    return [(row.slug, row.label) for row in ReportedFigure.objects.order_by("slug")]
