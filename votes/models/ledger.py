import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Unique
from membership.models import Entity
from votes.models.ballots import Ballot


class SigningKey(models.Model):
    """The public half of a signing key, kept so that old receipts can be checked."""

    fingerprint = models.CharField(max_length=16, unique=True)
    public_key = models.TextField()
    first_used_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.fingerprint


class EntryKind(models.TextChoices):
    OPEN = "open", _("opening")
    VOTE = "vote", _("vote")
    STATEMENT = "statement", _("statement")
    WITHDRAW = "withdraw", _("withdrawal of a statement")
    EXTEND = "extend", _("extension")
    ROUND = "round", _("new round")
    CLOSE = "close", _("close")


class LedgerEntry(models.Model):
    """One act on a ballot, chained and signed. Only `votes.ledger.append` writes it."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EntryKind)
    recorded_at = models.DateTimeField()
    # The exact signed text, and the values behind its salted digests (see docs/decisions/060).
    payload = models.TextField()
    disclosures = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    # Outside the payload: State, actor and form token, so that a form sent twice counts once.
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=40, null=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ["ballot", "seq"]
        constraints = [
            Unique(
                fields=["ballot", "seq"],
                name="ledger_one_entry_a_place",
                violation_error_message=NOT_SAVED,
            ),
            Unique(
                fields=["ballot", "entity", "token"],
                name="ledger_one_entry_a_form",
                violation_error_message=NOT_SAVED,
            ),
            Unique(
                fields=["hash"],
                name="ledger_hash_once",
                violation_error_message=NOT_SAVED,
            ),
            # The trigger below looks for it with every entry and needs an index.
            Unique(
                fields=["ballot"],
                condition=Q(kind="close"),
                name="ledger_one_close",
                violation_error_message=NOT_SAVED,
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="ledger_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="ledger_ends_with_the_close",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT 1 FROM votes_ledgerentry WHERE ballot_id = NEW.ballot_id AND kind = 'close') THEN
                        RAISE EXCEPTION 'the ledger of this ballot is closed';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="ledger_is_not_emptied",
                level=pgtrigger.Statement,
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the ledger is append-only'; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}/{self.seq} {self.kind}"
