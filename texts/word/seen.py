"""What is read of a Word file beside its words: how each paragraph looks, and what would otherwise be lost."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from texts.word.labels import Label


@dataclass
class Look:
    """What structure is seen by. Lengths in twips; `bold` and its like say that all of its words are so."""

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
class Seen:
    """All that was seen beside the words. `objects` are content controls and references; the words point at them."""

    looks: list[Look] = field(default_factory=list)
    objects: list[dict[str, str]] = field(default_factory=list)
    bookmarks: dict[str, int] = field(default_factory=dict)
    tables: dict[int, dict[str, Any]] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    title: str = ""
    carried: str = ""

    def as_json(self) -> dict[str, Any]:
        # Not `asdict` for the whole: it would count the pairs of a Counter.
        looks = [asdict(look) for look in self.looks]
        return {**vars(self), "looks": looks, "words": dict(self.words), "lost": dict(self.lost)}
