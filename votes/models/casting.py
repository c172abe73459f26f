import datetime as dt
import json
import logging
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.anonymity.sealing import KeyProblem, Sealed, seal, unseal
from foundation.constraints import Check, Unique
from foundation.editing import EditVersioned
from foundation.text import Language
from foundation.uploads.models import StoredFile
from membership.models import Entity
from votes.models.ballots import Ballot, StatementKind
from votes.models.ledger import LedgerEntry

log = logging.getLogger(__name__)

NOTE_LETTERS = 5000
# Bytes of the longest sealed draft: a note of letters that take four bytes each, and all options.
SEALED_BYTES = 4 * NOTE_LETTERS + 512


def _purpose(ballot_id: int) -> str:
    return f"idm-portal draft in ballot {ballot_id}"


class Answer(models.Model):
    """Chosen options in the ballot's order, or an abstention."""

    choices = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    abstains = models.BooleanField(_("abstain"), default=False)

    class Meta:
        abstract = True

    @property
    def answered(self) -> tuple[list[str], bool]:
        return self.choices, self.abstains


class Position(Answer, EditVersioned):
    """A delegation's draft, invisible to staff.

    It has no history, admin page, figure, export or log entry, and no stored email mentions it.
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", _("draft")
        WITH_CAPITAL = "with-capital", _("with the capital")
        CLEARED = "cleared", _("cleared")

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="+")
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+")
    stage = models.CharField(max_length=15, choices=Stage, default=Stage.DRAFT)
    note = models.TextField(_("internal note of the delegation"), blank=True, max_length=NOTE_LETTERS)
    # The drafted statement, if States do not choose options.
    said_kind = models.CharField(max_length=12, choices=StatementKind, blank=True)
    said_language = models.CharField(max_length=2, choices=Language, blank=True)
    said_text = models.TextField(blank=True, max_length=10_000)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()
    # In a secret ballot answer and note are sealed to `key`, and their own columns are blank (`stored`).
    sealed = models.TextField(blank=True, db_default="", editable=False)
    key = models.CharField(max_length=16, blank=True, db_default="", editable=False)

    class Meta:
        constraints = [
            Unique(
                fields=["ballot", "entity"],
                name="position_once_a_delegation",
                violation_error_message=_(
                    "Someone else in your delegation has just saved a position. Open the ballot again to see it."
                ),
            )
        ]

    def __str__(self) -> str:
        # Error pages and logs print rows, so reveal nothing here.
        return "position of a delegation"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """Return the row with its answer and note opened. Without their key they are blank."""
        row = super().from_db(db, field_names, values)
        if row.__dict__.get("key"):
            try:
                content = unseal(Sealed(row.key, row.sealed), purpose=_purpose(row.ballot_id))
            except KeyProblem as problem:
                log.error("a draft in ballot %s is shown blank: %s", row.ballot_id, problem)
            else:
                row.choices, row.abstains, row.note = json.loads(content)
        return row

    @staticmethod
    def stored(ballot: Ballot, *, choices: list[str], abstains: bool, note: str) -> dict[str, Any]:
        """Return the columns for an answer and a note. Write them with `update` or `create`, never with `save`."""
        if not ballot.is_secret:
            return {"choices": choices, "abstains": abstains, "note": note, "sealed": "", "key": ""}
        content = json.dumps([choices, abstains, note], ensure_ascii=False).encode()
        sealed = seal(content, size=SEALED_BYTES, purpose=_purpose(ballot.pk))
        return {"choices": [], "abstains": False, "note": "", "sealed": sealed.text, "key": sealed.key}

    @property
    def statement(self) -> dict[str, str]:
        """Return the drafted statement as the ledger would store it; parts may be blank."""
        return {"kind": self.said_kind, "language": self.said_language, "text": self.said_text}

    def awaits_speaking(self, last_spoke: dt.datetime | None) -> bool:
        """Return whether the draft is a statement that is newer than the State's last one."""
        return bool(self.said_kind) and (last_spoke is None or self.changed_at > last_spoke)

    def awaits(self, vote: "Vote | None") -> bool:
        """Return whether the draft is newer than the State's answer and differs from it."""
        if vote is None:
            return True
        return self.answered != vote.answered and self.changed_at > vote.entry.recorded_at


class DelegationSettings(models.Model):
    """Settings of a delegation, which the secretariat cannot see."""

    entity = models.OneToOneField(Entity, models.CASCADE, related_name="+")
    anyone_may_cast = models.BooleanField(_("allow each delegate to send answers without clearance"), default=False)
    uses_mailbox = models.BooleanField(_("also send emails to the mission’s shared mailbox"), default=True)
    capital_zone = models.CharField(_("time zone of the capital"), max_length=50, blank=True)
    capital_address = models.EmailField(_("email address in the capital"), blank=True)

    def __str__(self) -> str:
        return "settings of a delegation"


class Vote(Answer):
    """The current answer of a State. The ledger keeps earlier ones.

    In a secret ballot it records only that the State has voted.
    """

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="+")
    is_secret = models.BooleanField(default=False)
    # Round in which it was given. An answer of an earlier round was carried over and can be confirmed.
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            Unique(
                fields=["ballot", "entity"],
                name="vote_one_current_a_state",
                violation_error_message=_("Your State has just voted. Open the ballot again to see its vote."),
            ),
            Check(
                condition=Q(is_secret=True, abstains=False, choices=[])
                | Q(is_secret=False, abstains=True, choices=[])
                | (Q(is_secret=False, abstains=False) & ~Q(choices=[])),
                name="vote_chooses_or_abstains",
                violation_error_message=_("Choose options or abstain. You cannot do both."),
            ),
        ]

    def __str__(self) -> str:
        # Keep the choice out of logs.
        return f"vote {self.pk}"


class ReceivedVote(models.Model):
    """The note verbale behind an answer that the secretariat recorded. The State can correct the answer.


    Until the close only that State may read the paper, because it shows the choice.
    """

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="received")
    reference = models.CharField(_("reference of the note verbale"), max_length=200)
    dated = models.DateField(_("date of the note verbale"))
    paper = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    paper_name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"note verbale of {self.entry_id}"
