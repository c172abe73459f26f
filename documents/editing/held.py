"""Texts as the steps find them: parsed, checked and written out block by block, kept in the memory of each process.

A keystroke changes one block of a long text. The others are the very same objects before and after it, so that what is
known of them (that they fit the schema, what they count, how they are written) holds on. A text of a hundred pages then
costs a keystroke little more than one of two. What is kept is known by text and step number; a process that others have
overtaken takes their steps from the table.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from prosemirror.model import Node
from prosemirror.transform import Step as Change

from documents.models import Step, Text
from documents.schema import LIMITS, WITH_ID, ContentRefused, counts_of, over_limits, parse, schema

# Characters of written text that one process keeps at most; the texts used longest ago go first.
KEPT_CHARACTERS = 6_000_000
# More steps than this behind, and the text is read anew.
CATCH_UP = 300


@dataclass(frozen=True)
class Block:
    """A top-level block that fits the schema: as a node, as written, what it counts, and the ids in it, in order."""

    node: Node
    written: str
    size: int  # bytes
    counts: dict[str, int]
    ids: tuple[str, ...]

    @classmethod
    def of(cls, node: Node) -> "Block":
        """Raises ContentRefused."""
        content = node.to_json()
        counts = counts_of(content)
        errors = over_limits(counts)
        if errors:
            raise ContentRefused(errors)
        try:
            schema.node_from_json(content).check()
        except (ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
            raise ContentRefused(
                [_("The text does not fit the schema: %(why)s") % {"why": str(error)[:300]}]
            ) from error
        written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return cls(node, written, len(written.encode("utf-8", "surrogatepass")), counts, tuple(_ids(node)))


def _ids(node: Node) -> list[str]:
    """The id of every node that bears one, in reading order; empty where it has none yet."""
    found = [node.attrs["id"]] if node.type.name in WITH_ID else []
    for child in node.content.content:
        if not child.is_text:
            found += _ids(child)
    return found


@dataclass(frozen=True)
class Held:
    """A text at one of its step numbers."""

    number: int
    doc: Node
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, number: int, doc: Node, known: Iterable[Block] = ()) -> "Held":
        """Checks what is not among the known blocks. Raises ContentRefused."""
        before = {id(block.node): block for block in known}
        children = doc.content.content
        return cls(number, doc, tuple(before.get(id(child)) or Block.of(child) for child in children)).within_limits()

    def within_limits(self) -> "Held":
        counted = dict.fromkeys(self.blocks[0].counts, 0) if self.blocks else {}
        for block in self.blocks:
            for name, found in block.counts.items():
                if name in {"depth", "table_columns"}:
                    counted[name] = max(counted[name], found + (name == "depth"))
                else:
                    counted[name] += found
        errors = over_limits(counted)
        if sum(block.size for block in self.blocks) > LIMITS["bytes"]:
            errors.append(_("The text is larger than %(limit)s MB.") % {"limit": LIMITS["bytes"] // 1_000_000})
        if errors:
            raise ContentRefused(errors)
        return self

    def at(self, number: int, doc: Node) -> "Held":
        """The text after it was changed to this."""
        return Held.of(number, doc, self.blocks)

    @cached_property
    def written(self) -> str:
        """As JSON."""
        return f'{{"type":"doc","content":[{",".join(block.written for block in self.blocks)}]}}'

    @property
    def has_single_ids(self) -> bool:
        seen: set[str] = set()
        for block in self.blocks:
            for held in block.ids:
                if not held or held in seen:
                    return False
                seen.add(held)
        return True


class _Kept:
    """The texts that this process has parsed, each at the last step number it saw."""

    def __init__(self) -> None:
        self.texts: OrderedDict[int, Held] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, text_id: int) -> Held | None:
        with self.lock:
            held = self.texts.get(text_id)
            if held:
                self.texts.move_to_end(text_id)
            return held

    def put(self, text_id: int, held: Held) -> None:
        with self.lock:
            older = self.texts.get(text_id)
            if older and older.number > held.number:
                return
            self.texts[text_id] = held
            self.texts.move_to_end(text_id)
            while len(self.texts) > 1 and sum(len(text.written) for text in self.texts.values()) > KEPT_CHARACTERS:
                self.texts.popitem(last=False)

    def clear(self) -> None:
        with self.lock:
            self.texts.clear()


kept = _Kept()


def held_text(*, text_id: int, number: int) -> Held:
    """The text at its present step number, which the caller has read under the text's lock."""
    held = kept.get(text_id)
    if held and held.number < number:
        held = _caught_up(held, text_id, number)
    if held is None or held.number != number:
        content: Any = Text.objects.values_list("content", flat=True).get(pk=text_id)
        held = Held.of(number, parse(content))
    return held


def _caught_up(held: Held, text_id: int, number: int) -> Held | None:
    """Over the steps that other processes took meanwhile; None where that is no way."""
    if number - held.number > CATCH_UP:
        return None
    missed = Step.objects.filter(text_id=text_id, number__gt=held.number, number__lte=number).order_by("number")
    doc = held.doc
    steps = list(missed.values_list("content", flat=True))
    if len(steps) != number - held.number:
        return None
    for step in steps:
        result = Change.from_json(schema, step).apply(doc)
        if result.doc is None:
            return None
        doc = result.doc
    return held.at(number, doc)
