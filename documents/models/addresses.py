"""Permanent short addresses."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check, set_unique_messages


class ShortAddress(models.Model):
    """A short address `/go/<alias>` for footnotes in print. Its target can change, but it is never deleted."""

    alias = models.SlugField(max_length=60, unique=True)
    target = models.CharField(
        max_length=500, help_text=_("A path on this portal, or an address that begins with https://.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "short addresses"
        constraints = [
            Check(
                condition=Q(target__regex=r"^(/[^/\\]|/$|https://)"),
                name="short_address_target",
                violation_error_message=_("Enter an address that begins with / or https://."),
                field="target",
            ),
        ]
        triggers = [pgtrigger.Protect(name="short_address_is_lasting", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"/go/{self.alias}"

    def get_absolute_url(self) -> str:
        """Return the address without a language prefix, as it is printed."""
        return f"/go/{self.alias}"


set_unique_messages(ShortAddress, alias=_("Another short address already has this name. Enter a different one."))
