"""Named readers of documents without a symbol, and technical reissues."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.issues import Issue
from documents.models.papers import Document
from foundation.constraints import Check, Unique
from foundation.text import Language
from membership.models import Entity


class NamedReaderQuerySet(models.QuerySet):
    def to_notify(self, now: dt.datetime) -> Self:
        """Return readers still to be notified of a document that has been released and has not expired."""
        return self.filter(
            notified_at=None,
            document__released_at__lte=now,
            document__expires_at__gt=now,
            document__withdrawn_at=None,
        )


class NamedReader(models.Model):
    """A person, or a State or organization, who may read a non-paper or advance unedited copy until it expires."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="named_readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True, related_name="+")
    # When the email about the release was requested. The column has an older name: renaming it would break the version
    # that still runs during an update.
    notified_at = models.DateTimeField(null=True, blank=True, db_column="told_at")

    objects = NamedReaderQuerySet.as_manager()

    class Meta:
        constraints = [
            Check(
                condition=Q(person__isnull=True, entity__isnull=False) | Q(person__isnull=False, entity__isnull=True),
                name="named_reader_is_one",
                violation_error_message=_("Choose either a person or a State or organization."),
            ),
            Unique(
                fields=["document", "person"],
                name="named_reader_person_once",
                violation_error_message=_("This person is already a named reader. Choose another person."),
                field="person",
            ),
            Unique(
                fields=["document", "entity"],
                name="named_reader_entity_once",
                violation_error_message=_("This State or organization is already a named reader. Choose another one."),
                field="entity",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.entity)


class Reissue(models.Model):
    """A technical reissue. While it is open, the texts of its language can be edited again.

    It is open until it has an `issue` or is cancelled (`given_up_at`).
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="reissues")
    language = models.CharField(max_length=2, choices=Language)
    reason = models.CharField(max_length=300)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    issue = models.OneToOneField(Issue, models.PROTECT, null=True, blank=True, related_name="reissue")
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            Unique(
                fields=["document", "language"],
                condition=Q(issue=None, given_up_at=None),
                name="reissue_one_open_a_language",
                violation_error_message=_(
                    "A technical reissue in that language is already in progress. Complete or cancel it first."
                ),
                field="language",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.language})"
