"""Stored files."""

from pathlib import Path

from django.conf import settings
from django.db import models

from foundation.constraints import NOT_SAVED, Check


class StoredFile(models.Model):
    """Bytes on disk under their SHA-256. Equal files are stored once; the rows that refer to them have the names."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    size = models.PositiveBigIntegerField(editable=False, help_text="bytes")
    media_type = models.CharField(max_length=100, editable=False)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            Check(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="stored_file_sha256_hex",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> Path:
        """The path of the file."""
        return Path(settings.MEDIA_ROOT) / self.sha256[:2] / self.sha256[2:4] / self.sha256

    def read(self) -> bytes:
        """Return the bytes."""
        return self.path.read_bytes()
