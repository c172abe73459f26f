"""Presence in the editor."""

import datetime as dt

from django.conf import settings
from django.db import models

from foundation.constraints import NOT_SAVED, Unique

# A window that has not reported for this long counts as closed.
PRESENT_FOR = dt.timedelta(seconds=30)


class EditorPresence(models.Model):
    """A browser window that has a text open, and the block its cursor is in. Only recent rows mean anything."""

    text = models.ForeignKey("documents.Text", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    client = models.CharField(max_length=40)
    block = models.CharField(max_length=40, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            Unique(
                fields=["text", "client"],
                name="editor_presence_once_a_window",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.text}"
