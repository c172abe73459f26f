"""Who may read what has no symbol, and what is issued again for technical reasons."""

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
    def to_tell(self, now: dt.datetime) -> Self:
        """Of papers that have been released and can still be read, those who have not been told."""
        return self.filter(
            told_at=None,
            document__released_at__lte=now,
            document__expires_at__gt=now,
            document__withdrawn_at=None,
        )


class NamedReader(models.Model):
    """A person, or a State or organization, that may read a non-paper or an advance unedited copy until it expires."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="named_readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    entity = models.ForeignKey(Entity, models.PROTECT, null=True, blank=True, related_name="+")
    # By mail that the paper can be read; not before its release.
    told_at = models.DateTimeField(null=True, blank=True)

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
                violation_error_message=_("This person is already a named reader."),
                beside="person",
            ),
            Unique(
                fields=["document", "entity"],
                name="named_reader_entity_once",
                violation_error_message=_("This State or organization is already a named reader."),
                beside="entity",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.entity)


class Reissue(models.Model):
    """A technical reissue on its way: while it is open the texts of that language can be edited again."""

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
                violation_error_message=_("A technical reissue in this language is already under way."),
                beside="language",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.language})"
