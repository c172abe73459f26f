"""The log of acts on documents."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models.papers import Document


class Act(models.Model):
    """An act on a document as a whole, such as its issue or withdrawal. The database forbids changes to the log."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        IMPORTED = "imported", _("imported")
        ISSUED = "issued", _("issued")
        RELEASED = "released", _("released")
        DERESTRICTED = "derestricted", _("derestricted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SYMBOL_TAKEN = "symbol-taken", _("symbol assigned")
        REVIEW_OPENED = "review-opened", _("review opened")
        REVIEW_CLOSED = "review-closed", _("review closed")
        CLEARERS_NAMED = "clearers-named", _("clearance requested")
        CLEARANCE_ASKED = "clearance-asked", _("clearance requested again")
        CLEARED = "cleared", pgettext_lazy("draft", "cleared")
        RETURNED = "returned", _("returned")
        SOURCE_CONFIRMED = "source-confirmed", _("changed source confirmed")
        READERS_NAMED = "readers-named", _("readers named")
        REISSUE_OPENED = "reissue-opened", _("technical reissue started")
        REISSUE_GIVEN_UP = "reissue-given-up", _("technical reissue cancelled")
        REISSUED = "reissued", _("reissued for technical reasons")

    document = models.ForeignKey(Document, models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=24, choices=Kind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="act_is_never_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.document}: {self.kind}"
