"""Choices of secret ballots. No key, time, order or lasting transaction leads to a State."""

import uuid

from django.db import models

from votes.models.ballots import Ballot


class Choice(models.Model):
    """One choice in a secret ballot, without its State: option letters or `abstain`."""

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
    """A choice that waits to be moved with at least nine others. It still has the transaction number of its vote."""


class SecretChoice(Choice):
    """A choice moved in a batch. All are rewritten in random order at the close."""
