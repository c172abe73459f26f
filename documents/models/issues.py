"""Issued documents: issues, their frozen figures, and their blocks as search finds them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from documents.models.papers import Document
from foundation.constraints import NOT_SAVED, Unique
from foundation.text import Language


def immutable(name: str) -> pgtrigger.Protect:
    """Return a trigger that forbids changing and deleting rows."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class Issue(models.Model):
    """A document made final in one language, with its masthead, parts, exhibits and hash. It never changes."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="issues")
    language = models.CharField(max_length=2, choices=Language)
    # Above 1 for technical reissues.
    number = models.PositiveSmallIntegerField(default=1)
    # The material: everything that a rendition needs (documents/assembly.py).
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "language", "number"]
        constraints = [
            Unique(
                fields=["document", "language", "number"],
                name="issue_once",
                violation_error_message=NOT_SAVED,
            ),
        ]
        triggers = [immutable("issue_is_immutable")]

    def __str__(self) -> str:
        return f"{self.document} ({self.language})"

    @property
    def page_url(self) -> str:
        """The address at which the issue is read."""
        return self.document.page_url(self.language)


class FrozenFigure(models.Model):
    """The value of a figure when the document's first language was issued. Later languages use the same value."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="frozen_figures")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    value = models.JSONField()
    n = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)
    # Label and source by language.
    label = models.JSONField()
    source = models.JSONField()
    source_url = models.CharField(max_length=500, blank=True)
    # "more-than" if the source reports a lower bound.
    qualified = models.CharField(max_length=10, blank=True)
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "key"]
        constraints = [
            Unique(
                fields=["document", "key"],
                name="frozen_figure_once",
                violation_error_message=NOT_SAVED,
            )
        ]
        triggers = [immutable("frozen_figure_is_immutable")]

    def __str__(self) -> str:
        return f"{self.document}: {self.key}"


class IssuedBlock(models.Model):
    """A block of an issue, such as a paragraph or heading, for the search."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="blocks")
    position = models.PositiveIntegerField()
    anchor = models.CharField(max_length=60)
    # As printed: 12, (a), II.
    number = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    folded = models.TextField(db_collation="C")

    class Meta:
        ordering = ["issue", "position"]
        constraints = [
            Unique(
                fields=["issue", "position"],
                name="issued_block_once",
                violation_error_message=NOT_SAVED,
            )
        ]
        indexes = [GinIndex(SearchVector("folded", config="simple"), name="issued_block_words")]

    def __str__(self) -> str:
        return self.text[:60]
