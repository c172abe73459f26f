"""Texts as the steps find them: parsed, checked and written out block by block, kept in the memory of each process.

A keystroke changes one block of a long text. The others are the very same objects before and after it, so that what is
known of them (that they fit the schema, what they count, how they are written) holds on. A text of a hundred pages then
costs a keystroke little more than one of two. What is kept is known by text and step number; a process that others have
overtaken takes their steps from the table.
"""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import ExpressionWrapper, F, Func, JSONField, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from prosemirror.model import Node
from prosemirror.transform import Step as Change

from documents.models import Step, Text
from texts.schema import LIMITS, WITH_ID, ContentRefused, counts_of, over_limits, parse, schema

# Of written text that one process keeps at most; the texts used longest ago go first.
KEPT_BYTES = 6_000_000
# More steps than this behind, and the text is read anew.
CATCH_UP = 300
# When more blocks than this differ, the whole text is written.
PATCHED_BLOCKS = 4
_PATH = ArrayField(TextField())


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
            raise ContentRefused(*errors)
        try:
            schema.node_from_json(content).check()
        except (ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
            raise ContentRefused(_("The text is not valid: %(why)s") % {"why": str(error)[:300]}) from error
        written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return cls(node, written, len(written.encode("utf-8", "surrogatepass")), counts, tuple(_ids(node)))


def _ids(node: Node) -> list[str]:
    """The id of every node that bears one, in reading order; empty where it has none yet."""
    found = [node.attrs["id"]] if node.type.name in WITH_ID else []
    for child in node.content.content:
        if not child.is_text:
            found += _ids(child)
    return found


_GREATEST = ("depth", "table_columns")


@dataclass(frozen=True)
class Held:
    """A text at one of its step numbers. `totals`: what all its blocks count together, `bytes` among it."""

    number: int
    doc: Node
    blocks: tuple[Block, ...]
    totals: dict[str, int]

    @classmethod
    def of(cls, number: int, doc: Node) -> "Held":
        """Raises ContentRefused."""
        nothing = dict.fromkeys((*counts_of({"type": "doc"}), "bytes"), 0)
        return cls(0, doc, (), nothing).at(number, doc)

    def at(self, number: int, doc: Node) -> "Held":
        """The text after it was changed to this. What was not changed is not looked at. Raises ContentRefused."""
        gone = {id(block.node): block for block in self.blocks}
        blocks, totals = [], dict(self.totals)
        for child in doc.content.content:
            block = gone.pop(id(child), None)
            if block is None:
                block = Block.of(child)
                _count(totals, block, 1)
            blocks.append(block)
        for block in gone.values():
            _count(totals, block, -1)
        for name in _GREATEST:
            totals[name] = max((block.counts[name] for block in blocks), default=0)
        totals["depth"] += 1
        errors = over_limits({name: found for name, found in totals.items() if name != "bytes"})
        if totals["bytes"] > LIMITS["bytes"]:
            errors.append(_("The text is larger than %(limit)s MB.") % {"limit": LIMITS["bytes"] // 1_000_000})
        if errors:
            raise ContentRefused(*errors)
        return Held(number, doc, tuple(blocks), totals)

    @property
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


def _count(totals: dict[str, int], block: Block, sign: int) -> None:
    totals["bytes"] += sign * block.size
    for name, found in block.counts.items():
        totals[name] += sign * found


def stored_after(before: Held, after: Held) -> Any:
    """The column `content` after the change: of a long text only the blocks that differ travel to the database."""
    old, new = before.blocks, after.blocks
    start = 0
    while start < min(len(old), len(new)) and old[start] is new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] is new[-1 - end]:
        end += 1
    there, here = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(there), len(here)) > PATCHED_BLOCKS:
        return _as_json(after.written)
    content: Any = F("content")
    for place, block in enumerate(here):
        path = Value(f"{{content,{start + place}}}")
        name = "jsonb_set" if place < len(there) else "jsonb_insert"
        content = Func(content, Cast(path, _PATH), _as_json(block.written), function=name)
    for _more in range(len(there) - len(here)):
        path = Value(f"{{content,{start + len(here)}}}")
        content = Func(content, Cast(path, _PATH), function="jsonb_delete_path")
    return ExpressionWrapper(content, output_field=JSONField())


def _as_json(written: str) -> Cast:
    return Cast(Value(written, output_field=TextField()), JSONField())


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
            while len(self.texts) > 1 and sum(text.totals["bytes"] for text in self.texts.values()) > KEPT_BYTES:
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
