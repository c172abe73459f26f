"""The choices of secret ballots. No row leads to a State: no key, no time, no order, no transaction that lasts."""

import uuid

from django.db import models

from votes.models.ballots import Ballot


class Choice(models.Model):
    """What one State chose in a secret ballot, without the State: letters of the options, or `abstain`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without a foreign key in the database: checking one would leave the transaction's number on the ballot's row.
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="+", db_constraint=False)
    answer = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # What was chosen appears in no log.
        return f"choice in {self.ballot_id}"


class HeldChoice(Choice):
    """Waits until ten can be moved in random order; the vote's transaction is still on it."""


class SecretChoice(Choice):
    """Moved; all of a ballot are written anew, shuffled, at the close."""
