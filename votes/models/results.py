from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, set_unique_messages
from votes.models.ballots import Ballot


class Outcome(models.TextChoices):
    SELECTED = "selected", _("decided")
    ADOPTED = "adopted", _("adopted")
    OBJECTED = "objected", _("not adopted because of an objection")
    TIE = "tie", _("tie")
    NO_ANSWER = "no-answer", _("no answer")
    NO_QUORUM = "no-quorum", _("no quorum")
    NO_MAJORITY = "no-majority", _("no majority")


class Result(models.Model):
    """The result, written with the closing entry. `content` is a `votes.counting.Count`."""

    ballot = models.OneToOneField(Ballot, models.PROTECT, related_name="result")
    counted_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    content = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # Certification of a formal vote after publication, signed with the ledger's key.
    certified_at = models.DateTimeField(null=True, blank=True)
    certified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    certificate = models.JSONField(null=True, blank=True)
    # When the result was applied to the IDM year.
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            Check(
                condition=Q(published_at=None) | Q(published_by__isnull=False),
                name="result_published_by_somebody",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(certified_at=None)
                | Q(certified_by__isnull=False, certificate__isnull=False, published_at__isnull=False),
                name="result_certified_by_somebody_after_publication",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return f"result of {self.ballot_id}: {self.outcome}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_certified(self) -> bool:
        return self.certified_at is not None


set_unique_messages(Result, ballot=_("This ballot already has a result."))
