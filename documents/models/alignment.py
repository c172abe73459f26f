"""Alignment of translations with their originals."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.constraints import NOT_SAVED, Check, Unique


class AlignedBlock(models.Model):
    """The wording of the original that a block of a translation was last made from, and who confirmed it when.

    `block` is the id that the block has in all languages. `source` is a copy of the original's block at that time, so
    that later changes of the original can be shown.
    """

    text = models.ForeignKey("documents.Text", models.CASCADE, related_name="aligned_blocks")
    block = models.CharField(max_length=40)
    source = models.JSONField()
    source_hash = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["text", "block"]
        constraints = [
            Unique(
                fields=["text", "block"],
                name="aligned_block_once",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(source_hash__regex=r"^[0-9a-f]{64}$"),
                name="aligned_block_hash_hex",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text_id}: {self.block}"
