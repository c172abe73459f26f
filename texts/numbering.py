"""Numbers of paragraphs, headings, list items, footnotes and annexes, computed from the text and never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from texts.schema import Content, walk

# How each language writes list items and references; "{}" is the number.
_STYLE = {
    "en": {"item": "({})", "annex": "Annex {}", "paragraph": "paragraph {}", "section": "section {}"},
    "fr": {"item": "{})", "annex": "Annexe {}", "paragraph": "paragraphe {}", "section": "section {}"},
    "es": {"item": "{})", "annex": "Anexo {}", "paragraph": "párrafo {}", "section": "sección {}"},
}
_REFERENCE_ANNEX = {"en": "Annex {}", "fr": "l’annexe {}", "es": "el anexo {}"}
_ITEMS = {"both": "({})", "behind": "{})"}
_HOLD_LISTS = {"bullet_list", "list_item", "quotation", "table", "table_row", "table_cell", "table_header"}
_FOOTNOTE = {"en": "footnote {}", "fr": "note {}", "es": "nota {}"}


@dataclass(frozen=True)
class NumberedPart:
    """The properties of a part on which numbering depends."""

    key: str
    kind: str
    content: Content


@dataclass
class Numbering:
    """All numbers of a document in one language, by the permanent id of the numbered block, footnote or part."""

    language: str
    # Numbers as printed: paragraph "12", heading "A", list item "(a)", footnote "3", annex "II".
    paragraphs: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    footnotes: dict[str, str] = field(default_factory=dict)
    annexes: dict[str, str] = field(default_factory=dict)
    # Patterns for items, references and annexes in the house style, see texts/house_style.py.
    style: dict[str, str] = field(default_factory=dict)
    # The text of a reference to each target: the number, and the number with its noun ("paragraph 12").
    _targets: dict[str, tuple[str, str]] = field(default_factory=dict)

    def annex_heading(self, key: str) -> str:
        """Return the heading of an annex, for example "Annex II"."""
        return self.style["annex"].format(self.annexes[key])

    def refer(self, target: str, reads: str = "full") -> str | None:
        """Return `paragraph 12` or `Annex II`, or only the number if `reads` is "number".

        Return None if the target does not exist or has no number.
        """
        words = self._targets.get(target)
        if words is None:
            return None
        return words[0] if reads == "number" else words[1]

    def targets(self) -> dict[str, str]:
        """Return every possible target of a cross-reference, with the text of the reference."""
        return {target: words[1] for target, words in self._targets.items()}


def number(
    parts: Iterable[NumberedPart],
    language: str,
    *,
    footnotes_run_on: bool = True,
    style: Mapping[str, Any] | None = None,
) -> Numbering:
    """Number all parts of a document.

    Paragraphs are numbered continuously across the headings of a part and restart in each annex. Whether footnotes
    continue across parts depends on `footnotes_run_on` and on the house style `style`. Without `style`, numbers are
    written in the default style of the language.
    """
    numbering = Numbering(language, style=_written(language, style))
    series = (style or {}).get("footnote_series", "through")
    annexes = footnotes = 0
    for part in parts:
        if part.kind == "annex":
            annexes += 1
            numbering.annexes[part.key] = roman(annexes)
            numeral = roman(annexes)
            numbering._targets[part.key] = (numeral, numbering.style["annex-reference"].format(numeral))
        if not footnotes_run_on or series == "parts" or (series == "letters" and part.kind == "annex"):
            footnotes = 0
        _number_blocks(numbering, part)
        for node in walk(part.content):
            if node["type"] == "footnote":
                footnotes += 1
                printed = letter(footnotes) if series == "letters" and part.kind == "annex" else str(footnotes)
                _bear(numbering, numbering.footnotes, node, printed, _FOOTNOTE[language])
    return numbering


def _written(language: str, style: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the patterns of the language with the overrides of the house style."""
    words = (style or {}).get("words", {})
    written = {**_STYLE[language], "annex-reference": _REFERENCE_ANNEX[language]}
    if style:
        written["item"] = _ITEMS[style["items"]]
    if "annex" in words:
        written["annex"] = f"{words['annex']} {{}}"
    if "{}" in words.get("annex-reference", ""):
        written["annex-reference"] = words["annex-reference"]
    return written


def _bear(numbering: Numbering, numbers: dict[str, str], node: Content, printed: str, words: str) -> None:
    identity = (node.get("attrs") or {}).get("id")
    if identity:
        numbers[identity] = printed
        numbering._targets[identity] = (printed, words.format(printed))


def _number_blocks(numbering: Numbering, part: NumberedPart) -> None:
    style = numbering.style
    paragraph = 0
    letters: dict[int, int] = {}
    # References to paragraphs of an annex name the annex, because numbering restarts in each annex.
    suffix = ""
    if part.kind == "annex":
        suffix = f", {style['annex'].format(numbering.annexes[part.key])}"
    for block in part.content.get("content") or ():
        attrs = block.get("attrs") or {}
        if block["type"] == "heading":
            level = attrs.get("level", 1)
            # Each heading restarts the lettering at lower levels.
            letters = {deep: count for deep, count in letters.items() if deep <= level}
            if attrs.get("lettered"):
                letters[level] = letters.get(level, 0) + 1
                printed = letter(letters[level]).upper()
                _bear(numbering, numbering.headings, block, printed, style["section"] + suffix)
            else:
                letters.pop(level, None)
        elif block["type"] == "paragraph" and attrs.get("numbered"):
            paragraph += 1
            _bear(numbering, numbering.paragraphs, block, str(paragraph), style["paragraph"] + suffix)
        else:
            before = style["paragraph"].format(paragraph) + " " if paragraph else ""
            _number_lists(numbering, block, 0, before, suffix)


def _number_lists(numbering: Numbering, block: Content, depth: int, before: str, suffix: str) -> None:
    """Number the lettered lists in `block`: the block itself, and lists inside bullets, quotations and cells."""
    if block["type"] == "lettered_list":
        _number_items(numbering, block, depth, before, suffix)
        return
    if block["type"] not in _HOLD_LISTS:
        return
    inside = depth if block["type"] in {"bullet_list", "list_item"} else 0
    for child in block.get("content") or ():
        deeper = block["type"] == "list_item" and child["type"] == "lettered_list"
        _number_lists(numbering, child, inside + deeper, before, suffix)


def _number_items(numbering: Numbering, block: Content, depth: int, before: str, suffix: str) -> None:
    style = (block.get("attrs") or {}).get("style", "letters")
    for place, item in enumerate(block.get("content") or (), start=1):
        printed = item_number(place, style, depth, numbering.style["item"])
        # A reference omits the full stop that follows the number in the list.
        number = printed.rstrip(".")
        identity = (item.get("attrs") or {}).get("id")
        if identity:
            numbering.items[identity] = printed
            numbering._targets[identity] = (number, f"{before}{number}{suffix}")
        _number_lists(numbering, item, depth, f"{before}{number} ", suffix)


def item_number(place: int, style: str, depth: int, written: str) -> str:
    """Return the number of an item as printed: `(a)`, at the next depth `(i)`, or `1.` in a numbered list.

    `written` is the pattern of the house style, `({})` or `{})`.
    """
    if style == "numbers":
        return f"{place}."
    numeral = roman(place).lower() if style == "roman" or depth % 2 else letter(place)
    return written.format(numeral)


def reference_words(language: str, house: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return the patterns for items and references; "{}" is the number.

    The editor needs them because it numbers in the browser.
    """
    style = _written(language, house)
    names = ("item", "paragraph", "section", "annex-reference")
    return {**{name: style[name] for name in names}, "footnote": _FOOTNOTE[language]}


def letter(number: int) -> str:
    """Return a number in letters: 1 is a, 26 is z, 27 is aa."""
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def roman(number: int) -> str:
    """Return a number in upper-case Roman numerals."""
    numerals = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    text = ""
    for value, numeral in numerals:
        count, number = divmod(number, value)
        text += numeral * count
    return text


__all__ = ["NumberedPart", "Numbering", "item_number", "letter", "number", "reference_words", "roman"]
