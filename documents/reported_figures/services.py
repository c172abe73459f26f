"""Enter reported figures, and mark the figures of a draft as reviewed."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document, ReportedFigure, ReportedValue, ReviewedFigure
from documents.permissions import EDITORS, require_role
from foundation.refusals import Refused, check_row
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from texts.material import figure_as_json
from texts.registry import is_key, resolve

REVIEWED_AT_ONCE = 1000


@transaction.atomic
def enter_figure(
    *, slug: str, kind: str, labels: dict[str, str], actor: Any, now: dt.datetime | None = None, **value: Any
) -> ReportedFigure:
    """Create a reported figure with its first value.

    `value` are the arguments of `report_value`. Raises `Refused` if the name is in use or a value is not accepted.
    """
    require_role(actor, *EDITORS)
    if ReportedFigure.objects.filter(slug=slug).exists():
        raise Refused(slug=_("Another figure already has this short name. Enter a different one."))
    figure = ReportedFigure(slug=slug, kind=kind, **{f"label_{code}": labels.get(code, "") for code in LANGUAGES})
    check_row(figure)
    figure.save()
    report_value(figure=figure, actor=actor, now=now, **value)
    return figure


def report_value(
    *,
    figure: ReportedFigure,
    amount: Decimal | int,
    source: str,
    reported_on: dt.date,
    actor: Any,
    total: int | None = None,
    currency: str = "",
    is_lower_bound: bool = False,
    source_url: str = "",
    now: dt.datetime | None = None,
) -> ReportedValue:
    """Add a value to a figure. It becomes the present one; earlier values stay in the history.

    `total` is stored for ratios only, `currency` for money only. Raises `Refused`.
    """
    require_role(actor, *EDITORS)
    amount = Decimal(amount)
    check_value(kind=figure.kind, amount=amount, total=total, currency=currency, is_lower_bound=is_lower_bound)
    value = ReportedValue(
        figure=figure,
        amount=amount,
        total=total if figure.kind == ReportedFigure.Kind.RATIO else None,
        currency=currency if figure.kind == ReportedFigure.Kind.MONEY else "",
        is_lower_bound=is_lower_bound,
        source=" ".join(source.split()),
        source_url=source_url,
        reported_on=reported_on,
        entered_by=actor,
        entered_at=now or database_now(),
    )
    check_row(value, exclude=["entered_by"], constraints=False)
    value.save()
    return value


def check_value(*, kind: str, amount: Decimal, total: int | None, currency: str, is_lower_bound: bool) -> None:
    """Raise `Refused` if a value does not suit its kind. The form and the service use the same check."""
    errors: dict[str, str] = {}
    if amount < 0:
        errors["amount"] = _("Enter a number of zero or more.")
    elif kind != ReportedFigure.Kind.MONEY and amount != amount.to_integral_value():
        errors["amount"] = _("Enter a whole number.")
    if kind == ReportedFigure.Kind.RATIO and (total is None or total < max(amount, Decimal(1))):
        errors["total"] = _("Enter a total that is not less than the value.")
    if kind == ReportedFigure.Kind.MONEY and (len(currency) != 3 or not currency.isalpha() or not currency.isupper()):
        errors["currency"] = _("Enter a three-letter currency code, for example USD.")
    if is_lower_bound and kind != ReportedFigure.Kind.COUNT:
        errors["is_lower_bound"] = _(
            "Only a count can be a lower bound. Deselect this, or choose “a count” as the kind."
        )
    if errors:
        raise Refused(**errors)


@transaction.atomic
def review_figures(
    *, document: Document, keys: Iterable[str], actor: Any, only_new: bool = False, now: dt.datetime | None = None
) -> int:
    """Mark the present values of these figures as reviewed in the draft, and return how many were marked.

    Keys without a value are ignored. With `only_new`, figures that were reviewed before keep their earlier review.
    """
    require_role(actor, *EDITORS)
    wanted = {key for key in keys if is_key(key)}
    if only_new:
        wanted -= set(document.reviewed_figures.filter(key__in=wanted).values_list("key", flat=True))
    figures = {key: figure for key, figure in resolve(wanted).items() if figure.status == "ok"}
    moment = now or database_now()
    ReviewedFigure.objects.bulk_create(
        [
            ReviewedFigure(
                document=document, key=key, figure=figure_as_json(figure), reviewed_by=actor, reviewed_at=moment
            )
            for key, figure in sorted(figures.items())
        ],
        update_conflicts=True,
        unique_fields=["document", "key"],
        update_fields=["figure", "reviewed_by", "reviewed_at"],
    )
    return len(figures)
