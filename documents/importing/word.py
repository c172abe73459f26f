"""Pandoc's tree of a Word file as blocks of the schema; what has no place there is told, never dropped silently."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from documents.importing.archive import check_archive
from documents.rendering.pandoc import run_pandoc
from documents.schema import Content, clean_content

Tree = dict[str, Any]
Marks = tuple[dict[str, Any], ...]
_TYPED_NUMBER = re.compile(r"^\s*(\d{1,3})\.\s+")
_TYPED_LETTER = re.compile(r"^\s*([A-Z])\.\s+")
_ANNEX = re.compile(r"^(annex|annexe|anexo)\b", re.IGNORECASE)
_MARKS = {"Strong": "strong", "Emph": "emphasis", "Superscript": "superscript"}
_STYLES = {"LowerAlpha": "letters", "UpperAlpha": "letters", "LowerRoman": "roman", "UpperRoman": "roman"}
_LINK = re.compile(r"^https?://[A-Za-z0-9][^\s\x00-\x1f\x7f\"<>\\^`{|}]*$")
# No control characters but what the schema stores.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Imported:
    """The texts by part (the main text first, then the annexes with their titles), and what was not carried over."""

    main: Content
    annexes: list[tuple[str, Content]]
    left_out: list[str] = field(default_factory=list)


def read_word(content: bytes) -> Imported:
    """Raises `archive.NotWord` or `JobRefused` with a sentence where the file is not taken."""
    check_archive(content)
    tree = json.loads(run_pandoc(["-f", "docx", "-t", "json"], content, wall_seconds=60))
    reader = _Reader()
    return reader.read(tree["blocks"])


class _Reader:
    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()
        self.nested = 0

    def read(self, blocks: list[Tree]) -> Imported:
        groups: list[tuple[str, list[Content]]] = [("", [])]
        for block in blocks:
            if block["t"] == "Header" and _ANNEX.match(_plain(block["c"][2])) and block["c"][0] == 1:
                title = re.sub(r"^\w+\s+[IVXLC]+\s*[.:–-]?\s*", "", _plain(block["c"][2]))
                groups.append((title or _plain(block["c"][2]), []))
                continue
            groups[-1][1].extend(self.block(block))
        texts = [(title, self._text(found)) for title, found in groups]
        left_out = [f"{what} × {count}" if count > 1 else what for what, count in self.lost.items()]
        return Imported(texts[0][1], texts[1:], left_out)

    def _text(self, blocks: list[Content]) -> Content:
        return clean_content({"type": "doc", "content": blocks or [{"type": "paragraph"}]})

    # --- Blocks -------------------------------------------------------------------------------------------------------
    def block(self, node: Tree) -> list[Content]:
        handler = getattr(self, f"_{node['t'].lower()}", None)
        if handler is None:
            self.lost[_("a block of the kind %(kind)s") % {"kind": node["t"]}] += 1
            return []
        return handler(node.get("c"))

    def blocks(self, nodes: list[Tree]) -> list[Content]:
        return [block for node in nodes for block in self.block(node)]

    def _para(self, words: list[Tree]) -> list[Content]:
        inline = self.inline(words)
        number = _TYPED_NUMBER.match(inline[0]["text"]) if inline and inline[0]["type"] == "text" else None
        if number:
            rest = inline[0]["text"][number.end() :]
            inline = ([{**inline[0], "text": rest}] if rest else []) + inline[1:]
        return [{"type": "paragraph", "attrs": {"numbered": number is not None}, "content": inline}] if inline else []

    _plain = _para

    def _header(self, content: list[Any]) -> list[Content]:
        level, _attributes, words = content
        inline = self.inline(words)
        letter = _TYPED_LETTER.match(inline[0]["text"]) if inline and inline[0]["type"] == "text" else None
        if letter:
            rest = inline[0]["text"][letter.end() :]
            inline = ([{**inline[0], "text": rest}] if rest else []) + inline[1:]
        attrs = {"level": min(level, 3), "lettered": letter is not None}
        return [{"type": "heading", "attrs": attrs, "content": inline}]

    def _orderedlist(self, content: list[Any]) -> list[Content]:
        (_start, style, _delimiter), items = content
        if style["t"] == "Decimal" and not self.nested:
            # To Word a note's numbered paragraphs are a list; what an item holds besides follows its paragraph.
            blocks = []
            for item in items:
                first, *others = self.blocks(item) or [{"type": "paragraph"}]
                if first["type"] == "paragraph":
                    first["attrs"] = {"numbered": True}
                blocks += [first, *others]
            return blocks
        drawn = _STYLES.get(style["t"], "numbers")
        return [{"type": "lettered_list", "attrs": {"style": drawn}, "content": self._items(items)}]

    def _bulletlist(self, items: list[list[Tree]]) -> list[Content]:
        return [{"type": "bullet_list", "content": self._items(items)}]

    def _items(self, items: list[list[Tree]]) -> list[Content]:
        return [{"type": "list_item", "content": self._narrowed(item, lead=True)} for item in items]

    def _narrowed(self, nodes: list[Tree], *, lead: bool = False) -> list[Content]:
        """Only what may stand in an item, a quotation or a cell; the rest as paragraphs of its words."""
        narrowed: list[Content] = []
        self.nested += 1
        blocks = self.blocks(nodes)
        self.nested -= 1
        for block in blocks:
            if block["type"] in {"paragraph", "lettered_list", "bullet_list"}:
                narrowed.append({**block, "attrs": {"numbered": False}} if block["type"] == "paragraph" else block)
            elif block["type"] == "heading":
                narrowed.append({"type": "paragraph", "content": block["content"]})
            else:
                self.lost[_("a %(kind)s inside a list, quotation or cell") % {"kind": block["type"]}] += 1
        if not narrowed or (lead and narrowed[0]["type"] != "paragraph"):
            narrowed.insert(0, {"type": "paragraph"})
        return narrowed

    def _blockquote(self, nodes: list[Tree]) -> list[Content]:
        return [{"type": "quotation", "content": self._narrowed(nodes)}]

    def _div(self, content: list[Any]) -> list[Content]:
        return self.blocks(content[1])

    def _horizontalrule(self, _content: Any) -> list[Content]:
        return []

    def _lineblock(self, lines: list[list[Tree]]) -> list[Content]:
        words: list[Tree] = []
        for line in lines:
            words += ([{"t": "LineBreak"}] if words else []) + line
        return self._para(words)

    def _table(self, content: list[Any]) -> list[Content]:
        _attributes, caption, _widths, head, bodies, foot = content
        rows = [self._row(row, "table_header") for row in head[1]]
        for body in bodies:
            rows += [self._row(row, "table_cell") for row in body[2] + body[3]]
        rows += [self._row(row, "table_cell") for row in foot[1]]
        title = " ".join(_plain(block["c"]) for block in caption[1] if block["t"] in {"Para", "Plain"})[:300]
        rows = [row for row in rows if row["content"]]
        return [{"type": "table", "attrs": {"title": title}, "content": rows}] if rows else []

    def _row(self, row: list[Any], kind: str) -> Content:
        cells = []
        for _attributes, _align, rowspan, colspan, blocks in row[1]:
            attrs = {"rowspan": rowspan, "colspan": colspan}
            cells.append({"type": kind, "attrs": attrs, "content": self._narrowed(blocks)})
        return {"type": "table_row", "content": cells}

    # --- Lines --------------------------------------------------------------------------------------------------------
    def inline(self, nodes: list[Tree], marks: Marks = (), *, noted: bool = False) -> list[Content]:
        """Pieces of a line; neighbours with the same marks become one. `noted`: inside a footnote there is no other."""
        pieces: list[Content] = []
        for node in nodes:
            pieces += self._piece(node, marks, noted)
        joined: list[Content] = []
        for piece in pieces:
            last = joined[-1] if joined else None
            if last and last["type"] == piece["type"] == "text" and last.get("marks") == piece.get("marks"):
                last["text"] += piece["text"]
            else:
                joined.append(piece)
        return joined

    def _piece(self, node: Tree, marks: Marks, noted: bool) -> list[Content]:
        kind, content = node["t"], node.get("c")
        if kind in {"Str", "Space", "SoftBreak"}:
            return self._words(content if kind == "Str" else " ", marks)
        if kind == "LineBreak":
            return [{"type": "line_break"}]
        if kind in _MARKS:
            own = {"type": _MARKS[kind]}
            return self.inline(content, marks if own in marks else (*marks, own), noted=noted)
        if kind == "Quoted":
            opening, closing = ("‘", "’") if content[0]["t"] == "SingleQuote" else ("“", "”")
            quoted = self.inline(content[1], marks, noted=noted)
            return [*self._words(opening, marks), *quoted, *self._words(closing, marks)]
        if kind == "Link":
            return self._link(content, marks, noted)
        if kind == "Note":
            return self._note(content, marks, noted)
        if kind in {"Underline", "SmallCaps", "Strikeout", "Subscript", "Span", "Cite"}:
            inner = content[1] if kind in {"Span", "Cite"} else content
            if kind not in {"Span", "Cite"}:
                self.lost[_("the look %(kind)s of some words (the words are kept)") % {"kind": kind}] += 1
            return self.inline(inner, marks, noted=noted)
        if kind in {"Code", "Math"}:
            self.lost[_("the look %(kind)s of some words (the words are kept)") % {"kind": kind}] += 1
            return self._words(content[1], marks)
        self.lost[_("a picture") if kind == "Image" else _("a piece of the kind %(kind)s") % {"kind": kind}] += 1
        return []

    def _words(self, text: str, marks: Marks) -> list[Content]:
        printable = _UNPRINTABLE.sub("", text)
        if not printable:
            return []
        order = ("link", "language", "emphasis", "strong", "superscript")
        held = sorted(marks, key=lambda mark: order.index(mark["type"]))
        return [{"type": "text", "text": printable, **({"marks": held} if held else {})}]

    def _link(self, content: list[Any], marks: Marks, noted: bool) -> list[Content]:
        _attributes, words, (address, _title) = content
        if not _LINK.match(address) or len(address) > 1000 or any(mark["type"] == "link" for mark in marks):
            if not address.startswith("#"):
                self.lost[_("a link that leads nowhere on the web (its words are kept)")] += 1
            return self.inline(words, marks, noted=noted)
        return self.inline(words, (*marks, {"type": "link", "attrs": {"href": address}}), noted=noted)

    def _note(self, blocks: list[Tree], marks: Marks, noted: bool) -> list[Content]:
        words: list[Content] = []
        for block in blocks:
            if block["t"] in {"Para", "Plain"}:
                words += ([{"type": "line_break"}] if words else []) + self.inline(block["c"], noted=True)
            else:
                self.lost[_("a %(kind)s inside a footnote") % {"kind": block["t"]}] += 1
        if noted:
            self.lost[_("a footnote inside a footnote")] += 1
            return []
        return [{"type": "footnote", "content": words}] if words else []


def _plain(words: list[Tree]) -> str:
    """The words alone, for headings and captions."""
    text = ""
    for node in words:
        if node["t"] == "Str":
            text += node["c"]
        elif node["t"] in {"Space", "SoftBreak", "LineBreak"}:
            text += " "
        elif node["t"] in {*_MARKS, "Underline", "SmallCaps"}:
            text += _plain(node["c"])
        elif node["t"] in {"Span", "Quoted", "Link"}:
            text += _plain(node["c"][1])
    return text.strip()
