"""Parsed texts, checked and serialized block by block and cached in each process.

A keystroke changes one block of a long text. ProseMirror keeps all other blocks as the same Python objects, so their
results (valid, counts, JSON) can be reused, and a keystroke costs about the same in a text of a hundred pages as in one
of two. A text is cached with its step number. A process that is behind catches up by applying the stored steps.
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

# JSON that one process caches at most; the least recently used texts are dropped first.
KEPT_BYTES = 6_000_000
# A cached text that is more steps behind than this is read again as a whole.
CATCH_UP = 300
# If more blocks than this differ, the whole text is written.
PATCHED_BLOCKS = 4
_PATH = ArrayField(TextField())


@dataclass(frozen=True)
class Block:
    """A top-level block that fits the schema: its node, its JSON, its counts, and the ids in it in order."""

    node: Node
    written: str
    size: int  # bytes
    counts: dict[str, int]
    ids: tuple[str, ...]

    @classmethod
    def of(cls, node: Node) -> "Block":
        """Check and serialize a node. Raises `ContentRefused`."""
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
    """Return the ids of all nodes that have one, in reading order; an empty string for an id not yet assigned."""
    found = [node.attrs["id"]] if node.type.name in WITH_ID else []
    for child in node.content.content:
        if not child.is_text:
            found += _ids(child)
    return found


_GREATEST = ("depth", "table_columns")


@dataclass(frozen=True)
class Held:
    """A text at one step number. `totals` are the counts of all blocks together, including `bytes`."""

    number: int
    doc: Node
    blocks: tuple[Block, ...]
    totals: dict[str, int]

    @classmethod
    def of(cls, number: int, doc: Node) -> "Held":
        """Check and serialize a whole document. Raises `ContentRefused`."""
        nothing = dict.fromkeys((*counts_of({"type": "doc"}), "bytes"), 0)
        return cls(0, doc, (), nothing).at(number, doc)

    def at(self, number: int, doc: Node) -> "Held":
        """Return this text changed to `doc`; only blocks that changed are checked. Raises `ContentRefused`."""
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
        """The whole text as JSON."""
        return f'{{"type":"doc","content":[{",".join(block.written for block in self.blocks)}]}}'

    @property
    def has_single_ids(self) -> bool:
        """Whether every block that needs an id has one, and no id occurs twice."""
        seen: set[str] = set()
        for block in self.blocks:
            for held in block.ids:
                if not held or held in seen:
                    return False
                seen.add(held)
        return True


def _count(totals: dict[str, int], block: Block, sign: int) -> None:
    """Add the counts of a block to the totals, or subtract them (`sign` is 1 or -1)."""
    totals["bytes"] += sign * block.size
    for name, found in block.counts.items():
        totals[name] += sign * found


def stored_after(before: Held, after: Held) -> Any:
    """Return the new value of the column `content`.

    For a small change it is an expression that patches only the blocks that differ, so that a long text is not sent to
    the database with every keystroke.
    """
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
    """The texts that this process has parsed, each at the latest step number it has seen. Safe for threads."""

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
        """Cache the text unless a newer state is cached, and drop the least recently used beyond `KEPT_BYTES`."""
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
    """Return the text at `number`, its present step number, which the caller has read while holding the text's lock."""
    held = kept.get(text_id)
    if held and held.number < number:
        held = _caught_up(held, text_id, number)
    if held is None or held.number != number:
        content: Any = Text.objects.values_list("content", flat=True).get(pk=text_id)
        held = Held.of(number, parse(content))
    return held


def _caught_up(held: Held, text_id: int, number: int) -> Held | None:
    """Return the cached text with the steps of other processes applied, or None if it has to be read again."""
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
