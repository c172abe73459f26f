"""Lines of a Word file: paragraphs from Pandoc's tree together with their looks (texts/word/observer.py)."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from texts.schema import Content, plain_text
from texts.word.observations import Look, Observations
from texts.word.runs import CLOSE, OPEN, SPACE, TAB

Marks = tuple[dict[str, Any], ...]


class Tree(TypedDict):
    """An element of Pandoc's JSON: its kind, and content whose shape depends on the kind."""

    t: str
    c: NotRequired[Any]


_MARKS = {"Strong": "strong", "Emph": "emphasis", "Superscript": "superscript"}
# Kinds of Pandoc's elements that a text, or a footnote, cannot hold, in the reader's words.
_NAMES = {
    "CodeBlock": gettext_noop("a block of code"),
    "DefinitionList": gettext_noop("a list of definitions"),
    "Figure": gettext_noop("a figure"),
    "Header": gettext_noop("a heading"),
    "HorizontalRule": gettext_noop("a horizontal line"),
    "Image": gettext_noop("a picture"),
    "LineBlock": gettext_noop("a block of lines"),
    "Table": gettext_noop("a table"),
}
_OTHER = gettext_noop("an unsupported element")
_ORDER = ("link", "language", "emphasis", "strong", "superscript")
_LINK = re.compile(r"^https?://[A-Za-z0-9][^\s\x00-\x1f\x7f\"<>\\^`{|}]*$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_SIGNS = re.compile(f"{OPEN}([a-z])([^{CLOSE}]*){CLOSE}")
# Characters that the schema does not store.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Line:
    """A paragraph. `inline` has nodes of the schema and `object` nodes, which are indexes into the observed objects."""

    look: Look
    inline: list[Content] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words without footnotes. Tabs are included, because a typed number may end with one."""
        return "".join(shown(node) for node in self.inline)

    @property
    def is_empty(self) -> bool:
        """Whether the line has no words, footnotes or objects."""
        return not self.text.strip() and not any(n["type"] in {"footnote", "object"} for n in self.inline)


@dataclass
class TableLines:
    """A table: rows of cells, each as (rowspan, colspan, lines). `heads` is the number of header rows."""

    heads: int
    title: str
    rows: list[list[tuple[int, int, list["Line | TableLines"]]]]
    ids: dict[str, str] = field(default_factory=dict)
    tag: str = ""


def shown(node: Content) -> str:
    """Return the words of an inline node as displayed."""
    if node["type"] == "object":
        words: str = node["shown"]
        return words
    return "\n" if node["type"] == "line_break" else plain_text(node)


class TreeReader:
    """Reader of Pandoc's tree. It counts what a text cannot hold in `lost`, so that nothing is dropped silently."""

    def __init__(self, seen: Observations) -> None:
        self.seen = seen
        self.lost: Counter[str] = seen.lost
        self.language = ""
        self.note_id = ""

    def lines(self, blocks: list[Tree]) -> list[Line | TableLines]:
        """Return blocks of Pandoc as lines and tables."""
        found: list[Line | TableLines] = []
        for block in blocks:
            kind, content = block["t"], _content(block)
            if kind in {"Para", "Plain"}:
                found.append(self._line(content))
            elif kind == "Table":
                found.append(self._table(content))
            elif kind in {"Div", "BlockQuote", "Figure"}:
                found += self.lines(content if kind == "BlockQuote" else content[-1])
            elif kind == "Header":
                found.append(self._line(content[2]))
            elif kind == "LineBlock":
                words: list[Tree] = []
                for line in content:
                    words += ([{"t": "LineBreak"}] if words else []) + line
                found.append(self._line(words))
            elif kind in {"BulletList", "OrderedList"}:
                for item in content if kind == "BulletList" else content[1]:
                    found += self.lines(item)
            elif kind != "HorizontalRule":
                self.lost[_named(kind)] += 1
        return found

    def _line(self, words: list[Tree]) -> Line:
        inline = self.inline(words)
        look = Look(-1)
        nodes = []
        for node in inline:
            if node["type"] == "mark" and node["kind"] == "p":
                look = self.seen.looks[int(node["value"])]
            elif node["type"] != "mark":
                nodes.append(node)
        return Line(look, joined(nodes))

    def _table(self, content: list[Any]) -> TableLines:
        _attributes, caption, _widths, head, bodies, foot = content
        rows = [*head[1]]
        for body in bodies:
            rows += body[2] + body[3]
        rows += foot[1]
        read = []
        for row in rows:
            cells = [(rowspan, colspan, self.lines(blocks)) for _attr, _al, rowspan, colspan, blocks in row[1]]
            if cells:
                read.append(cells)
        first = _first_look(read)
        facts = self.seen.tables.get(first.index if first else -2, {})
        title = " ".join(line.text for line in self.lines(caption[1]) if isinstance(line, Line))
        return TableLines(
            min(facts.get("heads", 0), max(len(read) - 1, 0)),
            (facts.get("title") or title)[:300],
            read,
            first.ids if first else {},
            facts.get("tag", ""),
        )

    # --- Words --------------------------------------------------------------------------------------------------------
    def inline(self, nodes: list[Tree], marks: Marks = (), *, noted: bool = False) -> list[Content]:
        """Return the pieces of a line. `noted` says that they are in a footnote, which cannot hold another."""
        pieces: list[Content] = []
        for node in nodes:
            pieces += self._piece(node, marks, noted)
        return pieces

    def _piece(self, node: Tree, marks: Marks, noted: bool) -> list[Content]:
        kind, content = node["t"], _content(node)
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
            return self._note(content, noted)
        if kind in {"Underline", "SmallCaps", "Strikeout", "Subscript", "Span", "Cite"}:
            return self.inline(content[1] if kind in {"Span", "Cite"} else content, marks, noted=noted)
        if kind in {"Code", "Math"}:
            return self._words(content[1], marks)
        self.lost[_named(kind)] += 1
        return []

    def _words(self, text: str, marks: Marks) -> list[Content]:
        pieces: list[Content] = []
        at = 0
        for sign in _SIGNS.finditer(text):
            pieces += self._text(text[at : sign.start()], marks)
            pieces += self._signed(sign[1], sign[2], marks)
            at = sign.end()
        return pieces + self._text(text[at:], marks)

    def _signed(self, kind: str, value: str, marks: Marks) -> list[Content]:
        if kind == "o":
            known = self.seen.objects[int(value)]
            return [{"type": "object", "object": int(value), "shown": known["shown"], "marks": _sorted(marks)}]
        if kind == "n":
            self.note_id = value
        elif kind == "l":
            self.language = value if _LANGUAGE.match(value) else ""
        elif kind == "e":
            self.language = ""
        else:
            return [{"type": "mark", "kind": kind, "value": value}]
        return []

    def _text(self, text: str, marks: Marks) -> list[Content]:
        printable = _UNPRINTABLE.sub("", text.replace(SPACE, " ").replace(TAB, "\t").replace("\n", " "))
        if not printable:
            return []
        if self.language:
            marks = (*marks, {"type": "language", "attrs": {"lang": self.language}})
        held = _sorted(marks)
        return [{"type": "text", "text": printable, **({"marks": held} if held else {})}]

    def _link(self, content: list[Any], marks: Marks, noted: bool) -> list[Content]:
        _attributes, words, (address, _title) = content
        if not _LINK.match(address) or len(address) > 1000 or any(mark["type"] == "link" for mark in marks):
            if not address.startswith("#"):
                self.lost[_("a link that is not a web address (text kept)")] += 1
            return self.inline(words, marks, noted=noted)
        return self.inline(words, (*marks, {"type": "link", "attrs": {"href": address}}), noted=noted)

    def _note(self, blocks: list[Tree], noted: bool) -> list[Content]:
        identity, self.note_id = self.note_id, ""
        if noted:
            self.lost[_("a footnote inside a footnote")] += 1
            return []
        words: list[Content] = []
        for line in self._note_lines(blocks):
            words += ([{"type": "line_break"}] if words and line else []) + line
        words = trimmed(joined([n for n in words if n["type"] != "mark"]))
        return [{"type": "footnote", "attrs": {"id": identity}, "content": words}] if words else []

    def _note_lines(self, blocks: list[Tree]) -> list[list[Content]]:
        found = []
        for block in blocks:
            kind, content = block["t"], _content(block)
            if kind in {"Para", "Plain"}:
                found.append(self.inline(content, noted=True))
            elif kind in {"BlockQuote", "BulletList", "OrderedList", "Div"}:
                inner = {"BulletList": content, "BlockQuote": [content], "Div": [content[-1]]}.get(kind)
                for item in content[1] if inner is None else inner:
                    found += self._note_lines(item)
            else:
                self.lost[_("%(element)s inside a footnote") % {"element": _named(kind)}] += 1
        return found


def _named(kind: str) -> str:
    """Return the reader's words for a kind of Pandoc's elements."""
    return _(_NAMES.get(kind, _OTHER))


def _content(element: Tree) -> Any:
    return element.get("c")


def _sorted(marks: Marks) -> list[dict[str, Any]]:
    return sorted(marks, key=lambda mark: _ORDER.index(mark["type"]))


def joined(pieces: list[Content]) -> list[Content]:
    """Merge neighbouring text nodes with the same marks."""
    joined: list[Content] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and last["type"] == piece["type"] == "text" and last.get("marks") == piece.get("marks"):
            last["text"] += piece["text"]
        else:
            joined.append(dict(piece))
    return joined


def trimmed(inline: list[Content]) -> list[Content]:
    """Return the line without space and breaks at its ends."""
    nodes = list(inline)
    while nodes and _is_blank(nodes[0]):
        nodes.pop(0)
    while nodes and _is_blank(nodes[-1]):
        nodes.pop()
    if nodes and nodes[0]["type"] == "text":
        nodes[0] = {**nodes[0], "text": nodes[0]["text"].lstrip(" \t\n")}
    if nodes and nodes[-1]["type"] == "text":
        nodes[-1] = {**nodes[-1], "text": nodes[-1]["text"].rstrip(" \t\n")}
    return nodes


def _is_blank(node: Content) -> bool:
    return node["type"] == "line_break" or (node["type"] == "text" and not node["text"].strip(" \t\n"))


def without_start(inline: list[Content], length: int) -> list[Content]:
    """Return the line without its first `length` characters, such as a typed number."""
    nodes = list(inline)
    while nodes and length > 0:
        first = nodes[0]
        held = len(shown(first))
        if first["type"] == "text" and held > length:
            nodes[0] = {**first, "text": first["text"][length:]}
            return nodes
        length -= held
        nodes.pop(0)
    return nodes


def split_at(inline: list[Content], is_start: Any) -> list[list[Content]]:
    """Split a line at each break after which `is_start` holds for the rest of its text."""
    pieces: list[list[Content]] = [[]]
    for place, node in enumerate(inline):
        if node["type"] == "line_break" and is_start("".join(shown(n) for n in inline[place + 1 :])):
            pieces.append([])
        else:
            pieces[-1].append(node)
    return pieces


def _first_look(rows: list[Any]) -> Look | None:
    for row in rows:
        for _rowspan, _colspan, lines in row:
            for line in lines:
                if isinstance(line, Line):
                    return line.look
                return _first_look(line.rows)
    return None
