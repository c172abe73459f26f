"""Translations sent out as Word files: the request, its personal links, and the files that were returned."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check
from foundation.jobs.models import Job
from foundation.text import Language
from foundation.uploads.models import StoredFile


class TranslationAssignment(models.Model):
    """A document sent to a translator in one language.

    The table and the addresses of the pages have an older name. Renaming the table would break the version that still
    runs during an update, and emails contain the addresses.

    `sent` holds every block as it was when the file was written: {part: {block: {"source": node, "target": node or
    null}}}. It is compared with the returned file and with the present text, so that changes on either side are
    noticed.
    """

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="translation_assignments")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    translator_name = models.CharField(_("translator"), max_length=200)
    translator_email = models.EmailField(
        _("email address"), blank=True, help_text=_("The translator receives a link to download and return the file.")
    )
    due_on = models.DateField(_("due on"))
    message = models.TextField(_("message"), blank=True, max_length=2000)
    words = models.PositiveIntegerField(default=0)
    sent = models.JSONField(default=dict)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    # When the personal link stops working.
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "documents_travellingtranslation"
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.document} → {self.language}"


class TranslationLink(models.Model):
    """A personal link, stored as the hash of its token. The token itself is only in the email."""

    translation = models.ForeignKey(TranslationAssignment, models.CASCADE, related_name="links")
    # SHA-256, in hexadecimal.
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            Check(
                condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106 - a pattern
                name="translation_link_hash_hex",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return f"link of {self.translation_id}"


class ReturnedTranslation(models.Model):
    """A returned file and the result of its import.

    `returned_by` is null if the translator returned it by personal link.
    """

    translation = models.ForeignKey(TranslationAssignment, models.CASCADE, related_name="returns")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    returned_at = models.DateTimeField(auto_now_add=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    # Number of blocks imported into the text, and sentences on what was not.
    taken = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=list)

    class Meta:
        ordering = ["-returned_at"]

    def __str__(self) -> str:
        return self.file_name
