from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from council.models import Meeting
from foundation.constraints import NOT_SAVED, Check, Unique
from membership.models import Entity, Group
from votes.models.ballots import Ballot, Option


class Proposal(models.Model):
    """An option proposed by a State, or by a group through its coordinator."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        ADMITTED = "admitted", _("admitted")
        MERGED = "merged", _("merged")
        DECLINED = "declined", _("declined")

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="proposals")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")
    # Meeting of an oral proposal; `proposed_by` is then the member of staff who recorded it.
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    title = models.CharField(_("title"), max_length=300)
    rationale = models.TextField(_("rationale"), max_length=10_000)
    # The decision and its reason, and the option or other proposal that this one became.
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    option = models.ForeignKey(Option, models.SET_NULL, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["proposed_at"]
        constraints = [
            Check(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="proposal_declined_with_a_reason",
                violation_error_message=_("Enter a reason. The proposer can see it."),
                field="reason",
            ),
            Check(
                condition=Q(state="submitted") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_decided_by_somebody",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(merged_into=None) | Q(state="merged", option=None),
                name="proposal_merged_into_one",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProposalSupport(models.Model):
    """Support of another State for a proposal."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="supports")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            Unique(
                fields=["proposal", "entity"],
                name="proposal_supported_once_a_state",
                violation_error_message=_("Your State already supports this proposal."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} supports {self.proposal_id}"
