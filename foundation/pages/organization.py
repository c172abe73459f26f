"""The organization that runs this portal: its name, logo and colour, its languages and time zone."""

import time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check
from foundation.editing.locking import EditVersioned
from foundation.pages.models import changes_public_pages
from foundation.text import LANGUAGES, Language
from foundation.uploads.models import StoredFile

# Seconds after which a process reads the row again. Pages of other processes may show the former name for so long.
READ_AGAIN_AFTER = 5
DEFAULT_ZONE = "Europe/Zurich"


def all_languages() -> list[str]:
    return list(LANGUAGES)


class Organization(EditVersioned):
    """One row, made by the set-up. Without it, pages and documents have the portal's default words."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    logo = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Enter a colour such as #0b4f9e."))],
    )
    languages = ArrayField(models.CharField(max_length=2, choices=Language), default=all_languages)
    zone = models.CharField(_("time zone"), max_length=50, default=DEFAULT_ZONE)
    # Steps of the set-up that somebody has confirmed, and when the checklist was dismissed.
    confirmed_steps = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    setup_dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            Check(condition=models.Q(pk=1), name="one_organization", violation_error_message=NOT_SAVED),
        ]
        triggers = [changes_public_pages()]

    def __str__(self) -> str:
        return self.acronym or self.name

    def name_in(self, language: str) -> str:
        """Return the name in the language, or "" if it has not been entered."""
        return getattr(self, f"name_{language}") or ""

    @property
    def accent(self) -> dict[str, str]:
        """The colour with a darker and a very light shade of it, for the stylesheet; `_rgb` are three numbers."""
        parts = [int(self.colour[place : place + 2], 16) for place in (1, 3, 5)]
        dark = [round(part * 0.75) for part in parts]
        wash = [round(part * 0.08 + 255 * 0.92) for part in parts]
        shades = {"colour": parts, "dark": dark, "wash": wash}
        numbers = {f"{name}_rgb": ", ".join(map(str, shade)) for name, shade in shades.items()}
        return {name: "#" + "".join(f"{part:02x}" for part in shade) for name, shade in shades.items()} | numbers


_held: tuple[float, Organization] | None = None


def current() -> Organization:
    """Return the organization, or an unsaved one without a name. Each process reads it every few seconds at most."""
    global _held
    held = _held
    if held is not None and time.monotonic() < held[0]:
        return held[1]
    row = Organization.objects.select_related("logo").first() or Organization()
    _held = (time.monotonic() + READ_AGAIN_AFTER, row)
    return row


def read_again() -> None:
    """Read the row again at the next use. Called by this process after it has saved the row."""
    global _held
    _held = None


def version() -> Any:
    """Return what the ETags of public pages depend on in addition to their own revision."""
    row = current()
    return row.edit_version if row.pk else 0


def contrast_with_white(colour: str) -> float:
    """Return the contrast of white text on the colour, as WCAG 2 defines it: from 1 to 21."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
