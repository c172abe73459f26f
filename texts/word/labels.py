"""Numbers of Word's automatic lists, computed from numbering.xml, and numbers that were typed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from texts.numbering import letter, roman
from texts.word.package import Element, value, w
from texts.word.styles import ParagraphLook, Styles


@dataclass(frozen=True)
class Label:
    """A number or bullet before a paragraph. `kind` is number, letter, roman, upper-letter, upper-roman or bullet."""

    text: str
    kind: str
    value: int = 0
    # Labels with the same list and level belong together. For typed labels, `list` may hold the indentation.
    list: str = ""
    level: int = 0
    typed: bool = False


@dataclass
class _Level:
    kind: str = "decimal"
    text: str = ""
    start: int = 1
    properties: Element | None = None


@dataclass
class _Abstract:
    levels: dict[int, _Level] = field(default_factory=dict)
    style_link: str = ""


_KINDS = {
    "decimal": "number",
    "decimalZero": "number",
    "lowerLetter": "letter",
    "upperLetter": "upper-letter",
    "lowerRoman": "roman",
    "upperRoman": "upper-roman",
    "bullet": "bullet",
}
_WRITTEN: dict[str, Callable[[int], str]] = {
    "lowerLetter": letter,
    "upperLetter": lambda number: letter(number).upper(),
    "lowerRoman": lambda number: roman(number).lower(),
    "upperRoman": roman,
    "decimalZero": lambda number: f"{number:02}",
}


class Labels:
    """A counter that computes the numbers of automatic lists as Word does.

    Lists with the same abstract definition continue each other unless a list restarts them.
    """

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstracts: dict[str, _Abstract] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._own_levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        for abstract in [] if root is None else root.findall(w("abstractNum")):
            levels = {int(value(lvl, "ilvl") or 0): _level(lvl) for lvl in abstract.findall(w("lvl"))}
            link = value(abstract.find(w("numStyleLink"))) or ""
            self._abstracts[value(abstract, "abstractNumId") or ""] = _Abstract(levels, link)
        for number in [] if root is None else root.findall(w("num")):
            self._read_list(number)

    def _read_list(self, number: Element) -> None:
        identity = value(number, "numId") or ""
        starts: dict[int, int] = {}
        for override in number.findall(w("lvlOverride")):
            deep = int(value(override, "ilvl") or 0)
            own, start = override.find(w("lvl")), value(override.find(w("startOverride")))
            if own is not None:
                self._own_levels[identity, deep] = _level(own)
            if start and start.lstrip("-").isdigit():
                starts[deep] = int(start)
        self._lists[identity] = (value(number.find(w("abstractNumId"))) or "", starts)

    def _abstract_of(self, identity: str) -> tuple[str, _Abstract]:
        key = self._lists.get(identity, ("", {}))[0]
        abstract = self._abstracts.get(key, _Abstract())
        if abstract.style_link and not abstract.levels:
            linked = self._styles.number_of_style(abstract.style_link)
            if linked and linked[0] != identity and linked[0] in self._lists:
                key = self._lists[linked[0]][0]
                abstract = self._abstracts.get(key, _Abstract())
        return key, abstract

    def indented(self, look: ParagraphLook, direct: Element | None) -> ParagraphLook:
        """Return the look with the indentation of its list level, overridden by the paragraph's own."""
        if look.number is None:
            return look
        level = self._level_of(*look.number)
        return look.under(level.properties).under(direct) if level and level.properties is not None else look

    def _level_of(self, identity: str, deep: int) -> _Level | None:
        return self._own_levels.get((identity, deep)) or self._abstract_of(identity)[1].levels.get(deep)

    def next(self, identity: str, deep: int) -> Label | None:
        """Return the label of the next paragraph on this level, or None if the list shows no number."""
        key, abstract = self._abstract_of(identity)
        level = self._level_of(identity, deep)
        if level is None:
            return None
        counts = self._counts.setdefault(key, {})
        starts = self._lists[identity][1] if identity in self._lists else {}
        if deep in starts and (identity, deep) not in self._begun:
            counts.pop(deep, None)
        self._begun.add((identity, deep))
        counts[deep] = counts[deep] + 1 if deep in counts else starts.get(deep, level.start)
        for deeper in [other for other in counts if other > deep]:
            del counts[deeper]
        if level.kind == "bullet":
            return Label("•", "bullet", 0, f"auto {key}", deep)
        if level.kind == "none" or not level.text:
            return None

        def written(found: re.Match[str]) -> str:
            other = int(found[1]) - 1
            of = self._level_of(identity, other) or abstract.levels.get(other) or _Level()
            return _WRITTEN.get(of.kind, str)(counts.get(other, of.start))

        text = re.sub(r"%(\d)", written, level.text)
        return Label(text, _KINDS.get(level.kind, "number"), counts[deep], f"auto {key}", deep)


def _level(element: Element) -> _Level:
    start = value(element.find(w("start"))) or "1"
    return _Level(
        value(element.find(w("numFmt"))) or "decimal",
        value(element.find(w("lvlText"))) or "",
        int(start) if start.isdigit() else 1,
        element.find(w("pPr")),
    )


# --- Typed labels -----------------------------------------------------------------------------------------------------
_GAP = r"(?:[ \u00a0]*\t+[ \u00a0]*|[ \u00a0]+)"
_TYPED = (
    ("number", re.compile(rf"^[ \u00a0\t]*(\d{{1,3}})[.)]{_GAP}")),
    ("number", re.compile(r"^[ \u00a0]*(\d{1,3})[ \u00a0]*\t+[ \u00a0]*")),
    ("letters", re.compile(rf"^[ \u00a0\t]*\(?([a-z]{{1,5}})\){_GAP}?")),
    ("letters", re.compile(r"^[ \u00a0\t]*([a-z]|[ivx]{1,5})\.[ \u00a0]*\t+[ \u00a0]*")),
    ("capitals", re.compile(rf"^[ \u00a0\t]*([A-Z]{{1,5}})\.{_GAP}")),
    ("bullet", re.compile(rf"^[ \u00a0\t]*[•·▪▫‣◦●○■□➢⁃\uf0b7\uf0a7\uf0d8]{_GAP}?")),
    ("bullet", re.compile(r"^[ \u00a0\t]*[-–—*o][ \u00a0]*\t+[ \u00a0]*")),
    ("dash", re.compile(r"^[ \u00a0\t]*[-–*][ \u00a0]+")),
)
# The word "annex", its number, and the rest of the line.
ANNEX = re.compile(
    r"^(?:annex|annexe|anexo|appendix|appendice|apendice)\b[ \u00a0]*(?:no\.? ?)?([IVXLC]{1,6}|\d{1,2}|[A-Z])?"
    r"(?=$|[\s.:–—(-])[\s.:–—-]*(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ROMAN = re.compile(r"^(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})$")


@dataclass(frozen=True)
class Typed:
    """A label typed before a paragraph: its kind, its sign and the number of characters it takes."""

    kind: str
    text: str
    length: int


def typed_label(text: str) -> Typed | None:
    """Return the label at the beginning of a text, or None."""
    for kind, pattern in _TYPED:
        found = pattern.match(text)
        if found is None:
            continue
        sign = found[1] if found.groups() else "•"
        if kind in {"letters", "capitals"} and len(sign) > 1 and not is_roman(sign) and len(set(sign)) > 1:
            continue
        return Typed(kind, sign, found.end())
    return None


def is_roman(sign: str) -> bool:
    """Return whether a sign is a Roman numeral up to 89, in either case."""
    return _ROMAN.match(sign.lower()) is not None


def roman_value(sign: str) -> int:
    """Return the value of a Roman numeral."""
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    numbers = [values[c] for c in sign.lower()]
    return sum(-n if n < max(numbers[place:]) else n for place, n in enumerate(numbers))


def letter_value(sign: str) -> int:
    """Return the value of a letter: a is 1, z is 26, aa is 27."""
    total = 0
    for character in sign.lower():
        total = total * 26 + ord(character) - ord("a") + 1
    return total
