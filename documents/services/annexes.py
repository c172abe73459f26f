"""Annexes of a draft: add one, build one from another app's rows, change, remove."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import translation
from django.utils.translation import gettext as _

from documents.models import Document, Part
from documents.permissions import EDITORS, may_be_edited, require_role
from documents.services.drafts import set_text
from foundation.editing import Clash, content_version, save_versioned
from foundation.refusals import Refused
from foundation.text import labelled
from texts import registry
from texts.schema import with_ids


@transaction.atomic
def add_annex(
    *,
    document: Document,
    actor: Any,
    titles: Mapping[str, str] | None = None,
    key: str = "",
    maker: str = "",
    subject: str = "",
) -> Part:
    """Add an empty annex after the others.

    `key` is its permanent key, by default a new one. `maker` and `subject` say what it was built from. Raises `Refused`
    if the document is no longer a draft.
    """
    require_role(actor, *EDITORS)
    document = Document.objects.select_for_update().get(pk=document.pk)
    if not may_be_edited(document):
        raise Refused(_("Issued documents cannot be edited. Create a revision."))
    last = document.parts.aggregate(last=Max("position"))["last"]
    part = Part(document=document, kind=Part.Kind.ANNEX, position=(last or 0) + 1, maker=maker, maker_subject=subject)
    if key:
        part.key = key
    for language, title in (titles or {}).items():
        setattr(part, f"title_{language}", title)
    part.save()
    return part


@transaction.atomic
def make_annex(*, document: Document, maker: str, subject: str, language: str, actor: Any, title: str = "") -> Part:
    """Add an annex that an annex maker builds from rows of its app: live figures, exhibits and space for prose.

    `subject` is a permanent id. Without `title` it is named after its maker and subject. Raises `Refused` if there is
    no such maker or the actor may not cite the subject.
    """
    require_role(actor, *EDITORS)
    makers = registry.annex_makers()
    if maker not in makers:
        raise Refused(_("This annex source is not available. Choose another."))
    with translation.override(language):
        known = dict(makers[maker].subjects(actor))
        # One subject may have several annexes. Until an editor changes the title, it says which one this is.
        named = labelled(makers[maker].label, known[subject]) if subject in known else ""
    if subject not in known:
        raise Refused(_("“%(subject)s” was not found. Choose another source for the annex.") % {"subject": subject})
    blocks = makers[maker].build(subject, language)
    part = add_annex(
        document=document,
        actor=actor,
        titles={language: title or named},
        maker=maker,
        subject=subject,
    )
    set_text(part=part, language=language, content=with_ids({"type": "doc", "content": blocks}), actor=actor)
    return part


@transaction.atomic
def change_annex(
    *, part: Part, titles: Mapping[str, str], position: int, heads_itself: bool, expected: int, actor: Any
) -> Part:
    """Change the titles and the place of an annex, and whether its title is printed; the others are renumbered.

    References follow, because they refer to the part's key and not to its number. `titles` are by language, `position`
    counts from 1, and `expected` is the `edit_version` of the draft. Raises `Clash` if the draft has been changed
    since, and `Refused` for a position that does not exist or a missing title.
    """
    require_role(actor, *EDITORS)
    document = Document.objects.select_for_update().get(pk=part.document_id)
    if part.kind != Part.Kind.ANNEX or not may_be_edited(document):
        raise Refused(_("Issued documents cannot be edited. Create a revision."))
    annexes = list(document.parts.filter(kind=Part.Kind.ANNEX).order_by("position"))
    if not 1 <= position <= len(annexes):
        raise Refused(_("Choose one of the positions of the existing annexes."))
    if not titles.get(document.original_language, "").strip():
        raise Refused(_("Enter a title for the annex."))
    save_versioned(document, expected=expected)
    changed = next(annex for annex in annexes if annex.pk == part.pk)
    for language, title in titles.items():
        setattr(changed, f"title_{language}", title.strip())
    changed.heads_itself = heads_itself
    changed.save()
    annexes.remove(changed)
    annexes.insert(position - 1, changed)
    for place, annex in enumerate(annexes, start=1):
        if annex.position != place:
            Part.objects.filter(pk=annex.pk).update(position=place)
    changed.position = position
    return changed


def annex_version(part: Part) -> int:
    """Return a version of the titles and texts of an annex."""
    titles = [part.title_en, part.title_fr, part.title_es, part.heads_itself]
    return content_version([titles, list(part.texts.order_by("language").values_list("language", "content"))])


@transaction.atomic
def remove_annex(*, part: Part, expected: int, actor: Any) -> None:
    """Delete an annex and close the gap.

    `expected` is its `annex_version`. Raises `Clash` if the annex has been changed since, and `Refused` if the document
    is no longer a draft.
    """
    require_role(actor, *EDITORS)
    document = Document.objects.select_for_update().get(pk=part.document_id)
    if part.kind != Part.Kind.ANNEX or not may_be_edited(document):
        raise Refused(_("You can remove an annex only while the document is a draft."))
    current = document.parts.filter(pk=part.pk).first()
    if current is None or annex_version(current) != expected:
        raise Clash(current, {})
    position = current.position
    current.delete()
    document.parts.filter(position__gt=position).update(position=F("position") - 1)
