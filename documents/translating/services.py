"""Translate in the portal: start a language, write blocks, confirm them, align the structure with the original."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.editing.authority import accept_steps
from documents.models import AlignedBlock, Document, Part, Text
from documents.permissions import is_closed, require_writer
from documents.services.drafts import set_text
from documents.translating.alignment import Baseline, Row, Unit, align_structure, rows_of, units_of
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from texts.schema import Content, parse


class Changed(Exception):
    """The block or its original was changed after the form was opened; nothing was written."""


def baselines_of(texts: Iterable[Text]) -> dict[int, dict[str, Baseline]]:
    """Return {id of the translation: {block: baseline}} in one query."""
    found: dict[int, dict[str, Baseline]] = {}
    for row in AlignedBlock.objects.filter(text__in=list(texts)):
        baseline = Baseline(row.source, row.source_hash, row.confirmed_at is not None)
        found.setdefault(row.text_id, {})[row.block] = baseline
    return found


def original_of(text: Text) -> Text:
    """Return the text of the same part in the original language. Raises `Refused` if there is none or `text` is it."""
    document = text.part.document
    original = Text.objects.filter(part=text.part, language=document.original_language).first()
    if original is None or original.pk == text.pk:
        raise Refused(_("Write the original text first."))
    return original


def _open_text(part: Part, language: str, actor: Any) -> Text:
    """Lock and return the translation. Raises `NotAllowed` or `Refused` if the person may not write it."""
    document = Document.objects.get(pk=part.document_id)
    require_writer(actor, document, language)
    if is_closed(document, language):
        raise Refused(_("Issued documents cannot be edited. Create a revision."))
    text = (
        Text.objects.select_for_update().select_related("part__document").filter(part=part, language=language).first()
    )
    if text is None:
        raise Refused(_("This document has no text in that language."))
    return text


def rows_for(text: Text) -> list[Row]:
    """Return the rows of a translation. Raises `Refused` if there is no original."""
    return rows_of(original_of(text).content, text.content, baselines_of([text]).get(text.pk, {}))


@transaction.atomic
def start_translation(*, part: Part, language: str, actor: Any) -> Text:
    """Create the translation of a part as a copy of its original, to be overwritten.

    The copy has the same ids, figures, references and footnotes. Raises `Refused` if there is no original, the
    translation exists already, or the language is not possible.
    """
    document = Document.objects.select_for_update().get(pk=part.document_id)
    require_writer(actor, document, language)
    if language not in LANGUAGES or language == document.original_language:
        raise Refused(_("Choose a language other than that of the original."))
    original = Text.objects.filter(part=part, language=document.original_language).first()
    if original is None:
        raise Refused(_("Write the original text first."))
    if Text.objects.filter(part=part, language=language).exists():
        raise Refused(_("There is already a text in this language. Reload the page to see it."))
    copied = align_structure(original.content, {"type": "doc", "content": []}, keep_surplus=False)
    text = set_text(part=part, language=language, content=copied, actor=actor)
    _align(text, units_of(original.content))
    return text


@transaction.atomic
def align_with_original(*, part: Part, language: str, drop: bool, actor: Any) -> Text:
    """Give the translation the structure of its original.

    Missing blocks are added as copies of the original's and everything is put into its order. With `drop`, blocks that
    have no original are deleted.
    """
    text = _open_text(part, language, actor)
    original = original_of(text)
    present = {unit.block for unit in units_of(text.content)}
    content = align_structure(original.content, text.content, keep_surplus=not drop)
    text = set_text(part=part, language=language, content=content, actor=actor)
    _align(text, [unit for unit in units_of(original.content) if unit.block not in present])
    if drop:
        remaining = {unit.block for unit in units_of(content)}
        text.aligned_blocks.exclude(block__in=remaining).delete()
    return text


@transaction.atomic
def confirm_blocks(
    *, part: Part, language: str, actor: Any, blocks: Sequence[str] | None = None, now: dt.datetime | None = None
) -> int:
    """Confirm that the blocks say what the original says now, and return how many were confirmed.

    Without `blocks`, every block that is translated or out of date is confirmed. Untranslated blocks are ignored.
    """
    text = _open_text(part, language, actor)
    rows = [row for row in rows_for(text) if row.may_be_confirmed and row.original is not None]
    if blocks is not None:
        rows = [row for row in rows if row.block in blocks]
    _align(text, [row.original for row in rows if row.original], actor, now or database_now())
    return len(rows)


@transaction.atomic
def record_alignment(
    *,
    text: Text,
    sources: Mapping[str, Content] | None = None,
    actor: Any = None,
    confirmed: bool = False,
    now: dt.datetime | None = None,
) -> None:
    """Record which wording of the original a text from a translator was made from.

    `sources` are the nodes of the original as they were sent, by block; without them the present original is recorded.
    A block whose original has changed since is then out of date.
    """
    present = {unit.block for unit in units_of(text.content)}
    if sources is None:
        units = units_of(original_of(text).content)
    else:
        units = [Unit(block, node) for block, node in sources.items()]
    _align(text, [u for u in units if u.block in present], actor, (now or database_now()) if confirmed else None)


def _align(text: Text, units: Iterable[Unit], actor: Any = None, confirmed_at: dt.datetime | None = None) -> None:
    """Store the baselines of blocks, confirmed if `confirmed_at` is given. They replace earlier ones."""
    rows = [
        AlignedBlock(
            text=text,
            block=unit.block,
            source=unit.node,
            source_hash=unit.hash,
            confirmed_at=confirmed_at,
            confirmed_by=actor if confirmed_at else None,
        )
        for unit in units
    ]
    AlignedBlock.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["text", "block"],
        update_fields=["source", "source_hash", "confirmed_at", "confirmed_by"],
    )


@transaction.atomic
def save_block(
    *,
    part: Part,
    language: str,
    block: str,
    wording: Any,
    source_hash: str,
    target_hash: str,
    actor: Any,
    now: dt.datetime | None = None,
) -> None:
    """Write one block and confirm it. `wording` is a list of inline nodes, or the text of an attribute.

    The hashes are those of the original and the translation that the form showed. Raises `Changed` if either differs
    now, and `Refused` if the block has been deleted.
    """
    text = _open_text(part, language, actor)
    row = next((row for row in rows_for(text) if row.block == block), None)
    if row is None or row.original is None or row.state == "missing":
        raise Refused(_("This paragraph no longer exists in the original. Reload the page."))
    shown = row.translation.hash if row.translation else ""
    if row.original.hash != source_hash or shown != target_hash:
        raise Changed
    step = _step(text.content, block, wording, row.original.attribute)
    if step is not None:
        accept_steps(
            text_id=text.pk,
            version=text.step_number,
            client=f"block-{actor.pk if actor else 0}",
            steps=[step],
            person=actor,
        )
    _align(text, [row.original], actor, now or database_now())


def _step(content: Content, block: str, wording: Any, attribute: str) -> dict[str, Any] | None:
    """Return the step that writes the content into the block, or None if an attribute already has it."""
    found: list[tuple[Any, int]] = []

    def visit(node: Any, position: int, parent: Any, index: int) -> bool:
        if node.attrs.get("id") == block:
            found.append((node, position))
        return not found

    parse(content).descendants(visit)
    if not found:
        raise Refused(_("This paragraph no longer exists in the original. Reload the page."))
    node, position = found[0]
    if attribute:
        if node.attrs[attribute] == wording:
            return None
        return {"stepType": "attr", "pos": position, "attr": attribute, "value": wording}
    whole = {"stepType": "replace", "from": position + 1, "to": position + 1 + node.content.size}
    return {**whole, "slice": {"content": wording}} if wording else whole
