"""Reminders, generated files and calendar links."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.constraints import NOT_SAVED, Check, Unique
from foundation.jobs.models import Job
from foundation.text import Language
from membership.models import Entity
from votes.models.ballots import Ballot


class Reminder(models.Model):
    """A reminder of one State of one ballot, for the limits on number and frequency."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="reminders")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ballot", "entity", "sent_at"], name="reminder_of_a_state")]

    def __str__(self) -> str:
        return f"{self.entity_id} reminded of {self.ballot_id}"


class Printout(models.Model):
    """A PDF created by a job: a delegation's brief or a result.

    Jobs name only its ID. Its bytes are stored in the row, so that they are deleted with it.
    """

    class Kind(models.TextChoices):
        BRIEF = "brief"
        RESULT = "result"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    material = models.JSONField(help_text="all that is printed, as it was when it was asked for")
    hash = models.CharField(max_length=64, help_text="of the material: what says the same is made once")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    content = models.BinaryField(null=True)
    made_at = models.DateTimeField(null=True, blank=True)
    # For a brief: its delegation and where it is emailed.
    entity = models.ForeignKey(Entity, models.CASCADE, null=True, blank=True, related_name="+")
    send_to = models.EmailField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    is_held = models.BooleanField(
        default=False, help_text="a backup was restored: it may have been mailed since, and the delegation decides"
    )

    class Meta:
        constraints = [
            Check(
                condition=Q(kind="brief", entity__isnull=False) | Q(kind="result", entity=None, send_to=""),
                name="printout_brief_belongs_to_a_delegation",
                violation_error_message=NOT_SAVED,
            )
        ]
        indexes = [models.Index(fields=["ballot", "hash"], name="printout_of_a_ballot")]

    def __str__(self) -> str:
        # Error pages and logs print rows, so do not name the delegation.
        return "printout"


class QuietMail(models.Model):
    """An email to a delegation about its draft. It is not stored as outgoing mail, which administrators can read."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="+")
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+")
    recipient = models.EmailField()
    stage = models.CharField(max_length=20, help_text="how far the draft was, and how long was left")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            Unique(
                fields=["ballot", "entity", "recipient", "stage"],
                name="quiet_mail_once",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return "mail to a delegation"


class CalendarLink(models.Model):
    """A personal calendar link. Only its hash is stored."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
