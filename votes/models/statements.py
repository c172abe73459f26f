from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check, Unique
from foundation.text import Language
from membership.models import Entity
from votes.models.ballots import Ballot, StatementKind
from votes.models.ledger import LedgerEntry


class Statement(models.Model):
    """A statement of a State on a text: objection, reservation or explanation of position."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="statements")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=StatementKind)
    text = models.TextField(_("text"), max_length=10_000)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received = models.CharField(
        _("source of the statement"),
        max_length=300,
        blank=True,
        help_text=_("If recorded by the secretariat, for example “made at the meeting” or “letter of 3 May 2010”."),
    )
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="+")
    # Withdrawn, or replaced by a later one of its kind. The ledger keeps both.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ballot", "made_at"]
        constraints = [
            Unique(
                fields=["ballot", "entity", "kind"],
                condition=Q(withdrawn_at=None),
                name="statement_one_standing_of_a_kind",
                violation_error_message=_("Your State has already made a statement of this kind. Withdraw it first."),
                field="kind",
            ),
            Check(
                condition=~Q(text=""),
                name="statement_says_something",
                violation_error_message=_("Enter the text of the statement."),
                field="text",
            ),
        ]

    def __str__(self) -> str:
        # Error pages and logs print rows, so leave out the text.
        return f"statement {self.pk}"
