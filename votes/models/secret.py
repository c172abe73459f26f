"""Choices of secret ballots. No key, time, order or lasting transaction leads to a State."""

import uuid

from django.db import models

from votes.models.ballots import Ballot


class Choice(models.Model):
    """One choice in a secret ballot, without its State: sealed text, or option letters or `abstain`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No foreign key in the database: checking one would leave the transaction's number on the ballot.
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="+", db_constraint=False)
    answer = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # Keep the choice out of logs.
        return f"choice in {self.ballot_id}"


class HeldChoice(Choice):
    """A choice that waits for the close, sealed. It is written again after every vote."""

    # The fingerprint of the key that opens `answer`. Choices of versions before 0.2 are not sealed and have none.
    key = models.CharField(max_length=16, blank=True, db_default="")


class SecretChoice(Choice):
    """A choice that a version before 2026.12 moved while its ballot was open. Nothing else is written here."""
