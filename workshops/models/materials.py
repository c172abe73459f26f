"""Files of a workshop."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Unique
from foundation.editing import EditVersioned
from foundation.text import Language
from foundation.uploads.models import StoredFile
from workshops.models.workshops import Workshop


class MaterialKind(models.TextChoices):
    BACKGROUND = "background", _("background paper")
    CONCEPT = "concept", _("concept note")
    PRESENTATION = "presentation", _("presentation")
    REPORT = "report", _("report")
    OTHER = "other", _("other")


class MaterialAudience(models.TextChoices):
    PUBLIC = "public", _("public")
    PARTICIPANTS = "participants", _("participants")


class Material(EditVersioned):
    """A stored file of a workshop. Files for participants are served only to them."""

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="materials")
    kind = models.CharField(_("kind"), max_length=15, choices=MaterialKind, default=MaterialKind.OTHER)
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    audience = models.CharField(
        _("who may read it"), max_length=12, choices=MaterialAudience, default=MaterialAudience.PARTICIPANTS
    )
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", editable=False)
    name = models.CharField(_("file name"), max_length=150)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            Unique(
                fields=["workshop", "name"],
                name="material_name_once_a_workshop",
                violation_error_message=_("This workshop already has a file with this name. Rename the file."),
                field="file",
            ),
        ]

    def __str__(self) -> str:
        return self.title
