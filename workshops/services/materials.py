from collections.abc import Mapping
from typing import Any

from foundation.editing import lock_unchanged
from foundation.editing.checked import save_checked
from foundation.refusals import check_row
from foundation.text import in_languages
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import PAPERS
from foundation.uploads.services import store_upload
from workshops.models import Material, MaterialAudience, MaterialKind, Workshop
from workshops.permissions import edited_by
from workshops.services.years import bump_workshop

MATERIAL_COLUMNS = ("kind", "title_en", "title_fr", "title_es", "language", "audience")


def add_material(
    *,
    workshop: Workshop,
    title: str | Mapping[str, str],
    file: CheckedFile,
    kind: str = MaterialKind.OTHER,
    language: str = "en",
    audience: str = MaterialAudience.PARTICIPANTS,
    actor: Any = None,
) -> Material:
    with edited_by(actor):
        material = Material(
            workshop=workshop,
            kind=kind,
            language=language,
            audience=audience,
            name=file.name,
            position=workshop.materials.count(),
            **in_languages("title", title),
        )
        # A title that is missing or a name that is taken leaves no file behind.
        check_row(material, exclude=["stored"])
        material.stored = store_upload(file, kinds=PAPERS)
        material.save()
        bump_workshop(workshop)
    return material


def edit_material(*, material: Material, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(material, expected=expected, allowed=MATERIAL_COLUMNS, **values)
        bump_workshop(material.workshop)


def remove_material(*, material: Material, expected: int, actor: Any = None) -> None:
    """Delete the row. The stored bytes stay, since other rows may refer to them."""
    with edited_by(actor):
        lock_unchanged(material, expected).delete()
        bump_workshop(material.workshop)
