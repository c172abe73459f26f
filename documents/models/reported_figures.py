"""Figures entered by hand, and figures marked as reviewed in a draft."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique, set_unique_messages

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class ReportedFigure(models.Model):
    """A figure that no app can compute, such as a partner's count. `slug` is its permanent id."""

    class Kind(models.TextChoices):
        COUNT = "count", _("a count")
        RATIO = "ratio", _("a ratio")
        MONEY = "money", _("an amount of money")

    slug = models.CharField(max_length=80, unique=True, db_collation="C")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.COUNT)
    label = models.CharField(_("what is counted"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            Check(
                condition=Q(slug__regex=SLUG_PATTERN),
                name="reported_figure_slug_pattern",
                violation_error_message=_(
                    "Use only lowercase letters, digits and hyphens, for example partner-visits-2010."
                ),
                field="slug",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("documents:reported", kwargs={"slug": self.slug})

    @property
    def key(self) -> str:
        """The key by which documents cite the figure."""
        return f"documents.reported:{self.slug}:value"


class ReportedValueQuerySet(models.QuerySet):
    def latest_of_each(self) -> Self:
        """Return the value of each figure that was entered last."""
        return self.order_by("figure_id", "-entered_at", "-pk").distinct("figure_id")


class ReportedValue(models.Model):
    """A reported value and its source. It cannot be changed; a correction is a new value."""

    figure = models.ForeignKey(ReportedFigure, models.CASCADE, related_name="values")
    amount = models.DecimalField(_("value"), max_digits=18, decimal_places=2)
    total = models.PositiveBigIntegerField(_("total"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    is_lower_bound = models.BooleanField(
        _("a lower bound"), default=False, help_text=_("The figure is shown as “more than” wherever it is cited.")
    )
    source = models.CharField(_("source"), max_length=300, help_text=_("Who reported it, and where it can be checked."))
    source_url = models.URLField(_("web address of the source"), max_length=500, blank=True)
    reported_on = models.DateField(_("as of"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    objects = ReportedValueQuerySet.as_manager()

    class Meta:
        ordering = ["figure", "-entered_at", "-pk"]
        constraints = [
            Check(
                condition=Q(amount__gte=0),
                name="reported_value_not_negative",
                violation_error_message=_("Enter a number of zero or more."),
                field="amount",
            ),
            Check(
                condition=Q(total=None) | Q(total__gte=models.F("amount")),
                name="reported_value_of",
                violation_error_message=_("Enter a total that is not less than the value."),
                field="total",
            ),
            Check(
                condition=~Q(source=""),
                name="reported_value_has_source",
                violation_error_message=_("Enter the source."),
                field="source",
            ),
        ]
        triggers = [pgtrigger.Protect(name="reported_value_is_immutable", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.figure}: {self.amount:f}"


class ReviewedFigure(models.Model):
    """A figure as an editor last reviewed it in this draft. A value that differs from it has drifted."""

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="reviewed_figures")
    key = models.CharField(max_length=300)
    # As written by `texts.material.figure_as_json`.
    figure = models.JSONField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "key"]
        constraints = [
            Unique(
                fields=["document", "key"],
                name="reviewed_figure_once",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.key}"


set_unique_messages(ReportedFigure, slug=_("Another figure already has this short name. Enter a different one."))
