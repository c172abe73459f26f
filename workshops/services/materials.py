from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.text import in_languages
from foundation.uploads.names import safe_name
from foundation.uploads.services import store_bytes
from workshops.models import Material, MaterialAudience, MaterialKind, Workshop
from workshops.permissions import edited_by
from workshops.services.years import bump_workshop

MATERIAL_COLUMNS = ("kind", "title_en", "title_fr", "title_es", "language", "audience")
LARGEST = 25 * 1024 * 1024
_OFFICE = b"PK\x03\x04"
# What a material may be: ending, media type, how its bytes begin (nothing: any text without zero bytes).
KINDS_OF_FILE = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _OFFICE),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", _OFFICE),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _OFFICE),
    ".txt": ("text/plain; charset=utf-8", b""),
}


def media_type_of(*, name: str, content: bytes) -> str:
    """The type by which the file is served, or a refusal: the ending and the first bytes must agree."""
    ending = f".{name.rpartition('.')[2].lower()}"
    if ending not in KINDS_OF_FILE:
        raise Refused(file=_("Only %(endings)s can be kept here.") % {"endings": ", ".join(KINDS_OF_FILE)})
    media_type, beginning = KINDS_OF_FILE[ending]
    if not content or len(content) > LARGEST:
        raise Refused(file=_("The file is empty or larger than 25 MB."))
    if not content.startswith(beginning) or (not beginning and not _is_text(content)):
        raise Refused(file=_("The file is not what its name says."))
    return media_type


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def add_material(
    *,
    workshop: Workshop,
    title: str | Mapping[str, str],
    name: str,
    content: bytes,
    kind: str = MaterialKind.OTHER,
    language: str = "en",
    audience: str = MaterialAudience.PARTICIPANTS,
    actor: Any = None,
) -> Material:
    clean = safe_name(name)
    media_type = media_type_of(name=clean, content=content)
    with edited_by(actor):
        material = Material(
            workshop=workshop,
            kind=kind,
            language=language,
            audience=audience,
            name=clean,
            stored=store_bytes(content=content, media_type=media_type),
            position=workshop.materials.count(),
            **in_languages("title", title),
        )
        check_row(material)
        material.save()
        bump_workshop(workshop)
    return material


def edit_material(*, material: Material, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(material, expected=expected, allowed=MATERIAL_COLUMNS, **values)
        bump_workshop(material.workshop)


def remove_material(*, material: Material, actor: Any = None) -> None:
    """The row goes; the stored bytes stay, since another row may name them."""
    with edited_by(actor):
        material.delete()
        bump_workshop(material.workshop)
