"""The log of what was done with documents."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.papers import Document


class Act(models.Model):
    """What somebody did with a document as a whole: the log that derestriction, release and withdrawal rest on."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        IMPORTED = "imported", _("imported")
        ISSUED = "issued", _("issued")
        RELEASED = "released", _("released")
        DERESTRICTED = "derestricted", _("derestricted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    document = models.ForeignKey(Document, models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=12, choices=Kind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="act_is_never_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.document}: {self.kind}"
