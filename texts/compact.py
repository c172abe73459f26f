"""Reader for the short notation in which data files write texts.

The format is described in data/demo/documents/README.md.
"""

import re
from collections.abc import Mapping
from typing import Any

from texts.ids import is_id
from texts.schema import Content, clean_content

# Short forms: {key}, {key|reads}, {key|reads|capital}; {see:id}, {see:id|number}; {note:name}; **strong**, *emphasis*.
_INLINE = re.compile(r"\{([^{}]+)\}|\*\*(.+?)\*\*|\*(.+?)\*", re.DOTALL)
_HEADINGS = {"h1": (1, False), "h2": (2, False), "h3": (3, False), "lettered": (2, True)}
_LISTS = {"letters", "numbers", "roman"}


class CompactError(ValueError):
    """Raised when a data file is not valid in this notation; the message names the block."""


def blocks_from_compact(
    data: list[Any], *, keys: Mapping[str, str] | None = None, notes: Mapping[str, Any] | None = None
) -> list[Content]:
    """Return the block nodes (see texts/schema.json) that `data` describes.

    `keys` maps the short names of subjects to the beginning of their figure keys, `notes` maps names to footnotes.
    Raises CompactError.
    """
    writer = _Writer(dict(keys or {}), dict(notes or {}))
    return [writer.block(entry, f"block {place}") for place, entry in enumerate(data, start=1)]


def content_from_compact(
    data: list[Any], *, keys: Mapping[str, str] | None = None, notes: Mapping[str, Any] | None = None
) -> Content:
    """Return the whole text that `data` describes, checked and ready to be stored."""
    return clean_content({"type": "doc", "content": blocks_from_compact(data, keys=keys, notes=notes)})


class _Writer:
    def __init__(self, keys: dict[str, str], notes: dict[str, Any]) -> None:
        self.keys, self.notes = keys, notes

    def block(self, entry: Any, where: str) -> Content:
        if isinstance(entry, str):
            entry = {"p": entry}
        if not isinstance(entry, dict):
            raise CompactError(f"{where}: neither text nor an object")
        node = self._block(entry, where)
        if "id" in entry:
            if not is_id(entry["id"]):
                raise CompactError(f"{where}: {entry['id']!r} is not a valid id")
            node.setdefault("attrs", {})["id"] = entry["id"]
        return node

    def _block(self, entry: dict[str, Any], where: str) -> Content:
        for name, (level, lettered) in _HEADINGS.items():
            if name in entry:
                attrs = {"level": level, "lettered": lettered}
                return {"type": "heading", "attrs": attrs, "content": self.inline(entry[name], where)}
        if "n" in entry or "p" in entry:
            return self._paragraph(entry, where)
        if "list" in entry:
            return self._list(entry, where)
        if "quote" in entry:
            quoted = entry["quote"] if isinstance(entry["quote"], list) else [entry["quote"]]
            blocks = [self.block(block, where) for block in quoted]
            return {"type": "quotation", "attrs": {"attribution": entry.get("by", "")}, "content": blocks}
        if "table" in entry:
            return self._table(entry["table"], where)
        if "exhibit" in entry:
            shown = {"key": self.key(entry["exhibit"]), "shows": entry.get("shows", "both")}
            return {"type": "exhibit", "attrs": shown}
        raise CompactError(f"{where}: unknown kind of block: {', '.join(entry)}")

    def _paragraph(self, entry: dict[str, Any], where: str) -> Content:
        numbered = "n" in entry
        attrs: dict[str, Any] = {"numbered": numbered}
        if "source" in entry:
            attrs |= {"source": self.key(entry["source"]), "source_hash": entry.get("source_hash", "")}
        return {"type": "paragraph", "attrs": attrs, "content": self.inline(entry["n" if numbered else "p"], where)}

    def _list(self, entry: dict[str, Any], where: str) -> Content:
        style = entry.get("style", "bullets")
        if style not in _LISTS | {"bullets"}:
            raise CompactError(f"{where}: unknown list style {style!r}")
        items = [self._item(item, f"{where}, item {place}") for place, item in enumerate(entry["list"], start=1)]
        if style == "bullets":
            return {"type": "bullet_list", "content": items}
        return {"type": "lettered_list", "attrs": {"style": style}, "content": items}

    def _item(self, item: Any, where: str) -> Content:
        """Return a list item.

        `item` is a line of text, or {"item": [blocks], "id": …} for an item with several blocks or an id of its own.
        """
        if isinstance(item, dict) and "item" in item:
            blocks = item["item"] if isinstance(item["item"], list) else [item["item"]]
            node: Content = {"type": "list_item", "content": [self.block(block, where) for block in blocks]}
            if "id" in item:
                node["attrs"] = {"id": item["id"]}
            return node
        paragraph = {"type": "paragraph", "content": self.inline(item, where)}
        return {"type": "list_item", "content": [paragraph]}

    def _table(self, table: dict[str, Any], where: str) -> Content:
        rows = [self._row(table["head"], "table_header", where)] if table.get("head") else []
        rows += [self._row(row, "table_cell", where) for row in table["rows"]]
        return {"type": "table", "attrs": {"title": table.get("title", "")}, "content": rows}

    def _row(self, cells: list[Any], kind: str, where: str) -> Content:
        made = [{"type": kind, "content": [{"type": "paragraph", "content": self.inline(c, where)}]} for c in cells]
        return {"type": "table_row", "content": made}

    def inline(self, text: Any, where: str, marks: tuple[dict[str, Any], ...] = ()) -> list[Content]:
        """Return the inline nodes for a string with short forms, an object, or a list of both."""
        if isinstance(text, list):
            return [node for piece in text for node in self.inline(piece, where, marks)]
        if isinstance(text, dict):
            return self._object(text, where, marks)
        nodes: list[Content] = []
        at = 0
        for found in _INLINE.finditer(text):
            nodes += self._words(text[at : found.start()], marks)
            if found[1]:
                nodes += self._short(found[1], where, marks)
            elif found[2]:
                nodes += self.inline(found[2], where, (*marks, {"type": "strong"}))
            else:
                nodes += self.inline(found[3], where, (*marks, {"type": "emphasis"}))
            at = found.end()
        return nodes + self._words(text[at:], marks)

    def _words(self, text: str, marks: tuple[dict[str, Any], ...]) -> list[Content]:
        if not text:
            return []
        return [self._marked({"type": "text", "text": text}, marks)]

    def _marked(self, node: Content, marks: tuple[dict[str, Any], ...]) -> Content:
        order = ("link", "language", "emphasis", "strong", "superscript")
        if marks:
            node["marks"] = sorted(marks, key=lambda mark: order.index(mark["type"]))
        return node

    def _short(self, short: str, where: str, marks: tuple[dict[str, Any], ...]) -> list[Content]:
        name, *options = short.split("|")
        if name.startswith("note:"):
            if name[5:] not in self.notes:
                raise CompactError(f"{where}: there is no footnote {name[5:]!r}")
            return self._object({"footnote": self.notes[name[5:]]}, where, marks)
        if name.startswith("see:"):
            attrs = {"target": name[4:], "reads": options[0] if options else "full"}
            return [self._marked({"type": "cross_reference", "attrs": attrs}, marks)]
        figure: Content = {"key": self.key(name)}
        for option in options:
            if option == "capital":
                figure["capital"] = True
            else:
                figure["gender" if option in {"m", "f"} else "reads"] = option
        return [self._marked({"type": "figure", "attrs": figure}, marks)]

    def _object(self, entry: dict[str, Any], where: str, marks: tuple[dict[str, Any], ...]) -> list[Content]:
        if "figure" in entry:
            chosen = {name: value for name, value in entry.items() if name in {"reads", "capital", "gender"}}
            return [self._marked({"type": "figure", "attrs": {"key": self.key(entry["figure"]), **chosen}}, marks)]
        if "footnote" in entry:
            return [{"type": "footnote", "content": self.inline(entry["footnote"], where)}]
        if "see" in entry:
            attrs = {"target": entry["see"], "reads": entry.get("reads", "full")}
            return [self._marked({"type": "cross_reference", "attrs": attrs}, marks)]
        if "break" in entry:
            return [{"type": "line_break"}]
        if "link" in entry:
            mark = {"type": "link", "attrs": {"href": entry["link"]}}
            return self.inline(entry.get("text", entry["link"]), where, (*marks, mark))
        if "lang" in entry:
            mark = {"type": "language", "attrs": {"lang": entry["lang"]}}
            return self.inline(entry["text"], where, (*marks, mark))
        for name, kind in (("em", "emphasis"), ("strong", "strong"), ("sup", "superscript")):
            if name in entry:
                return self.inline(entry[name], where, (*marks, {"type": kind}))
        raise CompactError(f"{where}: unknown inline object: {', '.join(entry)}")

    def key(self, written: str) -> str:
        """Return the full key of a figure: in `w:participants`, `w` is looked up in `keys`. A full key is unchanged."""
        short, colon, name = written.partition(":")
        if colon and short in self.keys:
            return f"{self.keys[short]}:{name}"
        return written
