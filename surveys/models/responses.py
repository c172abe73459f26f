"""Invitations and responses.

An anonymous response has no path to its invitation. Answering never changes the invitation: a separate mark records
it, without a foreign key in the database, because checking one would leave the transaction's number on the
invitation. These tables hold no times.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique
from membership.models import Entity
from surveys.models.questionnaires import Choice, Question, Survey
from workshops.models import Participant


class Invitation(models.Model):
    """An invited participant or entity. A `Mark` records that they have answered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("not yet sent")
        SENT = "sent", _("sent")
        NO_ADDRESS = "no-address", _("no email address")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations")
    participant = models.ForeignKey(
        Participant, models.CASCADE, null=True, blank=True, related_name="survey_invitations"
    )
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True, related_name="survey_invitations")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)

    class Meta:
        constraints = [
            Check(
                condition=Q(participant__isnull=False, entity__isnull=True)
                | Q(participant__isnull=True, entity__isnull=False),
                name="invitation_of_one_or_the_other",
                violation_error_message=NOT_SAVED,
            ),
            Unique(
                fields=["survey", "participant"],
                name="invitation_once_a_participant",
                violation_error_message=NOT_SAVED,
            ),
            Unique(
                fields=["survey", "entity"],
                name="invitation_once_an_entity",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: invitation {self.pk} ({self.state})"


class PersonalLink(models.Model):
    """The hash of a personal token. Every email has its own token, and all of them work."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256")

    def __str__(self) -> str:
        return f"link of invitation {self.invitation_id}"


class Mark(models.Model):
    """A record that an invitation was answered.

    All marks of a survey are rewritten in random order when responses are mixed, and at the close.
    """

    invitation = models.OneToOneField(
        Invitation,
        models.CASCADE,
        primary_key=True,
        related_name="mark",
        db_constraint=False,
    )
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="marks", db_constraint=False)

    def __str__(self) -> str:
        return f"invitation {self.invitation_id} answered"


class ReminderRound(models.Model):
    """A round of reminders. Rounds are limited in number and frequency."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="reminder_rounds")
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    addressed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            Unique(
                fields=["survey", "number"],
                name="reminder_round_once",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: reminder {self.number}"


class HeldResponse(models.Model):
    """An anonymous response that waits for the close of the survey, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index: the one below is the only one that submissions use.
    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="held_responses", db_constraint=False, db_index=False
    )
    # Text sealed to `key` (`surveys.sealed`). Before version 0.2 the answers themselves, without a key.
    answers = models.JSONField()
    key = models.CharField(max_length=16, blank=True, db_default="")
    # Written again with at least nine others, so that it no longer has the transaction number of its mark.
    is_mixed = models.BooleanField(db_default=False)

    class Meta:
        indexes = [models.Index(fields=["survey"], condition=Q(is_mixed=False), name="heldresponse_not_mixed")]

    def __str__(self) -> str:
        return f"held response to {self.survey_id}"


class Response(models.Model):
    """A response. `entity` and `submitted_by` are empty in an anonymous survey."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses")
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True, related_name="survey_responses")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            Unique(
                fields=["survey", "entity"],
                name="response_once_an_entity",
                violation_error_message=_("Your delegation has already answered."),
            ),
            Check(
                condition=Q(submitted_by__isnull=True) | Q(entity__isnull=False),
                name="response_person_acts_for_entity",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return f"response to {self.survey_id}"


class Answer(models.Model):
    """`number`: 1–5 on a scale, 1 or 0 for yes or no. A question left out has no row."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    choice = models.ForeignKey(Choice, models.PROTECT, null=True, blank=True, related_name="answers")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            Unique(
                fields=["response", "question"],
                name="answer_once_a_question",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(number__isnull=False, choice__isnull=True, text="")
                | Q(number__isnull=True, choice__isnull=False, text="")
                | (Q(number__isnull=True, choice__isnull=True) & ~Q(text="")),
                name="answer_of_one_kind",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(number=None) | Q(number__lte=5),
                name="answer_number_at_most_five",
                violation_error_message=_("Choose a number from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.question_id}"
