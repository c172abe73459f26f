"""Divide a note into main text and annexes, and find the titles of the annexes."""

import re
from dataclasses import dataclass, field

from foundation.text import fold
from texts.masthead import ONLY
from texts.word.blocks import looks_like_heading, signature
from texts.word.labels import ANNEX, is_roman, roman_value, typed_label
from texts.word.lines import Line, TableLines, trimmed

_LIST = re.compile(r"^(?:list of annex(?:es)?|annex(?:es)?|liste des annexes|annexes?|lista de anexos|anexos?)\s*:?$")
_ONLY = re.compile(
    r"\s*\((?:" + "|".join(re.escape(only) for words in ONLY.values() for only in words.values()) + r")\)\s*$",
    re.IGNORECASE,
)


@dataclass
class FoundPart:
    """The main text or an annex. `heads_itself` says that it begins with its own headings, so it gets no title."""

    lines: list[Line | TableLines]
    title: str = ""
    key: str = ""
    label: str = ""
    heads_itself: bool = False


@dataclass
class FoundParts:
    """The parts of a note. `taken` lists the words that the portal writes by itself."""

    main: FoundPart
    annexes: list[FoundPart] = field(default_factory=list)
    lists_annexes: bool = False
    marks_languages: bool = False
    taken: list[str] = field(default_factory=list)


def split_parts(lines: list[Line | TableLines]) -> FoundParts:
    """Return the parts of a note."""
    starts = _starts(lines)
    begins = [place for place, _title, _label in starts]
    main = FoundPart(lines[: begins[0]] if begins else lines)
    found = FoundParts(main)
    for order, (place, title, label) in enumerate(starts):
        until = begins[order + 1] if order + 1 < len(begins) else len(lines)
        line = lines[place]
        part = FoundPart(lines[place + 1 : until], " ".join(title.split()), label=label)
        if isinstance(line, Line):
            part.key = line.look.ids.get("a", "")
            found.taken.append(line.text)
        _drop_running_heads(found, part, label)
        found.annexes.append(part)
    if found.annexes:
        _take_list(found)
        for part in found.annexes:
            _take_title(found, part)
    return found


def without_mark(found: FoundParts, title: str) -> str:
    """Return a title without "(English only)", which the portal adds by itself."""
    bare = _ONLY.sub("", title)
    found.marks_languages = found.marks_languages or bare != title
    return bare.strip()


def _starts(lines: list[Line | TableLines]) -> list[tuple[int, str, str]]:
    """Return (index, title on the same line, number as written) for each line that begins an annex."""
    candidates = []
    for place, line in enumerate(lines):
        if isinstance(line, TableLines) or line.is_empty:
            continue
        if "a" in line.look.ids:
            candidates.append((place, _own_title(line), "", True))
            continue
        text = line.text.strip()
        match = ANNEX.match(text)
        if not match or len(text) > 300 or line.look.label is not None:
            continue
        title, look = match[2].strip(), line.look
        alone = not title
        stands_out = look.page_break or look.bold or look.caps or look.align in {"center", "right"}
        stands_out = stands_out or look.outline is not None or look.underline
        if (alone or (stands_out and not title.endswith((".", ";")))) and not _LIST.match(fold(text)):
            candidates.append((place, title, match[1] or "", look.page_break))
        elif alone and look.page_break:
            candidates.append((place, title, match[1] or "", True))
    starts: list[tuple[int, str, str]] = []
    for order, (place, title, label, breaks) in enumerate(candidates):
        following = candidates[order + 1][0] if order + 1 < len(candidates) else len(lines)
        between = [line for line in lines[place + 1 : following] if isinstance(line, TableLines) or not line.is_empty]
        # In a list of annexes the same numbers appear again later.
        again = any(other[2] == label for other in candidates[order + 1 :])
        if (again and not breaks and (len(between) < 2 or not _is_repeat(candidates, order))) or (
            not between and again
        ):
            continue
        if starts and label and starts[-1][2] == label and not title:
            continue
        starts.append((place, title, label))
    return starts


def _is_repeat(candidates: list[tuple[int, str, str, bool]], order: int) -> bool:
    """Return whether the next candidate has the same number: a running head, not an annex after a list."""
    return order + 1 < len(candidates) and candidates[order + 1][2] == candidates[order][2]


def _own_title(line: Line) -> str:
    match = ANNEX.match(line.text.strip())
    return match[2] if match else line.text


def _drop_running_heads(found: FoundParts, part: FoundPart, label: str) -> None:
    """Remove running heads that were typed at the top of pages, such as `Annex II, page 2`."""
    lines: list[Line | TableLines] = []
    for line in part.lines:
        if isinstance(line, Line) and line.look.style == "Annex mark":
            found.taken.append(line.text)
            continue
        if isinstance(line, Line) and label:
            match = ANNEX.match(line.text.strip())
            rest = fold(match[2]) if match else ""
            if (
                match
                and match[1] == label
                and re.fullmatch(r"(?:\(?(?:continued|suite|cont\.?|continuacion)\)?)?(?:page \d+)?", rest)
            ):
                found.taken.append(line.text)
                continue
        lines.append(line)
    part.lines = lines


def _take_list(found: FoundParts) -> None:
    """Take the titles from the list of annexes at the end of the main text, and remove the list."""
    lines = found.main.lines
    by_style = [
        place for place, line in enumerate(lines) if isinstance(line, Line) and line.look.style.startswith("Annex list")
    ]
    if by_style:
        found.lists_annexes = True
        for place in reversed(by_style):
            line = lines.pop(place)
            if isinstance(line, Line):
                found.taken.append(line.text)
                found.marks_languages = found.marks_languages or bool(_ONLY.search(line.text.strip()))
        return
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if not isinstance(line, Line) or not _LIST.match(fold(line.text)):
            continue
        titles = _entries(lines[place + 1 :], len(found.annexes))
        if titles is None:
            return
        found.lists_annexes = True
        found.taken += [entry.text for entry in lines[place:] if isinstance(entry, Line)]
        for part, title in zip(found.annexes, titles, strict=True):
            part.title = without_mark(found, title)
            part.heads_itself = True
        found.main.lines = lines[:place]
        return


def _entries(lines: list[Line | TableLines], count: int) -> list[str] | None:
    """Return the titles in order if these lines are only a list of annexes, otherwise None."""
    titles: list[str] = []
    for line in lines:
        if isinstance(line, TableLines):
            return None
        if line.is_empty:
            continue
        text = " ".join(line.text.split())
        typed = typed_label(line.text)
        match = ANNEX.match(text)
        if line.look.label is not None and line.look.label.kind in {"upper-roman", "number", "upper-letter"}:
            titles.append(text)
        elif typed is not None and typed.kind in {"capitals", "number"}:
            titles.append(" ".join(line.text[typed.length :].split()))
        elif match and match[2]:
            titles.append(" ".join(match[2].split()))
        elif titles and len(titles[-1]) + len(text) < 400 and not looks_like_heading(line):
            titles[-1] += f" {text}"
        else:
            return None
    return titles if len(titles) == count else None


def _take_title(found: FoundParts, part: FoundPart) -> None:
    """Take the title from the line "Annex I" or from the headings directly below it."""
    if part.title and not part.heads_itself:
        part.title = without_mark(found, part.title)
        return
    lines: list[Line] = []
    for line in part.lines:
        if not isinstance(line, Line) or (not line.is_empty and not looks_like_heading(line)):
            break
        if line.is_empty:
            if lines:
                break
            continue
        if line.look.ids:
            break
        if lines and signature(line.look) != signature(lines[0].look):
            break
        if any(node["type"] in {"footnote", "object"} for node in line.inline):
            break
        lines.append(line)
    words = " ".join(" ".join(line.text.split()) for line in lines)
    title = without_mark(found, words) if words else ""
    if part.title:
        if title and fold(title) == fold(part.title):
            _remove(found, part, lines)
            part.heads_itself = False
        elif not any(isinstance(line, Line) and looks_like_heading(line) for line in part.lines[:6]):
            part.heads_itself = bool(part.lines)
        return
    if title and len(title) <= 500:
        part.title = title
        _remove(found, part, lines)


def _remove(found: FoundParts, part: FoundPart, lines: list[Line]) -> None:
    found.taken += [line.text for line in lines]
    part.lines = [line for line in part.lines if not any(line is gone for gone in lines)]


def expected_label(order: int, written: str) -> bool:
    """Return whether the written number is the one that the portal will give to annex number `order` (from 1)."""
    if not written:
        return True
    return is_roman(written) and roman_value(written) == order


__all__ = ["FoundPart", "FoundParts", "expected_label", "split_parts", "trimmed", "without_mark"]
