"""Inline content as plain text, for a form without JavaScript.

Figures, references and footnotes are written as `{1}`, marks as `<2>…</2>`. The numbers come from a legend that the
original and the translation share, so that translators type nothing but words and numbers.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from texts.schema import SPEC, Content

_TOKEN = re.compile(r"\{(\d{1,3})\}|<(/?)(\d{1,3})>|(\n)")
_MARK_ORDER = list(SPEC["marks"])


class Mistyped(ValueError):
    """The text cannot be read as inline content; the message tells the translator why."""


@dataclass
class Legend:
    """The meaning of each number. `atoms` are figure, reference and footnote nodes without their marks."""

    atoms: dict[int, Content] = field(default_factory=dict)
    marks: dict[int, dict[str, Any]] = field(default_factory=dict)
    _known: dict[Any, int] = field(default_factory=dict)

    def number(self, key: Any) -> int:
        """Return the number of a key; a new key gets the next number."""
        return self._known.setdefault(key, len(self._known) + 1)


def legend_of(original: list[Content], translation: list[Content]) -> Legend:
    """Return the legend of an original and its translation, numbered in the order of the original.

    If both have the same figure, reference or footnote, the translation's own node is used.
    """
    legend = Legend()
    for line in (original, translation):
        seen: Counter[Any] = Counter()
        for node in line:
            for mark in node.get("marks") or ():
                legend.marks[legend.number(_mark_key(mark))] = mark
            if node["type"] in {"text", "line_break"}:
                continue
            kind = _atom_key(node)
            seen[kind] += 1
            legend.atoms[legend.number((kind, seen[kind]))] = {k: v for k, v in node.items() if k != "marks"}
    return legend


def _atom_key(node: Content) -> Any:
    """Return what identifies a figure, reference or footnote."""
    name = {"figure": "key", "cross_reference": "target", "footnote": "id"}[node["type"]]
    return node["type"], node["attrs"][name]


def _mark_key(mark: dict[str, Any]) -> Any:
    return "mark", mark["type"], tuple(sorted((mark.get("attrs") or {}).items()))


def to_tagged(line: list[Content], legend: Legend) -> str:
    """Return the content as text. Raises `Mistyped` if the words themselves look like a number of the legend."""
    pieces: list[str] = []
    open_marks: list[int] = []
    seen: Counter[Any] = Counter()
    for node in line:
        marks = [legend.number(_mark_key(mark)) for mark in node.get("marks") or ()]
        shared = 0
        while shared < min(len(marks), len(open_marks)) and marks[shared] == open_marks[shared]:
            shared += 1
        pieces += [f"</{number}>" for number in reversed(open_marks[shared:])]
        pieces += [f"<{number}>" for number in marks[shared:]]
        open_marks = marks
        if node["type"] == "text":
            if _TOKEN.search(node["text"]):
                raise Mistyped(_("Translate this paragraph in the editor."))
            pieces.append(node["text"])
        elif node["type"] == "line_break":
            pieces.append("\n")
        else:
            kind = _atom_key(node)
            seen[kind] += 1
            pieces.append(f"{{{legend.number((kind, seen[kind]))}}}")
    pieces += [f"</{number}>" for number in reversed(open_marks)]
    return "".join(pieces)


def from_tagged(typed: str, legend: Legend) -> list[Content]:
    """Return the content that was typed. Raises `Mistyped` for a number that is unknown, repeated or not closed."""
    typed = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    line: list[Content] = []
    stack: list[int] = []
    used: set[int] = set()
    at = 0
    for found in _TOKEN.finditer(typed):
        _add_text(line, typed[at : found.start()], stack, legend)
        at = found.end()
        if found[4]:
            line.append(_with_marks({"type": "line_break"}, stack, legend))
        elif found[1]:
            number = int(found[1])
            if number not in legend.atoms:
                raise Mistyped(_("Remove {%(number)s}: it does not exist in this paragraph.") % {"number": number})
            if number in used:
                raise Mistyped(_("{%(number)s} appears twice. Remove one.") % {"number": number})
            used.add(number)
            line.append(_with_marks(dict(legend.atoms[number]), stack, legend))
        else:
            _mark_token(int(found[3]), bool(found[2]), stack, legend)
    _add_text(line, typed[at:], stack, legend)
    if stack:
        raise Mistyped(_("<%(number)s> is not closed. Add </%(number)s>.") % {"number": stack[-1]})
    return line


def _mark_token(number: int, closes: bool, stack: list[int], legend: Legend) -> None:
    """Open or close a mark: change `stack`, the numbers of the open marks. Raises `Mistyped`."""
    if number not in legend.marks:
        raise Mistyped(_("Remove <%(number)s>: it does not exist in this paragraph.") % {"number": number})
    if not closes:
        stack.append(number)
    elif stack and stack[-1] == number:
        stack.pop()
    else:
        raise Mistyped(_("Add <%(number)s> before </%(number)s>.") % {"number": number})


def _add_text(line: list[Content], text: str, stack: list[int], legend: Legend) -> None:
    if text:
        line.append(_with_marks({"type": "text", "text": text}, stack, legend))


def _with_marks(node: Content, stack: list[int], legend: Legend) -> Content:
    marks = [legend.marks[number] for number in dict.fromkeys(stack)]
    if marks:
        node["marks"] = sorted(marks, key=lambda mark: _MARK_ORDER.index(mark["type"]))
    return node


def legend_entries(legend: Legend, reads: Callable[[Content], str]) -> list[tuple[str, str]]:
    """Return (as typed, meaning) for each number, for the list next to the form.

    `reads` returns how a figure, reference or footnote reads.
    """
    names = {
        "emphasis": _("italic"),
        "strong": _("bold"),
        "superscript": _("superscript"),
        "link": _("link"),
        "language": _("text in another language"),
    }
    entries = [(number, f"{{{number}}}", reads(node)) for number, node in legend.atoms.items()]
    for number, mark in legend.marks.items():
        where = (mark.get("attrs") or {}).get("href") or (mark.get("attrs") or {}).get("lang") or ""
        entries.append((number, f"<{number}>…</{number}>", f"{names[mark['type']]} {where}".strip()))
    return [(typed, what) for _number, typed, what in sorted(entries)]
