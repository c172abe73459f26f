import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.editing import EditVersioned
from foundation.text import Language
from foundation.uploads.models import StoredFile
from membership.models import Entity
from votes.models.ballots import Ballot, StatementKind
from votes.models.ledger import LedgerEntry


class Answer(models.Model):
    """Letters of the chosen options in the ballot's order, or an abstention; never both, never neither."""

    choices = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    abstains = models.BooleanField(_("abstain"), default=False)

    class Meta:
        abstract = True

    @property
    def answered(self) -> tuple[list[str], bool]:
        return self.choices, self.abstains


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
    note = models.TextField(_("internal note of the delegation"), blank=True, max_length=5000)
    # Where nothing is chosen: the statement that the State is to make.
    said_kind = models.CharField(max_length=12, choices=StatementKind, blank=True)
    said_language = models.CharField(max_length=2, choices=Language, blank=True)
    said_text = models.TextField(blank=True, max_length=10_000)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "entity"], name="position_once_a_delegation")]

    def __str__(self) -> str:
        # Error pages and logs print rows; this one says nothing of what it holds.
        return "position of a delegation"

    @property
    def said(self) -> dict[str, str]:
        """The drafted statement as the ledger would hold it; parts may be empty."""
        return {"kind": self.said_kind, "language": self.said_language, "text": self.said_text}

    def awaits_speaking(self, last_spoke: dt.datetime | None) -> bool:
        """It drafts a statement, later than the last one that the State made."""
        return bool(self.said_kind) and (last_spoke is None or self.changed_at > last_spoke)

    def awaits(self, vote: "Vote | None") -> bool:
        """It says something else than the State's answer, and later: an older draft was settled by that answer."""
        if vote is None:
            return True
        return self.answered != vote.answered and self.changed_at > vote.entry.recorded_at


class DelegationSettings(models.Model):
    """How a State's delegation works, by its own choice; the secretariat does not see it."""

    entity = models.OneToOneField(Entity, models.CASCADE, related_name="+")
    anyone_may_cast = models.BooleanField(_("allow each delegate to send answers without clearance"), default=False)
    uses_mailbox = models.BooleanField(_("also send emails to the mission’s shared mailbox"), default=True)
    capital_zone = models.CharField(_("time zone of the capital"), max_length=50, blank=True)
    capital_address = models.EmailField(_("address in the capital"), blank=True)

    def __str__(self) -> str:
        return "settings of a delegation"


class Vote(Answer):
    """The answer of a State that counts now; every earlier one stays in the ledger.

    In a secret ballot the row says that the State has voted, and nothing else.
    """

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="+")
    is_secret = models.BooleanField(default=False)
    # In which round of the ballot it was given; an earlier one was carried over and can be confirmed.
    round = models.PositiveSmallIntegerField(default=1)

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


class ReceivedVote(models.Model):
    """The note verbale by which an answer came that the secretariat entered; the State can correct the answer.

    The paper says what was chosen: until the close it is for that State alone.
    """

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="received")
    reference = models.CharField(_("reference of the note verbale"), max_length=200)
    dated = models.DateField(_("date of the note verbale"))
    paper = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    paper_name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"note verbale of {self.entry_id}"
