"""The schema of texts, read from schema.json, which the browser uses too. Only valid content can be stored."""

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from prosemirror.model import Node, Schema

from foundation.refusals import Refused
from texts.ids import is_id, new_id

Content = dict[str, Any]

SPEC: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))
LIMITS: dict[str, int] = SPEC["limits"]
READS: tuple[str, ...] = tuple(SPEC["nodes"]["figure"]["attrs"]["reads"]["validate"]["one_of"])
_TYPES: dict[str, type] = {"string": str, "number": int, "boolean": bool, "null": type(None), "list": list}
# Types of node that have an id.
WITH_ID = frozenset(name for name, spec in SPEC["nodes"].items() if "id" in spec.get("attrs", {}))


# For what the editor never sends unless its page is out of date. The exception's cause has the technical reason.
NOT_APPLIED = gettext_noop("This change could not be applied. Reload the page and try again.")


class ContentRefused(Refused):
    """The content cannot be stored; `sentences` give the reasons."""


def _validator(where: str, rule: dict[str, Any]) -> Callable[[Any], None]:
    """Return a function that raises ValueError if a value breaks `rule`, a rule for an attribute in schema.json."""
    types = tuple(_TYPES[name] for name in rule["type"].split("|"))
    pattern = re.compile(rule["pattern"]) if "pattern" in rule else None
    items = _validator(f"{where} item", rule["items"]) if "items" in rule else None

    def validate(value: Any) -> None:
        # Compare exact types: True is an int in Python but not a number in JavaScript.
        if type(value) not in types:
            raise ValueError(f"{where}: not a {rule['type']}")
        if value is None:
            return
        # Python's `$` matches before a final line break; JavaScript's does not.
        if pattern and (not pattern.match(value) or value.endswith("\n")):
            raise ValueError(f"{where}: {value[:60]!r} is not allowed")
        if "one_of" in rule and value not in rule["one_of"]:
            raise ValueError(f"{where}: {str(value)[:60]!r} is none of {', '.join(rule['one_of'])}")
        if "minimum" in rule and not rule["minimum"] <= value <= rule["maximum"]:
            raise ValueError(f"{where}: {value} is not between {rule['minimum']} and {rule['maximum']}")
        if "max_length" in rule and len(value) > rule["max_length"]:
            raise ValueError(f"{where}: longer than {rule['max_length']}")
        if items is not None:
            for item in value:
                items(item)

    return validate


def _compiled(specs: dict[str, Any]) -> dict[str, Any]:
    compiled = {}
    for name, spec in specs.items():
        attrs = {
            attr: {**rules, "validate": _validator(f"{name}.{attr}", rules["validate"])}
            for attr, rules in spec.get("attrs", {}).items()
        }
        compiled[name] = {**spec, **({"attrs": attrs} if attrs else {})}
    return compiled


schema: Schema[str, str] = Schema(
    {"topNode": SPEC["topNode"], "nodes": _compiled(SPEC["nodes"]), "marks": _compiled(SPEC["marks"])}
)


def check_content(content: Any, *, ids: bool = True) -> list[str]:
    """Return what is wrong with `content`, or an empty list if it can be stored.

    With `ids=False`, blocks may lack ids.
    """
    try:
        parse(content)
    except ContentRefused as refused:
        return refused.sentences
    return _id_errors(content) if ids else []


def clean_content(content: Any) -> Content:
    """Return `content` in the form in which it is stored: all attributes present, ids filled in and unique.

    Raises ContentRefused.
    """
    return with_ids(dict(parse(content).to_json()))


def parse(content: Any) -> Node:
    """Return `content` as a checked document of the schema. Recently parsed texts are cached.

    Raises ContentRefused.
    """
    try:
        written = json.dumps(content, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise ContentRefused(_("This text is not in the portal’s format.")) from error
    if len(written.encode("utf-8", "surrogatepass")) > LIMITS["bytes"]:
        raise ContentRefused(
            _("The text is larger than %(limit)s MB. Shorten it.") % {"limit": LIMITS["bytes"] // 1_000_000}
        )
    return _parsed(_HashedText(written))


class _HashedText:
    """A cache key that compares texts by hash, so that the cache does not hold a second copy of each text."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _HashedText) and self.digest == other.digest


@functools.lru_cache(maxsize=12)
def _parsed(text: _HashedText) -> Node:
    content = json.loads(text.written)
    text.written = ""
    errors = _limit_errors(content)
    if errors:
        raise ContentRefused(*errors)
    try:
        node = schema.node_from_json(content)
        node.check()
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        raise ContentRefused(_("The text is not valid: %(why)s") % {"why": str(error)[:300]}) from error
    if node.type.name != SPEC["topNode"]:
        raise ContentRefused(_("This text is not in the portal’s format."))
    return node


def walk(content: Content) -> Iterator[Content]:
    """Yield every node in reading order. Not recursive, so that malicious nesting cannot exhaust the stack."""
    waiting = [content]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.get("content") or ()))


def walk_placed(content: Content) -> Iterator[tuple[Content, tuple[str, ...]]]:
    """Yield every node in reading order, with the ids of the blocks that enclose it, the innermost last.

    The node's own id is included.
    """
    waiting: list[tuple[Content, tuple[str, ...]]] = [(content, ())]
    while waiting:
        node, around = waiting.pop()
        identity = (node.get("attrs") or {}).get("id")
        inside = (*around, identity) if identity else around
        yield node, inside
        waiting.extend((child, inside) for child in reversed(node.get("content") or ()))


def _limit_errors(content: Any) -> list[str]:
    try:
        return over_limits(counts_of(content))
    except ContentRefused as refused:
        return refused.sentences


def counts_of(content: Any) -> dict[str, int]:
    """Count everything that has a limit, before the text is parsed.

    Raises ContentRefused if the content is malformed.
    """
    counted = dict.fromkeys(("nodes", "footnotes", "list_items", "table_rows", "table_cells", "characters"), 0)
    waiting = [(content, 1)]
    deepest = widest = 0
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, dict) or not isinstance(node.get("type"), str):
            raise ContentRefused(_("This text is not in the portal’s format."))
        unknown = set(node) - {"type", "attrs", "content", "marks", "text"}
        unknown |= set(node.get("attrs") or {}) - set(SPEC["nodes"].get(node["type"], {}).get("attrs", {}))
        if unknown:
            names = ", ".join(sorted(unknown))[:100]
            raise ContentRefused(_("The text contains elements that are not allowed: %(names)s") % {"names": names})
        children = node.get("content") or []
        if not isinstance(children, list):
            raise ContentRefused(_("This text is not in the portal’s format."))
        deepest = max(deepest, depth)
        counted["nodes"] += 1
        if node["type"] == "text":
            if not isinstance(node.get("text"), str) or not node["text"]:
                raise ContentRefused(_(NOT_APPLIED)) from ValueError("a text node without text")
            if _FORBIDDEN.search(node["text"]):
                raise ContentRefused(_("The text contains characters that cannot be printed. Remove them."))
            counted["characters"] += len(node["text"])
        elif node["type"] in _COUNTED:
            counted[_COUNTED[node["type"]]] += 1
        if node["type"] == "table_row":
            widest = max(widest, sum(_span(cell) for cell in children))
        if counted["nodes"] > LIMITS["nodes"] or deepest > LIMITS["depth"]:
            break
        waiting.extend((child, depth + 1) for child in children)
    return {**counted, "depth": deepest, "table_columns": widest}


def over_limits(counted: dict[str, int]) -> list[str]:
    """Return a sentence for every limit that the counts exceed."""
    return [
        _(_TOO_MANY[name]) % {"limit": LIMITS[name], "found": found}
        for name, found in counted.items()
        if found > LIMITS[name]
    ]


_COUNTED = {
    "footnote": "footnotes",
    "list_item": "list_items",
    "table_row": "table_rows",
    "table_cell": "table_cells",
    "table_header": "table_cells",
}
# Control characters except tab and line feed, lone surrogates, and noncharacters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


_TOO_MANY = {
    "nodes": gettext_noop("The text has more than %(limit)s elements. Split it."),
    "depth": gettext_noop("The text has more than %(limit)s nested levels. Remove some."),
    "footnotes": gettext_noop("The text has %(found)s footnotes. Reduce them to %(limit)s or fewer."),
    "list_items": gettext_noop("The text has %(found)s list items. Reduce them to %(limit)s or fewer."),
    "table_rows": gettext_noop("The text has %(found)s table rows. Reduce them to %(limit)s or fewer."),
    "table_columns": gettext_noop("A table has %(found)s columns. Reduce them to %(limit)s or fewer."),
    "table_cells": gettext_noop("The text has %(found)s table cells. Reduce them to %(limit)s or fewer."),
    "characters": gettext_noop("The text has %(found)s characters. Shorten it to %(limit)s or fewer."),
}


def _span(cell: Any) -> int:
    span = (cell.get("attrs") or {}).get("colspan", 1) if isinstance(cell, dict) else 1
    return span if isinstance(span, int) else 1


def _id_errors(content: Content) -> list[str]:
    seen: set[str] = set()
    for node in walk(content):
        if node["type"] not in WITH_ID:
            continue
        identity = (node.get("attrs") or {}).get("id") or ""
        if not identity or identity in seen:
            return [_(NOT_APPLIED)]
        seen.add(identity)
    return []


def with_ids(content: Content) -> Content:
    """Return a copy of `content` in which every block has a unique id. The first block with a repeated id keeps it."""
    copied: Content = json.loads(json.dumps(content))
    seen: set[str] = set()
    for node in walk(copied):
        if node["type"] not in WITH_ID:
            continue
        attrs = node.setdefault("attrs", {})
        if not is_id(attrs.get("id")) or attrs["id"] in seen:
            attrs["id"] = new_id()
        seen.add(attrs["id"])
    return copied


def plain_text(node: Content) -> str:
    """Return the words of a node without footnotes and figures."""
    if node["type"] == "text":
        text: str = node["text"]
        return text
    if node["type"] == "line_break":
        return " "
    if node["type"] == "footnote":
        return ""
    return "".join(plain_text(child) for child in node.get("content") or ())


def cited_keys(content: Content) -> tuple[set[str], set[str]]:
    """Return the keys of the figures and of the exhibits that a text cites."""
    figures = {node["attrs"]["key"] for node in walk(content) if node["type"] == "figure"}
    exhibits = {node["attrs"]["key"] for node in walk(content) if node["type"] == "exhibit"}
    return figures, exhibits
