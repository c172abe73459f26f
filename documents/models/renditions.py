"""Files made from documents."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.issues import Issue
from documents.models.papers import Document
from foundation.constraints import NOT_SAVED, Check, Unique
from foundation.jobs.models import Job
from foundation.pages.models import changes_public_pages
from foundation.text import Language
from foundation.uploads.models import StoredFile


class Rendition(models.Model):
    """A file made from a document.

    Its hash covers everything that the file depends on, so rows with the same hash are the same file.
    """

    class Format(models.TextChoices):
        PDF = "pdf", _("PDF")
        DOCX = "docx", _("Word")
        HTML = "html", _("HTML")
        # PDF/A-3a with its source data embedded.
        ARCHIVE = "pdfa", _("Archive copy (PDF/A)")

    document = models.ForeignKey(Document, models.CASCADE, related_name="renditions")
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="renditions")
    language = models.CharField(max_length=2, choices=Language)
    format = models.CharField(max_length=4, choices=Format)
    hash = models.CharField(max_length=64)
    # The material to render. It is stored because the text may change before the job runs; emptied when done.
    material = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    pages = models.PositiveIntegerField(null=True, blank=True)
    # Sentences on what the file leaves out, and why.
    report = models.JSONField(default=list)
    requested_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            Unique(
                fields=["document", "language", "format", "hash"],
                name="rendition_once_a_hash",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(hash__regex=r"^[0-9a-f]{64}$"),
                name="rendition_hash_hex",
                violation_error_message=NOT_SAVED,
            ),
        ]
        triggers = [
            changes_public_pages(),
            # Files of issues are never deleted. Files of drafts may be.
            pgtrigger.Protect(
                name="issued_rendition_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__issue__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.language}, {self.format})"

    @property
    def address(self) -> str:
        """The address of an issued file."""
        return self.document.file_url(self.language, self.format)

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None

    @property
    def file_name(self) -> str:
        """The name that the file is downloaded under, for example `IC-2010-9 EN.pdf`."""
        name = (self.document.symbol or f"{self.document.kind} {self.document_id}").replace("/", "-")
        ending = "archive.pdf" if self.format == self.Format.ARCHIVE else self.format
        return f"{name} {self.language.upper()}.{ending}"
