"""Tables that were uploaded and wait to be imported."""

import uuid

from django.conf import settings
from django.db import models

from foundation.jobs.models import Job
from foundation.tables.cells import DayOrder
from foundation.uploads.models import StoredFile


class TableUpload(models.Model):
    """An uploaded table, its options, and the preview that its sender was shown.

    Only the sender can see it. The file is deleted once it has been imported or cancelled, and the row a few days
    after the upload (see `foundation.tables.uploads`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60, help_text="the name of a registered import")
    subject = models.CharField(max_length=200, blank=True, help_text="whose rows they are, as the import says it")
    options = models.JSONField(default=dict, help_text="what was chosen beside the file")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=300)
    media_type = models.CharField(max_length=100)
    day_order = models.CharField(max_length=5, choices=DayOrder, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True, db_index=True)
    # The preview that the sender was shown, in this language. After the import only its refused rows remain.
    language = models.CharField(max_length=2)
    plan = models.JSONField(default=dict)
    shown = models.CharField(max_length=64, help_text="hash of the plan; the button of the preview sends it back")
    # The import
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.kind})"

    @property
    def is_importing(self) -> bool:
        return self.job is not None and not self.job.is_finished
