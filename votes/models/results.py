from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from votes.models.ballots import Ballot


class Outcome(models.TextChoices):
    SELECTED = "selected", _("decided")
    TIE = "tie", _("tie")
    NO_ANSWER = "no-answer", _("no answer")
    NO_QUORUM = "no-quorum", _("no quorum")
    NO_MAJORITY = "no-majority", _("no majority")


class Result(models.Model):
    """What the count gave, written with the closing entry and never before; `content` is `votes.counting.Count`."""

    ballot = models.OneToOneField(Ballot, models.PROTECT, related_name="result")
    counted_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    content = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # The selection has been taken over by the IDM year it concerns.
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(published_by__isnull=False), name="result_published_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"result of {self.ballot_id}: {self.outcome}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
