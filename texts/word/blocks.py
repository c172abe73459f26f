"""Lines of a part as blocks of the schema: headings, numbered paragraphs, nested lists, quotations and tables."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from texts.numbering import letter, roman
from texts.schema import Content, walk
from texts.word.labels import Label, is_roman, letter_value, roman_value, typed_label
from texts.word.lines import Line, TableLines, split_at, trimmed, without_start
from texts.word.observations import Look

LONGEST_HEADING = 220
INDENTED = 280  # twips more than the surrounding text: a fifth of an inch
_QUOTING = re.compile(r"quot|citation|\bcita\b|block text|zitat|extract", re.IGNORECASE)
_OPENS = ("“", "«", '"', "„", "‘")
_CLOSES = re.compile(r"[”»\"’][.,;]?\s*(?:\([^)]{1,80}\))?\s*$")
_PLAIN_NUMBER = re.compile(r"^\(?\d{1,3}[.)]?$")
_SIGNS_ONLY = re.compile(r"^[\W_]*$")
# What distinguishes kinds of headings; sorts the most prominent first.
Signature = tuple[int, ...]


def signature(look: Look) -> Signature:
    """Return what distinguishes one kind of heading from another, as a tuple that sorts the most prominent first."""
    if look.outline is not None:
        return (0, look.outline)
    weight = (
        -max(look.size, 0), not look.caps, look.align != "center", not look.bold, not look.small_caps,
        not look.underline, not look.italic,
    )  # fmt: skip
    return (1, *weight)


def looks_like_heading(line: Line) -> bool:
    """Return whether a line is a heading by its style or its look, and not a sentence or an item."""
    look, text = line.look, " ".join(line.text.split())
    if not text or len(text) > LONGEST_HEADING or _SIGNS_ONLY.match(text) or look.in_table:
        return False
    if look.label and look.label.kind in {"bullet", "letter", "roman"}:
        return False
    if look.outline is not None:
        return not (look.label and look.label.kind == "number" and text.endswith("."))
    if text.endswith((".", ";", ",")) and not (look.bold and (look.caps or look.align == "center")):
        return False
    if look.label and look.label.kind == "number":
        return look.bold
    if typed := typed_label(text):
        if typed.kind in {"bullet", "dash", "letters"}:
            return False
        if typed.kind == "number":
            return look.bold
    if look.label and look.label.kind.startswith("upper"):
        return True
    if typed and typed.kind == "capitals":
        return True
    heavy = look.bold or look.underline or look.caps or look.small_caps
    return heavy or look.align == "center" or (look.italic and len(text) < 120 and not text.startswith(_OPENS))


def is_lettered(line: Line) -> bool:
    """Return whether a heading begins with a capital letter as its number.

    Such a heading is one level below the heading above it, whatever it looks like.
    """
    if line.look.label is not None:
        return line.look.label.kind == "upper-letter"
    typed = typed_label(line.text)
    return typed is not None and typed.kind == "capitals" and len(typed.text) == 1


@dataclass
class _OpenList:
    node: Content
    kind: str
    next: int
    left: int
    key: str
    level: int


@dataclass
class PartBuilder:
    """Builder of the blocks of one part.

    `levels` maps signatures of headings to levels. `skeletons` are the blocks stored in an export of the portal, by the
    id of their first paragraph. If all paragraphs of a block are still there in order, the block is restored with the
    words of the file. `renumbered` collects the numbers that change, as (written, new).
    """

    levels: dict[Signature, int]
    body_left: int
    skeletons: dict[str, Content]
    lost: Counter[str]
    restore: Callable[[Any, list[Content]], list[Content]] = lambda _line, inline: inline
    blocks: list[Content] = field(default_factory=list)
    expected: int = 1
    capitals: dict[int, int] = field(default_factory=dict)
    stack: list[_OpenList] = field(default_factory=list)
    paragraph_list: tuple[str, int] | None = None
    paragraph_left: int = 0
    quotation: Content | None = None
    quotation_closed: bool = False
    in_quotes: int = 0
    renumbered: list[tuple[str, str]] = field(default_factory=list)
    nested: bool = False
    table_title: str = ""
    # Words that the portal writes by itself: typed numbers and the contents of exhibits.
    taken: list[str] = field(default_factory=list)

    def build(self, lines: Sequence[Line | TableLines]) -> list[Content]:
        """Return the blocks of the part."""
        split = [piece for line in lines for piece in self._split(line)]
        place = 0
        while place < len(split):
            line = split[place]
            taken = self._known_block(split[place:])
            if taken:
                place += taken
                continue
            place += 1
            if isinstance(line, TableLines):
                self._close()
                self._add_table(line)
            elif not line.is_empty or "b" in line.look.ids:
                self._line(line, split[place:])
        return self.blocks

    def _known_block(self, lines: Sequence[Line | TableLines]) -> int:
        """Restore the exported block that starts here and return its number of lines, or 0 if it is not complete."""
        leaves = _leaves_of(lines[0])
        identity = _leaf_id(leaves[0]) if leaves else ""
        skeleton = self.skeletons.get(identity) if leaves else None
        if skeleton is None:
            return 0
        if skeleton["type"] == "exhibit":
            count = 0
            while count < len(lines) and all(_leaf_id(leaf) == identity for leaf in _leaves_of(lines[count])):
                count += 1
            self.taken += [leaf.text for line in lines[:count] for leaf in _leaves_of(line)]
            self._close()
            self.blocks.append(skeleton)
            return count
        wanted = [node["attrs"]["id"] for node in walk(skeleton) if node["type"] in {"paragraph", "heading"}]
        words: dict[str, Line] = {}
        count = 0
        while len(words) < len(wanted) and count < len(lines):
            for leaf in _leaves_of(lines[count]):
                words[_leaf_id(leaf)] = leaf
            count += 1
        if list(words) != wanted or not _is_still(skeleton, words[wanted[0]]):
            return 0
        self._close()
        block = self._filled(skeleton, words)
        if block["type"] == "quotation":
            following = lines[count] if count < len(lines) else None
            by = isinstance(following, Line) and following.look.style == "Quote attribution"
            attribution = re.sub(r"^[—–]\s*", "", following.text) if by and isinstance(following, Line) else ""
            block["attrs"] = {**block["attrs"], "attribution": attribution}
            count += by
        elif block["type"] == "table":
            block["attrs"] = {**block["attrs"], "title": self.table_title}
            self.table_title = ""
        self.blocks.append(block)
        if block["type"] == "paragraph" and block["attrs"].get("numbered"):
            label = words[wanted[0]].look.label
            self.paragraph_list = (label.list, label.level) if label else self.paragraph_list
            self.expected += 1
        elif block["type"] == "heading":
            self._count_capital(block["attrs"].get("level", 1), bool(block["attrs"].get("lettered")))
        return count

    def _split(self, line: Line | TableLines) -> list[Line | TableLines]:
        """Split a line in which items or numbers were typed after manual line breaks."""
        if isinstance(line, TableLines) or not any(node["type"] == "line_break" for node in line.inline):
            return [line]

        def starts(rest: str) -> bool:
            typed = typed_label(rest)
            return typed is not None and typed.kind in {"letters", "number", "bullet"}

        pieces = split_at(line.inline, starts)
        later = replace(line.look, label=None, ids={}, first=0)
        return [Line(line.look if place == 0 else later, piece) for place, piece in enumerate(pieces)]

    def _filled(self, skeleton: Content, words: dict[str, Line]) -> Content:
        if skeleton["type"] in {"paragraph", "heading"}:
            bare = {name: value for name, value in skeleton.items() if name != "line"}
            inline = words[skeleton["attrs"]["id"]].inline
            return {**bare, "content": self.restore(skeleton.get("line"), inline)}
        return {**skeleton, "content": [self._filled(child, words) for child in skeleton.get("content") or ()]}

    # --- One line -----------------------------------------------------------------------------------------------------
    def _line(self, line: Line, following: Sequence[Line | TableLines]) -> None:
        if line.look.style == "Table title" and not line.look.ids:
            self.table_title = " ".join(line.text.split())
            return
        held = {node["type"] for node in line.inline}
        if _SIGNS_ONLY.match(line.text.strip()) and not held & {"object", "footnote"} and not line.look.ids:
            self.lost[_("a line with symbols only")] += 1
            return
        if not self.nested and not self._is_quoted(line, following) and looks_like_heading(line):
            self._heading(line)
            return
        label, line = self._labelled(line)
        if label is not None and self._numbered_line(label, line):
            return
        by = self.quotation is not None and self.in_quotes <= 0 and re.match(r"^[—–] ?\w", line.text)
        if by and len(line.text) < 300:
            self._attribute(line)
        elif self.in_quotes > 0 or self._is_quoted(line, following):
            self._quote(line, following)
        elif self._continues_item(line):
            self.stack[-1].node["content"][-1]["content"].append(self._paragraph(line))
        else:
            self._close()
            self.blocks.append(self._paragraph(line))

    def _labelled(self, line: Line) -> tuple[Label | None, Line]:
        """Return the automatic label of a line, or its typed label removed from the words."""
        if line.look.label is not None:
            return line.look.label, line
        typed = typed_label(line.text)
        if typed is None or (line.look.in_table and typed.kind in {"number", "capitals"}):
            return None, line
        rest = Line(line.look, without_start(line.inline, typed.length))
        self.taken.append(line.text[: typed.length])
        left = line.look.left + min(line.look.first, 0)
        if typed.kind in {"bullet", "dash"}:
            follows = bool(self.stack) and self.stack[-1].kind == "bullet"
            if typed.kind == "dash" and not follows and left < self.body_left + 100:
                return None, line
            return Label("•", "bullet", 0, f"typed {left}", typed=True), rest
        if typed.kind == "number":
            return Label(f"{typed.text}.", "number", int(typed.text), f"typed {left}", typed=True), rest
        if typed.kind == "letters":
            kind, number = self._letter_or_roman(typed.text)
            return Label(f"({typed.text})", kind, number, "typed", typed=True), rest
        return None, line

    def _letter_or_roman(self, sign: str) -> tuple[str, int]:
        """Return the kind and value of a sign: `(i)` is a letter after (h), otherwise Roman one."""
        readings = [("letter", letter_value(sign))] if len(set(sign)) == 1 else []
        if is_roman(sign):
            readings.append(("roman", roman_value(sign)))
        for opened in reversed(self.stack):
            for kind, number in readings:
                if (opened.kind, opened.next) == (kind, number):
                    return kind, number
        return next((reading for reading in readings if reading[1] == 1), readings[0] if readings else ("letter", 0))

    # --- Numbers ------------------------------------------------------------------------------------------------------
    def _numbered_line(self, label: Label, line: Line) -> bool:
        """Add the line as a numbered paragraph or an item if it is one, and return whether it was added."""
        if label.kind == "number" and not self.nested and self._is_paragraph_number(label, line):
            self._close()
            self.paragraph_list, self.paragraph_left = (label.list, label.level), line.look.left
            if label.value != self.expected:
                self.renumbered.append((label.text, f"{self.expected}."))
            self.expected += 1
            self.blocks.append(self._paragraph(line, numbered=True))
            return True
        if label.kind not in {"number", "bullet"} and not self.stack:
            self._reopen(label)
        if label.kind.startswith("upper") or (label.kind == "number" and not _PLAIN_NUMBER.match(label.text)):
            self._close()
            self.blocks.append(self._paragraph(self._with_label(label, line)))
            return True
        return self._item(label, line)

    def _is_paragraph_number(self, label: Label, line: Line) -> bool:
        if not _PLAIN_NUMBER.match(label.text):
            return False
        if (label.list, label.level) == self.paragraph_list and not label.typed:
            return True
        inside = next((opened for opened in reversed(self.stack) if opened.kind == "number"), None)
        if inside and inside.next == label.value and inside.key == label.list and inside.level == label.level:
            return label.typed and label.value == self.expected and label.list == (self.paragraph_list or ("",))[0]
        if label.value == self.expected:
            return True
        # A separate list begins at 1. Any other number is a typing error in the numbering of paragraphs.
        return label.value != 1 and not (inside and inside.next == label.value)

    def _with_label(self, label: Label, line: Line) -> Line:
        return Line(line.look, [{"type": "text", "text": f"{label.text} "}, *trimmed(line.inline)])

    # --- Lists --------------------------------------------------------------------------------------------------------
    def _item(self, label: Label, line: Line) -> bool:
        self._end_quotation()
        place = self._place_in(label, line)
        if place is None:
            if label.kind != "bullet" and label.value != 1:
                # It continues something that did not become a list: keep the number as text.
                self._close()
                self.blocks.append(self._paragraph(self._with_label(label, line)))
                return True
            self._open(label, line)
        else:
            del self.stack[place + 1 :]
        opened = self.stack[-1]
        opened.next = label.value + 1
        opened.node["content"].append(self._item_node(line))
        return True

    def _reopen(self, label: Label) -> None:
        """Continue a list that was interrupted by plain paragraphs, and move these into its last item."""
        between = 0
        while between < min(4, len(self.blocks)) and _is_plain(self.blocks[-1 - between]):
            between += 1
        last = self.blocks[-1 - between] if between < len(self.blocks) else None
        if not between or last is None or last["type"] != "lettered_list":
            return
        style = {"roman": "roman"}.get(label.kind, "letters")
        if last["attrs"]["style"] != style or len(last["content"]) + 1 != label.value:
            return
        last["content"][-1]["content"] += self.blocks[-between:]
        del self.blocks[-between:]
        self._end_quotation()
        self.stack = [_OpenList(last, label.kind, label.value, 0, label.list, label.level)]

    def _item_node(self, line: Line) -> Content:
        node: Content = {"type": "list_item", "content": [self._paragraph(line)]}
        if "i" in line.look.ids:
            node["attrs"] = {"id": line.look.ids["i"]}
        return node

    def _place_in(self, label: Label, line: Line) -> int | None:
        """Return the index of the open list that this line continues, or None."""
        for place in range(len(self.stack) - 1, -1, -1):
            opened = self.stack[place]
            if opened.kind != label.kind or "l" in line.look.ids:
                continue
            if not label.typed and not opened.key.startswith("typed"):
                same = opened.level == label.level and (opened.key == label.list or opened.next == label.value)
            elif label.kind == "bullet":
                left = _sign_left(line)
                same = abs(opened.left - left) < 150 or (place == 0 and left <= opened.left)
            else:
                same = True
            if same and (label.kind == "bullet" or opened.next == label.value):
                return place
        return None

    def _open(self, label: Label, line: Line) -> None:
        left = _sign_left(line)
        deeper = False
        if self.stack:
            top = self.stack[-1]
            if not label.typed and not top.key.startswith("typed") and top.key == label.list:
                deeper = label.level > top.level
            else:
                deeper = left > top.left + 100 or (top.kind, label.kind) in {("letter", "roman"), ("number", "letter")}
            # A number or letter after a bullet begins a list of its own.
            deeper = deeper and (top.kind != "bullet" or label.kind == "bullet")
        if not deeper and not (self.stack and left > self.stack[0].left + 100 and label.kind == "bullet"):
            self.stack.clear()
        node = self._list_node(label, line)
        if self.stack:
            self.stack[-1].node["content"][-1]["content"].append(node)
        else:
            self.blocks.append(node)
        self.stack.append(_OpenList(node, label.kind, 1, left, label.list, label.level))

    def _list_node(self, label: Label, line: Line) -> Content:
        identity = {"id": line.look.ids["l"]} if "l" in line.look.ids else {}
        if label.kind == "bullet":
            return {"type": "bullet_list", "attrs": identity, "content": []}
        style = {"number": "numbers", "roman": "roman"}.get(label.kind, "letters")
        return {"type": "lettered_list", "attrs": {**identity, "style": style}, "content": []}

    def _continues_item(self, line: Line) -> bool:
        if not self.stack:
            return False
        return line.look.left >= max(self.stack[-1].left + 60, self.body_left + INDENTED)

    # --- Quotations ---------------------------------------------------------------------------------------------------
    def _is_quoted(self, line: Line, following: Sequence[Line | TableLines]) -> bool:
        look, text = line.look, line.text.strip()
        if look.in_table or self.nested:
            return False
        if _QUOTING.search(look.style) and look.label is None:
            return True
        if look.label is not None or (typed_label(text) is not None and not text.startswith(_OPENS)):
            return False
        if look.outline is not None or look.align == "center":
            return False
        if text.startswith(_OPENS) and len(text) > 40 and self._quoted_through(text, following):
            return True
        indented = look.left >= self.body_left + INDENTED and len(text) > 40
        if indented and (look.right >= 200 or look.italic or text.startswith(_OPENS)):
            return True
        return indented and not self.stack and not look.bold

    def _quoted_through(self, text: str, following: Sequence[Line | TableLines]) -> int:
        """Return how many whole lines from here a pair of quotation marks encloses, or 0 if none."""
        if _CLOSES.search(text):
            inner = text[1:-1]
            return 1 if inner.count("“") == inner.count("”") else 0
        depth = text.count("“") - text.count("”") if "“" in text else 1
        for count, line in enumerate(following[:40], start=2):
            if isinstance(line, TableLines) or line.look.label is not None:
                return 0
            words = line.text.strip()
            if not words:
                continue
            if looks_like_heading(line) or typed_label(words):
                return 0
            depth += words.count("“") - words.count("”")
            if _CLOSES.search(words) and (depth <= 0 or '"' in text):
                return count
        return 0

    def _quote(self, line: Line, following: Sequence[Line | TableLines]) -> None:
        self.stack.clear()
        text = line.text.strip()
        if self.in_quotes <= 0 and text.startswith(_OPENS):
            self.in_quotes = self._quoted_through(text, following)
        starts_another = "q" in line.look.ids or (self.quotation_closed and text.startswith(_OPENS))
        if self.quotation is None or starts_another:
            identity = {"id": line.look.ids["q"]} if "q" in line.look.ids else {}
            self.quotation = {"type": "quotation", "attrs": identity, "content": []}
            self.blocks.append(self.quotation)
        self.quotation["content"].append(self._paragraph(line))
        self.in_quotes -= 1
        self.quotation_closed = bool(_CLOSES.search(text))

    def _attribute(self, line: Line) -> None:
        if self.quotation is not None:
            self.quotation["attrs"]["attribution"] = re.sub(r"^[—–]\s*", "", " ".join(line.text.split()))
        self._end_quotation()

    def _end_quotation(self) -> None:
        self.quotation, self.in_quotes, self.quotation_closed = None, 0, False

    def _close(self) -> None:
        self.stack.clear()
        self._end_quotation()

    # --- Nodes --------------------------------------------------------------------------------------------------------
    def _paragraph(self, line: Line, *, numbered: bool = False) -> Content:
        identity = line.look.ids.get("b", "")
        attrs = {"id": identity} if identity else {}
        inline = line.inline if identity else trimmed(line.inline)
        return {"type": "paragraph", "attrs": {**attrs, "numbered": numbered}, "content": inline}

    def _heading(self, line: Line) -> None:
        self._close()
        look = line.look
        level = self.levels.get(signature(look)) or self._below()
        if "b" in look.ids and look.outline is not None:
            own = re.search(r"(\d)$", look.style)
            level = min(int(own[1]) if own else look.outline + 1, 3)
        lettered, inline = False, line.inline
        if look.label is not None and look.label.kind != "bullet":
            if look.label.kind == "upper-letter":
                lettered, capital = True, look.label.value
            else:
                inline = self._with_label(look.label, line).inline
        elif (typed := typed_label(line.text)) and typed.kind == "capitals":
            capital = letter_value(typed.text)
            self.taken.append(line.text[: typed.length])
            lettered = len(typed.text) == 1 and not (is_roman(typed.text) and capital != self._next_capital(level))
            inline = without_start(inline, typed.length) if lettered else inline
        if lettered:
            level = self._level_of_letter(level, capital)
            if capital != self._next_capital(level):
                lettered = False
                written = f"{letter(capital).upper()}. "
                inline = [{"type": "text", "text": written}, *trimmed(inline)]
        self._count_capital(level, lettered)
        attrs: dict[str, Any] = {"level": level, "lettered": lettered}
        if "b" in look.ids:
            attrs["id"] = look.ids["b"]
        else:
            inline = _unemphasized(trimmed(inline), look)
        self.blocks.append({"type": "heading", "attrs": attrs, "content": inline})

    def _below(self) -> int:
        """Return the level below the last heading without a letter."""
        headings = (block["attrs"] for block in reversed(self.blocks) if block["type"] == "heading")
        above = next((attrs for attrs in headings if not attrs["lettered"]), None)
        return min(above["level"] + 1, 3) if above else 1

    def _level_of_letter(self, level: int, capital: int) -> int:
        """Return the level of a lettered heading, below the sections above it even if it looks like them."""
        above = next((block["attrs"] for block in reversed(self.blocks) if block["type"] == "heading"), None)
        if capital == 1 and above is not None and above["level"] == level and not above["lettered"]:
            return min(level + 1, 3)
        if (
            capital > 1
            and self.capitals.get(level, 0) + 1 != capital
            and self.capitals.get(level + 1, 0) + 1 == capital
        ):
            return min(level + 1, 3)
        return level

    def _next_capital(self, level: int) -> int:
        return self.capitals.get(level, 0) + 1

    def _count_capital(self, level: int, lettered: bool) -> None:
        self.capitals = {deep: count for deep, count in self.capitals.items() if deep <= level}
        if lettered:
            self.capitals[level] = self.capitals.get(level, 0) + 1
        else:
            self.capitals.pop(level, None)

    def _add_table(self, table: TableLines) -> None:
        rows: list[Content] = []
        for place, row in enumerate(table.rows):
            kind = "table_header" if place < table.heads else "table_cell"
            cells = []
            for rowspan, colspan, lines in row:
                attrs = {"rowspan": min(rowspan, 200), "colspan": min(colspan, 40)}
                cells.append({"type": kind, "attrs": attrs, "content": self._cell(lines)})
            rows.append({"type": "table_row", "content": cells})
        if not rows:
            return
        if len(rows) == 1 and len(rows[0]["content"]) == 1 and "t" not in table.ids:
            self.lost[_("a frame around text (text kept)")] += 1
            self.blocks += rows[0]["content"][0]["content"]
            return
        title, self.table_title = self.table_title or table.title, ""
        identity = {"id": table.ids["t"]} if "t" in table.ids else {}
        self.blocks.append({"type": "table", "attrs": {"title": title, **identity}, "content": rows})

    def _cell(self, lines: Sequence[Line | TableLines]) -> list[Content]:
        inner: list[Line | TableLines] = []
        for line in lines:
            if isinstance(line, TableLines):
                self.lost[_("a table inside a table (text kept)")] += 1
                inner += _flat(line)
            else:
                inner.append(line)
        builder = PartBuilder(self.levels, 0, {}, self.lost, nested=True, taken=self.taken)
        return builder.build(inner) or [{"type": "paragraph", "attrs": {"numbered": False}}]


def _leaves_of(line: Line | TableLines) -> list[Line]:
    return _flat(line) if isinstance(line, TableLines) else [line]


def _leaf_id(line: Line) -> str:
    return line.look.ids.get("b") or line.look.ids.get("x") or ""


def _is_still(skeleton: Content, line: Line) -> bool:
    """Return whether the line still has the form of the block: nobody changed its heading style, number or list."""
    if skeleton["type"] == "heading":
        return line.look.outline is not None
    if skeleton["type"] == "paragraph":
        numbered = bool(skeleton["attrs"].get("numbered"))
        return line.look.outline is None and numbered == (line.look.label is not None)
    if skeleton["type"] in {"lettered_list", "bullet_list"}:
        return line.look.label is not None
    return True


def _is_plain(block: Content) -> bool:
    return block["type"] == "paragraph" and not block["attrs"].get("numbered")


def _sign_left(line: Line) -> int:
    return line.look.left + min(line.look.first, 0)


def _flat(table: TableLines) -> list[Line]:
    found: list[Line] = []
    for row in table.rows:
        for _rowspan, _colspan, lines in row:
            for line in lines:
                found += _flat(line) if isinstance(line, TableLines) else [line]
    return found


def _unemphasized(inline: list[Content], look: Look) -> list[Content]:
    """Remove bold and italic marks that a heading has because it is a heading."""
    dropped = {name for name, on in (("strong", look.bold), ("emphasis", look.italic)) if on}
    cleaned = []
    for node in inline:
        marks = [mark for mark in node.get("marks") or () if mark["type"] not in dropped]
        bare = {name: content for name, content in node.items() if name != "marks"}
        cleaned.append({**bare, **({"marks": marks} if marks else {})})
    return cleaned


__all__ = ["INDENTED", "PartBuilder", "looks_like_heading", "roman", "signature"]
