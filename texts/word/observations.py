"""Observations about a Word file: how each paragraph looks, and what Pandoc would lose."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from texts.word.labels import Label


@dataclass
class Look:
    """The look of a paragraph. Lengths are in twips. `bold` and the like are set if all of its words are so."""

    index: int
    style: str = ""
    outline: int | None = None
    label: Label | None = None
    left: int = 0
    right: int = 0
    first: int = 0
    align: str = "left"
    page_break: bool = False
    bold: bool = False
    italic: bool = False
    underline: bool = False
    caps: bool = False
    small_caps: bool = False
    size: int = 0
    is_boxed: bool = False
    in_table: bool = False
    ids: dict[str, str] = field(default_factory=dict)
    tag: str = ""


@dataclass
class Observations:
    """The observations. `objects` are content controls and references, to which the lines point by index."""

    looks: list[Look] = field(default_factory=list)
    objects: list[dict[str, str]] = field(default_factory=list)
    bookmarks: dict[str, int] = field(default_factory=dict)
    tables: dict[int, dict[str, Any]] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    title: str = ""
    embedded: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the observations as JSON."""
        # `asdict` cannot copy a Counter: it would count the pairs.
        looks = [asdict(look) for look in self.looks]
        return {**vars(self), "looks": looks, "words": dict(self.words), "lost": dict(self.lost)}
