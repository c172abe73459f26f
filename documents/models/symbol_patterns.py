"""Patterns of symbols by body, and the numbers already assigned."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Unique, set_unique_messages
from foundation.editing import EditVersioned
from texts.kinds import Body, Kind


@pghistory.track()
class SymbolPattern(EditVersioned):
    """A pattern such as `IC/{year}/{number}` for the symbols of a body's documents, of all kinds or of one kind."""

    body = models.CharField(_("body"), max_length=20, choices=Body)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind,
        blank=True,
        help_text=_("Leave blank to use it for all kinds that have no pattern of their own."),
    )
    pattern = models.CharField(
        _("pattern"),
        max_length=60,
        help_text=_("For example IC/{year}/{number}, MC/INF/{number} or C/{session}/{number}."),
    )
    first_number = models.PositiveIntegerField(
        _("first number"), default=1, help_text=_("For a series that began before the portal was introduced.")
    )

    class Meta:
        ordering = ["body", "kind"]
        constraints = [
            Unique(
                fields=["body", "kind"],
                name="symbol_pattern_once",
                violation_error_message=_(
                    "There is already a pattern for this body and kind. Edit that pattern instead."
                ),
                field="kind",
            )
        ]

    def __str__(self) -> str:
        return self.pattern


class SymbolSequence(models.Model):
    """The last number assigned in a series. The row is locked while a number is assigned."""

    # The pattern with year and session filled in, for example IC/2010/{number}.
    series = models.CharField(max_length=60, unique=True, db_collation="C")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


set_unique_messages(
    SymbolSequence, series=_("There is already a sequence for this pattern and year. Reload the page and try again.")
)
