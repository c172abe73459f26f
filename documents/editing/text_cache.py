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
from texts.schema import LIMITS, NOT_APPLIED, WITH_ID, ContentRefused, counts_of, over_limits, parse, schema

# JSON that one process caches at most; the least recently used texts are dropped first.
CACHED_BYTES = 6_000_000
# A cached text that is more steps behind than this is read again as a whole.
CATCH_UP = 300
# If more blocks than this differ, the whole text is written.
PATCHED_BLOCKS = 4
_PATH = ArrayField(TextField())


@dataclass(frozen=True)
class Block:
    """A top-level block that fits the schema: its node, its JSON, its counts, and the ids in it in order."""

    node: Node
    json_text: str
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
            raise ContentRefused(_(NOT_APPLIED)) from error
        json_text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return cls(node, json_text, len(json_text.encode("utf-8", "surrogatepass")), counts, tuple(_ids(node)))


def _ids(node: Node) -> list[str]:
    """Return the ids of all nodes that have one, in reading order; an empty string for an id not yet assigned."""
    found = [node.attrs["id"]] if node.type.name in WITH_ID else []
    for child in node.content.content:
        if not child.is_text:
            found += _ids(child)
    return found


_GREATEST = ("depth", "table_columns")


@dataclass(frozen=True)
class ParsedText:
    """A text at one step number. `totals` are the counts of all blocks together, including `bytes`."""

    number: int
    doc: Node
    blocks: tuple[Block, ...]
    totals: dict[str, int]

    @classmethod
    def of(cls, number: int, doc: Node) -> "ParsedText":
        """Check and serialize a whole document. Raises `ContentRefused`."""
        nothing = dict.fromkeys((*counts_of({"type": "doc"}), "bytes"), 0)
        return cls(0, doc, (), nothing).at(number, doc)

    def at(self, number: int, doc: Node) -> "ParsedText":
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
            errors.append(
                _("The text is larger than %(limit)s MB. Shorten it.") % {"limit": LIMITS["bytes"] // 1_000_000}
            )
        if errors:
            raise ContentRefused(*errors)
        return ParsedText(number, doc, tuple(blocks), totals)

    @property
    def json_text(self) -> str:
        """The whole text as JSON."""
        return f'{{"type":"doc","content":[{",".join(block.json_text for block in self.blocks)}]}}'

    @property
    def has_unique_ids(self) -> bool:
        """Whether every block that needs an id has one, and no id occurs twice."""
        seen: set[str] = set()
        for block in self.blocks:
            for text in block.ids:
                if not text or text in seen:
                    return False
                seen.add(text)
        return True


def _count(totals: dict[str, int], block: Block, sign: int) -> None:
    """Add the counts of a block to the totals, or subtract them (`sign` is 1 or -1)."""
    totals["bytes"] += sign * block.size
    for name, found in block.counts.items():
        totals[name] += sign * found


def content_update(before: ParsedText, after: ParsedText) -> Any:
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
    old_blocks, new_blocks = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(old_blocks), len(new_blocks)) > PATCHED_BLOCKS:
        return _as_json(after.json_text)
    content: Any = F("content")
    for place, block in enumerate(new_blocks):
        path = Value(f"{{content,{start + place}}}")
        name = "jsonb_set" if place < len(old_blocks) else "jsonb_insert"
        content = Func(content, Cast(path, _PATH), _as_json(block.json_text), function=name)
    for _more in range(len(old_blocks) - len(new_blocks)):
        path = Value(f"{{content,{start + len(new_blocks)}}}")
        content = Func(content, Cast(path, _PATH), function="jsonb_delete_path")
    return ExpressionWrapper(content, output_field=JSONField())


def _as_json(json_text: str) -> Cast:
    return Cast(Value(json_text, output_field=TextField()), JSONField())


class _TextCache:
    """The texts that this process has parsed, each at the latest step number it has seen. Safe for threads."""

    def __init__(self) -> None:
        self.texts: OrderedDict[int, ParsedText] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, text_id: int) -> ParsedText | None:
        with self.lock:
            text = self.texts.get(text_id)
            if text:
                self.texts.move_to_end(text_id)
            return text

    def put(self, text_id: int, text: ParsedText) -> None:
        """Cache the text unless a newer state is cached, and drop the least recently used beyond `CACHED_BYTES`."""
        with self.lock:
            older = self.texts.get(text_id)
            if older and older.number > text.number:
                return
            self.texts[text_id] = text
            self.texts.move_to_end(text_id)
            while len(self.texts) > 1 and sum(text.totals["bytes"] for text in self.texts.values()) > CACHED_BYTES:
                self.texts.popitem(last=False)

    def clear(self) -> None:
        with self.lock:
            self.texts.clear()


cache = _TextCache()


def parsed_text(*, text_id: int, number: int) -> ParsedText:
    """Return the text at `number`, its present step number, which the caller has read while holding the text's lock."""
    text = cache.get(text_id)
    if text and text.number < number:
        text = _catch_up(text, text_id, number)
    if text is None or text.number != number:
        content: Any = Text.objects.values_list("content", flat=True).get(pk=text_id)
        text = ParsedText.of(number, parse(content))
    return text


def _catch_up(text: ParsedText, text_id: int, number: int) -> ParsedText | None:
    """Return the cached text with the steps of other processes applied, or None if it has to be read again."""
    if number - text.number > CATCH_UP:
        return None
    missed = Step.objects.filter(text_id=text_id, number__gt=text.number, number__lte=number).order_by("number")
    doc = text.doc
    steps = list(missed.values_list("content", flat=True))
    if len(steps) != number - text.number:
        return None
    for step in steps:
        result = Change.from_json(schema, step).apply(doc)
        if result.doc is None:
            return None
        doc = result.doc
    return text.at(number, doc)
