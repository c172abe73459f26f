"""Imports of Word files."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.jobs.models import Job
from foundation.text import Language
from foundation.uploads.models import StoredFile
from texts.kinds import Kind


class WordImport(models.Model):
    """An uploaded Word file, the job that reads it, the draft it became, and the report of the import."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    symbol = models.CharField(_("symbol"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, blank=True)
    title = models.CharField(_("title"), max_length=400, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    document = models.ForeignKey("documents.Document", models.SET_NULL, null=True, blank=True, related_name="imports")
    # Sentences on what was not imported, and on what was changed during the import.
    left_out = models.JSONField(default=list)
    notices = models.JSONField(default=list)

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return self.file_name
