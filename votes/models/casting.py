from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.editing import EditVersioned
from membership.models import Entity
from votes.models.ballots import Ballot
from votes.models.ledger import LedgerEntry


class Answer(models.Model):
    """Letters of the chosen options in the ballot's order, or an abstention; never both, never neither."""

    choices = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    abstains = models.BooleanField(_("abstain"), default=False)

    class Meta:
        abstract = True


class Position(Answer, EditVersioned):
    """What a delegation drafts. It belongs to it: no page, export, log, search or history of staff shows it.

    So it is not tracked, not in the admin, not in any figure, and no mail says that it exists.
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", _("draft")
        WITH_CAPITAL = "with-capital", _("with the capital")
        CLEARED = "cleared", _("cleared")

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="+")
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+")
    stage = models.CharField(max_length=15, choices=Stage, default=Stage.DRAFT)
    note = models.TextField(_("note within the delegation"), blank=True, max_length=5000)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "entity"], name="position_once_a_delegation")]

    def __str__(self) -> str:
        # Error pages and logs print rows; this one says nothing of what it holds.
        return "position of a delegation"


class CastingRule(models.Model):
    """A State's own choice that any of its delegates may cast alone, without clearance by the head."""

    entity = models.OneToOneField(Entity, models.CASCADE, related_name="+")
    anyone_may_cast = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "casting rule of a delegation"


class Vote(Answer):
    """The answer of a State that counts now; every earlier one stays in the ledger.

    In a secret ballot the row says that the State has voted, and nothing else.
    """

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="+")
    is_secret = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "entity"], name="vote_one_current_a_state"),
            models.CheckConstraint(
                condition=Q(is_secret=True, abstains=False, choices=[])
                | Q(is_secret=False, abstains=True, choices=[])
                | (Q(is_secret=False, abstains=False) & ~Q(choices=[])),
                name="vote_chooses_or_abstains",
            ),
        ]

    def __str__(self) -> str:
        # What was chosen appears in no log.
        return f"vote {self.pk}"


class Proposal(models.Model):
    """Another option, proposed by a delegation."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        ADMITTED = "admitted", _("admitted")
        DECLINED = "declined", _("declined")

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="proposals")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    title = models.CharField(_("title"), max_length=300)
    rationale = models.TextField(_("rationale"), max_length=10_000)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    # The proposer reads the reason.
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="proposal_declined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title
