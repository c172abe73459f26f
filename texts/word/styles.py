"""Looks of paragraphs and runs, computed from their chains of styles."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal, TypedDict

from texts.word.package import Element, is_on, value, w

_HEADING = re.compile(r"^(?:heading|titre|título|titulo|encabezado|überschrift)\s*(\d)$", re.IGNORECASE)
_DEEPEST_CHAIN = 20
_LINKS = {"Hyperlink", "FollowedHyperlink", "Internet Link", "Internet link", "Visited Internet Link"}


class _RunChanges(TypedDict, total=False):
    """The fields of a RunLook that properties set."""

    bold: bool
    italic: bool
    caps: bool
    small_caps: bool
    strike: bool
    underline: bool
    hidden: bool
    raised: str
    size: int


class _ParagraphChanges(TypedDict, total=False):
    """The fields of a ParagraphLook that properties set."""

    outline: int | None
    number: tuple[str, int] | None
    left: int
    right: int
    first: int
    align: str
    page_break: bool


_Toggle = Literal["bold", "italic", "caps", "small_caps", "strike"]
_TOGGLES: dict[str, _Toggle] = {
    "b": "bold",
    "i": "italic",
    "caps": "caps",
    "smallCaps": "small_caps",
    "strike": "strike",
}


@dataclass(frozen=True)
class RunLook:
    """The look of a run."""

    bold: bool = False
    italic: bool = False
    caps: bool = False
    small_caps: bool = False
    strike: bool = False
    underline: bool = False
    hidden: bool = False
    raised: str = ""  # superscript, subscript
    size: int = 0  # half-points; 0 if not set
    language: str = ""  # from a character style such as "Language fr"
    named: str = ""  # the character style

    def under(self, properties: Element | None) -> "RunLook":
        """Return this look with the properties of `w:rPr` applied."""
        if properties is None:
            return self
        changes: _RunChanges = {}
        for name, field_name in _TOGGLES.items():
            on = is_on(properties.find(w(name)))
            if on is not None:
                changes[field_name] = on
        underline, size = value(properties.find(w("u"))), value(properties.find(w("sz")))
        if underline is not None:
            changes["underline"] = underline != "none"
        if is_on(properties.find(w("vanish"))):
            changes["hidden"] = True
        raised = value(properties.find(w("vertAlign")))
        if raised is not None:
            changes["raised"] = raised if raised in {"superscript", "subscript"} else ""
        if size and size.isdigit():
            changes["size"] = int(size)
        return replace(self, **changes) if changes else self


@dataclass(frozen=True)
class ParagraphLook:
    """The look of a paragraph. Lengths are in twips, 1,440 to an inch.

    `left` is where the text begins, `first` the additional indentation of the first line.
    """

    style: str = ""
    outline: int | None = None
    number: tuple[str, int] | None = None
    left: int = 0
    right: int = 0
    first: int = 0
    align: str = "left"
    page_break: bool = False
    run: RunLook = field(default_factory=RunLook)

    def under(self, properties: Element | None) -> "ParagraphLook":
        """Return this look with the properties of `w:pPr` applied."""
        if properties is None:
            return self
        changes: _ParagraphChanges = {}
        align = value(properties.find(w("jc")))
        if align:
            changes["align"] = {"start": "left", "end": "right"}.get(align, align)
        changes |= _indents(properties.find(w("ind")))
        outline = value(properties.find(w("outlineLvl")))
        if outline and outline.isdigit():
            changes["outline"] = int(outline) if int(outline) < 9 else None
        page_break = is_on(properties.find(w("pageBreakBefore")))
        if page_break is not None:
            changes["page_break"] = page_break
        number = properties.find(w("numPr"))
        if number is not None:
            identity = value(number.find(w("numId")))
            level = value(number.find(w("ilvl")))
            if identity is None:
                identity = self.number[0] if self.number else None
            deep = int(level) if level and level.isdigit() else self.number[1] if self.number else 0
            changes["number"] = (identity, min(deep, 8)) if identity and identity != "0" else None
        return replace(self, **changes) if changes else self


_INDENTS: dict[Literal["left", "right", "first"], tuple[str, ...]] = {
    "left": ("left", "start"),
    "right": ("right", "end"),
    "first": ("firstLine",),
}


def _indents(indent: Element | None) -> _ParagraphChanges:
    if indent is None:
        return {}
    changes: _ParagraphChanges = {}
    for name, attributes in _INDENTS.items():
        for attribute in attributes:
            written = indent.get(w(attribute))
            if written is not None:
                changes[name] = _twips(written)
    hanging = indent.get(w("hanging"))
    if hanging is not None:
        changes["first"] = -_twips(hanging)
    return changes


_MEASURE = re.compile(r"^(-?[0-9]{1,7}(?:\.[0-9]{1,6})?)(mm|cm|in|pt|pc|pi)?$")
_TWIPS = {None: 1.0, "mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440.0, "pt": 20.0, "pc": 240.0, "pi": 240.0}


def _twips(written: str) -> int:
    """Return a length in twips; strict files write units, others twips."""
    found = _MEASURE.match(written)
    return round(float(found[1]) * _TWIPS[found[2]]) if found else 0


class Styles:
    """The styles of a file by id, resolved along `basedOn`."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._paragraphs: dict[str, ParagraphLook] = {}
        self._runs: dict[str, Element] = {}
        self._default = ""
        base = ParagraphLook()
        if root is not None:
            defaults = root.find(w("docDefaults"))
            if defaults is not None:
                base = base.under(defaults.find(f"{w('pPrDefault')}/{w('pPr')}"))
                base = replace(base, run=base.run.under(defaults.find(f"{w('rPrDefault')}/{w('rPr')}")))
            for style in root.findall(w("style")):
                identity = value(style, "styleId") or ""
                self._styles[identity] = style
                if value(style, "type") == "paragraph" and is_on_attribute(style, "default"):
                    self._default = identity
        self._base = base

    def name(self, identity: str) -> str:
        """Return the name of a style, or its id if it has none."""
        style = self._styles.get(identity)
        return (value(style.find(w("name"))) if style is not None else None) or identity

    def _chain(self, identity: str) -> list[Element]:
        """Return the styles from the root to this one; a circular chain is cut."""
        chain: list[Element] = []
        while identity in self._styles and len(chain) < _DEEPEST_CHAIN:
            style = self._styles[identity]
            if style in chain:
                break
            chain.append(style)
            identity = value(style.find(w("basedOn"))) or ""
        return chain[::-1]

    def paragraph(self, properties: Element | None) -> ParagraphLook:
        """Return the look of a paragraph: its style with its own properties applied, without list indentation."""
        wanted = value(properties.find(w("pStyle"))) if properties is not None else None
        return self._of_style(wanted if wanted in self._styles else self._default).under(properties)

    def _of_style(self, identity: str) -> ParagraphLook:
        if identity not in self._paragraphs:
            look = self._base
            for style in self._chain(identity):
                look = look.under(style.find(w("pPr")))
                look = replace(look, run=look.run.under(style.find(w("rPr"))))
                heading = _HEADING.match(value(style.find(w("name"))) or "")
                if heading and look.outline is None:
                    look = replace(look, outline=int(heading[1]) - 1)
            self._paragraphs[identity] = replace(look, style=self.name(identity))
        return self._paragraphs[identity]

    def run(self, paragraph: ParagraphLook, properties: Element | None) -> RunLook:
        """Return the look of a run in a paragraph."""
        look = paragraph.run
        if properties is None:
            return look
        for style in self._chain(value(properties.find(w("rStyle"))) or ""):
            look = look.under(style.find(w("rPr")))
            name = value(style.find(w("name"))) or ""
            look = replace(look, named=name)
            if name.startswith("Language "):
                look = replace(look, language=name.removeprefix("Language "))
        look = look.under(properties)
        # All links are underlined, so the underline is not emphasis.
        return replace(look, underline=False) if look.named in _LINKS else look

    def number_of_style(self, identity: str) -> tuple[str, int] | None:
        """Return the (list, level) of a style, or None."""
        return self._of_style(identity).number if identity in self._styles else None


def is_on_attribute(element: Element, name: str) -> bool:
    """Return whether an attribute of Word is set to a true value."""
    return (element.get(w(name)) or "0").lower() in {"1", "true", "on"}
