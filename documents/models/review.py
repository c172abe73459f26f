"""Review comments on drafts, and their clearance by named people."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models.papers import Document
from documents.models.texts import Part
from foundation.constraints import NOT_SAVED, Check, Unique
from foundation.text import Language


class ReviewComment(models.Model):
    """A comment on words of a draft, or a reply to one.

    It is attached to its block's permanent id and to the quoted words, and so is found again after edits. A thread is a
    comment with its replies; only the first comment can be resolved.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="review_comments")
    # The place. Comments stay when their part is removed.
    part = models.ForeignKey(Part, models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    block = models.CharField(max_length=40)
    # The words that the comment is about.
    quote = models.CharField(max_length=1000, blank=True)
    # The comment that this one replies to; null for the first of a thread.
    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    words = models.TextField(_("comment"), max_length=5000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            Check(
                condition=Q(resolved_at=None, resolved_by=None) | Q(resolved_at__isnull=False),
                name="review_comment_resolution_whole",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(thread=None) | Q(resolved_at=None),
                name="review_comment_thread_is_resolved_whole",
                violation_error_message=NOT_SAVED,
            ),
        ]
        indexes = [models.Index(fields=["document", "language", "block"], name="review_comment_of_block")]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None


class Clearance(models.Model):
    """One of the people who clear a draft, in order, and their decision. Decisions are also acts in the log."""

    class Decision(models.TextChoices):
        CLEARED = "cleared", pgettext_lazy("draft", "cleared")
        RETURNED = "returned", _("returned")

    document = models.ForeignKey(Document, models.CASCADE, related_name="clearances")
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    # Empty until the person has decided.
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    words = models.TextField(blank=True, max_length=2000)
    decided_at = models.DateTimeField(null=True, blank=True)
    # Hash of the draft that the person decided on.
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["document", "position"]
        constraints = [
            Unique(
                fields=["document", "person"],
                name="clearance_once_a_person",
                violation_error_message=_("This person is already on the list. Choose another person."),
                field="person",
            ),
            Unique(
                fields=["document", "position"],
                name="clearance_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_(
                    "Two people have the same place in the order. Reload the page and try again."
                ),
            ),
            Check(
                condition=Q(decision="", decided_at=None, fingerprint="")
                | (~Q(decision="") & Q(decided_at__isnull=False) & ~Q(fingerprint="")),
                name="clearance_decision_whole",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.person}"
