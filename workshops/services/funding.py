from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from foundation.editing import lock_unchanged
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.text import in_languages
from membership.models import Entity
from workshops.models import BudgetLine, Contribution, ContributionState, IDMYear, Workshop
from workshops.permissions import edited_by
from workshops.services.years import bump_workshop, bump_year

LINE_COLUMNS = ("workshop_number", "purpose", "title_en", "title_fr", "title_es", "amount", "currency", "position")
CONTRIBUTION_COLUMNS = ("amount", "currency", "state", "note_en", "note_fr", "note_es")


def add_budget_line(
    *,
    year: IDMYear,
    purpose: str,
    title: str | Mapping[str, str],
    amount: Decimal,
    currency: str = "USD",
    workshop_number: int | None = None,
    actor: Any = None,
) -> BudgetLine:
    line = BudgetLine(
        year=year,
        workshop_number=workshop_number,
        purpose=purpose,
        amount=amount,
        currency=currency,
        position=year.budget_lines.count(),
        **in_languages("title", title),
    )
    check_row(line)
    with edited_by(actor):
        line.save()
        bump_year(year.pk)
    return line


def edit_budget_line(*, line: BudgetLine, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(line, expected=expected, allowed=LINE_COLUMNS, **values)
        bump_year(line.year_id)


def remove_budget_line(*, line: BudgetLine, expected: int, actor: Any = None) -> None:
    with edited_by(actor):
        lock_unchanged(line, expected).delete()
        bump_year(line.year_id)


def record_contribution(
    *,
    year: IDMYear,
    donor: Entity,
    workshop: Workshop | None = None,
    amount: Decimal | None = None,
    currency: str = "USD",
    state: str = ContributionState.PLEDGE,
    note: str | Mapping[str, str] = "",
    actor: Any = None,
) -> Contribution:
    """Record a contribution. Without an amount, the donor paid a part that was not published."""
    if workshop is not None and workshop.year_id != year.pk:
        raise Refused(_("This workshop belongs to another year. Choose a workshop of this year."))
    contribution = Contribution(
        year=year,
        workshop=workshop,
        donor=donor,
        amount=amount,
        currency=currency,
        state=state,
        **in_languages("note", note),
    )
    check_row(contribution)
    with edited_by(actor):
        contribution.save()
        _bump(contribution)
    return contribution


def edit_contribution(*, contribution: Contribution, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(contribution, expected=expected, allowed=CONTRIBUTION_COLUMNS, **values)
        _bump(contribution)


def remove_contribution(*, contribution: Contribution, expected: int, actor: Any = None) -> None:
    with edited_by(actor):
        lock_unchanged(contribution, expected).delete()
        _bump(contribution)


def _bump(contribution: Contribution) -> None:
    if contribution.workshop is not None:
        bump_workshop(contribution.workshop)
    else:
        bump_year(contribution.year_id)
