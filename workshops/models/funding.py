"""Funding that is sought and given."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check
from foundation.editing import EditVersioned
from membership.models import Entity
from workshops.models.workshops import Workshop
from workshops.models.years import IDMYear


class BudgetPurpose(models.TextChoices):
    OFFICIALS = "officials", _("participation of officials from capitals")
    SPEAKERS = "speakers", _("speakers")
    INTERPRETATION = "interpretation", _("interpretation")
    DOCUMENTS = "documents", _("documents and translation")
    PREMISES = "premises", _("premises and equipment")
    OTHER = "other", _("other")


class ContributionState(models.TextChoices):
    """A pledge is announced, a commitment is signed. Totals include commitments and payments only."""

    PLEDGE = "pledge", _("pledge")
    COMMITMENT = "commitment", _("commitment")
    PAID = "paid", _("paid")


class BudgetLine(EditVersioned):
    """Funding sought. `workshop_number` names a workshop of the year before its topic is chosen."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="budget_lines")
    workshop_number = models.PositiveSmallIntegerField(_("workshop"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=15, choices=BudgetPurpose)
    title = models.CharField(_("title"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["year", "workshop_number", "position", "pk"]
        constraints = [
            Check(
                condition=Q(amount__gt=0),
                name="budget_line_amount_above_nothing",
                violation_error_message=_("Enter an amount above zero."),
                field="amount",
            ),
            Check(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="budget_line_currency_code",
                violation_error_message=_("Enter a three-letter currency code, for example USD."),
                field="currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.currency} {self.amount}"


class ContributionQuerySet(models.QuerySet):
    def counted(self) -> Self:
        """Return contributions for totals: no pledges, and only known amounts."""
        return self.exclude(state=ContributionState.PLEDGE).exclude(amount=None)


class Contribution(EditVersioned):
    """Funding given to a year or workshop. Without an amount, the donor paid a part that was not published."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="contributions")
    workshop = models.ForeignKey(Workshop, models.PROTECT, null=True, blank=True, related_name="contributions")
    donor = models.ForeignKey(Entity, models.PROTECT, related_name="contributions", verbose_name=_("donor"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    state = models.CharField(_("state"), max_length=10, choices=ContributionState, default=ContributionState.PLEDGE)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["year", "pk"]
        constraints = [
            Check(
                condition=Q(amount=None) | Q(amount__gt=0),
                name="contribution_amount_above_nothing",
                violation_error_message=_("Enter an amount above zero, or leave this blank."),
                field="amount",
            ),
            Check(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="contribution_currency_code",
                violation_error_message=_("Enter a three-letter currency code, for example USD."),
                field="currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.donor_id}: {self.get_state_display()}"
