"""Convert typed footnotes: `1/`, `[1]` or a raised 1 in the text, and notes with the same signs further down.

They become footnotes only if calls and notes have the same numbers in the same order, and each note comes after its
call. Anything else may be a fraction, a square metre or a reference to a list, so its words are not changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from texts.ids import new_id
from texts.schema import Content
from texts.word.lines import Line, TableLines, shown, trimmed

# Calls within a line. At the beginning of a line the same signs open a note.
_CALLS = {
    "slash": re.compile(r"[ \u00a0]*(?<![\d/])(?<!\d\.)(\d{1,2})/(?![\w/])"),
    "brackets": re.compile(r"[ \u00a0]*\[(\d{1,2})\]"),
}
_OPENS = {
    "slash": re.compile(r"^[ \u00a0\t]*(\d{1,2})/[ \u00a0\t]*(?=\S)"),
    "brackets": re.compile(r"^[ \u00a0\t]*\[(\d{1,2})\][ \u00a0\t]*(?=\S)"),
}
_RAISED = re.compile(r"^[ \u00a0\t]*[\[(]?(\d{1,2})[\])/]?[ \u00a0\t]*$")
_FORMS = ("slash", "brackets", "raised")


@dataclass
class Joined:
    """The lines with typed notes moved into their calls; `taken` lists the signs that the portal writes by itself."""

    lines: list[Line | TableLines]
    made: int = 0
    taken: list[str] = field(default_factory=list)
    unmatched: int = 0


@dataclass(frozen=True)
class _Call:
    order: int
    line: Line
    node: int
    start: int
    end: int
    number: int
    sign: str


@dataclass(frozen=True)
class _Note:
    order: int
    number: int
    words: tuple[Content, ...]
    sign: str


def join_typed_notes(lines: list[Line | TableLines]) -> Joined:
    """Return the lines with typed notes converted, if they can be matched."""
    notes = {form: _notes(lines, form) for form in _FORMS}
    unmatched = 0
    for form in _FORMS:
        held = {note.order for note in notes[form]}
        for call_form in (form, *(other for other in _FORMS if other != form)):
            calls = [call for call in _calls(lines, call_form) if call.order not in held]
            if _match(calls, notes[form]):
                return _joined(lines, calls, notes[form])
            unmatched = max(unmatched, min(len(calls), len(notes[form])))
    return Joined(lines, unmatched=unmatched)


def _match(calls: list[_Call], notes: list[_Note]) -> bool:
    if not calls or [call.number for call in calls] != [note.number for note in notes]:
        return False
    if any(note.order <= call.order for call, note in zip(calls, notes, strict=True)):
        return False
    # Numbers count from 1 and may restart in an annex.
    numbers = [note.number for note in notes]
    return all(number in {1, before + 1} for before, number in zip([0, *numbers], numbers, strict=False))


def _notes(lines: list[Line | TableLines], form: str) -> list[_Note]:
    found = []
    for order, line in enumerate(lines):
        if isinstance(line, TableLines) or line.look.label is not None or line.look.ids or not line.inline:
            continue
        if any(node["type"] == "footnote" for node in line.inline):
            continue
        first, rest = line.inline[0], line.inline[1:]
        if first["type"] != "text":
            continue
        raised = _is_raised(first)
        opened = _RAISED.match(first["text"]) if raised else None
        if form == "raised" and opened and _says(rest):
            found.append(_Note(order, int(opened[1]), tuple(trimmed(rest)), first["text"]))
        if form != "raised":
            opened = _OPENS[form].match(first["text"] + ("x" if raised and _says(rest) else ""))
            if opened:
                behind = {**first, "text": first["text"][opened.end() :]}
                words = trimmed([behind, *rest] if behind["text"] else rest)
                if _says(words):
                    found.append(_Note(order, int(opened[1]), tuple(words), opened[0]))
    return found


def _calls(lines: list[Line | TableLines], form: str) -> list[_Call]:
    found = []
    for order, line in _leaves(lines):
        for place, node in enumerate(line.inline):
            if node["type"] != "text":
                continue
            if form == "raised":
                sign = _RAISED.match(node["text"]) if _is_raised(node) and place else None
                if sign:
                    found.append(_call(order, line, place, (0, len(node["text"])), sign))
                continue
            for sign in _CALLS[form].finditer(node["text"]):
                if place or sign.start():
                    found.append(_call(order, line, place, sign.span(), sign))
    return found


def _call(order: int, line: Line, place: int, span: tuple[int, int], sign: re.Match[str]) -> _Call:
    """Return a call. Its sign includes adjoining letters, because the word count treats them as part of the word."""
    text = line.inline[place]["text"]
    before = "".join(shown(node) for node in line.inline[:place]) + text[: span[0]]
    behind = text[span[1] :] + "".join(shown(node) for node in line.inline[place + 1 :])
    start = len(before)
    while start and _is_in_word(before[start - 1]):
        start -= 1
    touching = before[start:] + sign[0] + "".join(takewhile(_is_in_word, behind))
    return _Call(order, line, place, *span, int(sign[1]), touching)


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _leaves(lines: list[Line | TableLines], order: int | None = None) -> Iterator[tuple[int, Line]]:
    """Yield every line with the index of the paragraph or table that contains it."""
    for place, line in enumerate(lines):
        own = place if order is None else order
        if isinstance(line, Line):
            yield own, line
            continue
        for row in line.rows:
            for _rowspan, _colspan, inner in row:
                yield from _leaves(inner, own)


def _joined(lines: list[Line | TableLines], calls: list[_Call], notes: list[_Note]) -> Joined:
    """Move the notes into their calls, the later calls of a line first, so that positions stay valid."""
    for call, note in reversed(list(zip(calls, notes, strict=True))):
        node = call.line.inline[call.node]
        before, behind = node["text"][: call.start], node["text"][call.end :]
        pieces = [{**node, "text": text} if text else None for text in (before, behind)]
        footnote = {"type": "footnote", "attrs": {"id": new_id()}, "content": list(note.words)}
        call.line.inline[call.node : call.node + 1] = [piece for piece in (pieces[0], footnote, pieces[1]) if piece]
    gone = {note.order for note in notes}
    remaining = [line for order, line in enumerate(lines) if order not in gone and not _is_rule(lines, order, gone)]
    rules = [line for order, line in enumerate(lines) if order not in gone and _is_rule(lines, order, gone)]
    signs = [call.sign for call in calls] + [note.sign for note in notes]
    return Joined(remaining, len(notes), signs + [rule.text for rule in rules if isinstance(rule, Line)])


def _is_rule(lines: list[Line | TableLines], order: int, gone: set[int]) -> bool:
    """Return whether a line is a row of underscores above the notes."""
    line = lines[order]
    following = order + 1
    while following < len(lines) and _is_blank(lines[following]):
        following += 1
    return isinstance(line, Line) and following in gone and re.fullmatch(r"\s*[_—–-]{3,}\s*", line.text) is not None


def _is_blank(line: Line | TableLines) -> bool:
    return isinstance(line, Line) and not line.text.strip()


def _is_raised(node: Content) -> bool:
    return any(mark["type"] == "superscript" for mark in node.get("marks") or ())


def _says(words: list[Content]) -> bool:
    return any(node["type"] != "text" or any(sign.isalpha() for sign in node["text"]) for node in words)
