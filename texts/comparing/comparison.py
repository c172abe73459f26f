"""Compare two materials of one language: masthead, parts and figures, with a list of changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text.words import Token, compare_words, is_word, split_words
from texts.comparing.matching import Spot, match, spots_of
from texts.comparing.merging import Merged, merge
from texts.comparing.writing import Change, ComparisonWriter, marked_runs
from texts.material import Material, show_figure
from texts.rendering.blocks import Medium

_MASTHEAD = {
    "symbol": gettext_lazy("symbol"),
    "kind": gettext_lazy("kind"),
    "title": gettext_lazy("title"),
    "subtitle": gettext_lazy("subtitle"),
    "body": gettext_lazy("body"),
    "session": gettext_lazy("session"),
    "date": gettext_lazy("date"),
    "distribution": gettext_lazy("distribution"),
}


class NotComparable(Exception):
    """The two materials cannot be compared; the message gives the reason."""


@dataclass(frozen=True)
class ComparedPart:
    """A part with its changes marked. `state` is kept, added or deleted."""

    label: str
    anchor: str
    title: SafeString
    language: str
    state: str
    body: SafeString


@dataclass(frozen=True)
class ChangedFigure:
    """A figure with its old and new reading."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    """The result of a comparison, as shown on the page and in the PDF."""

    language: str
    masthead: list[tuple[str, SafeString]]
    parts: list[ComparedPart]
    changes: list[Change]
    figures: list[ChangedFigure]

    @property
    def is_same(self) -> bool:
        """Whether the two materials are equal."""
        return not (self.masthead or self.changes or self.figures)

    @property
    def counts(self) -> dict[str, int]:
        """The number of changes of each kind."""
        kinds = [change.kind for change in self.changes]
        return {kind: kinds.count(kind) for kind in ("words", "added", "deleted", "moved", "form")}


def compare(old: Material, new: Material, medium: Medium = "page") -> Compared:
    """Return the comparison of two materials. Raises NotComparable if their languages differ."""
    if old["language"] != new["language"]:
        raise NotComparable(_("Two languages cannot be compared word by word. Use the translation view instead."))
    pairs = _paired_parts(old, new)
    old_spots = {part["key"]: spots_of(part["content"], part["key"]) for part in old["parts"]}
    new_spots = {part["key"]: spots_of(part["content"], part["key"]) for part in new["parts"]}
    matches = match(_all(old_spots), _all(new_spots), pairs)
    writer = ComparisonWriter(old, new, medium)
    old_parts = {part["key"]: part for part in old["parts"]}
    parts = []
    for part in new["parts"]:
        before = old_parts.pop(pairs.get(part["key"], ""), None)
        blocks = merge(old_spots[before["key"]] if before else (), new_spots[part["key"]], matches)
        parts.append(_part(writer, part, before, blocks))
    for part in old_parts.values():
        gone = merge(old_spots[part["key"]], (), matches)
        parts.append(_part(writer, part, part, gone, state="deleted"))
    return Compared(new["language"], _masthead(old, new), parts, writer.changes, _figures(old, new))


def _all(spots: dict[str, list[Spot]]) -> list[Spot]:
    return [spot for several in spots.values() for spot in several]


def _paired_parts(old: Material, new: Material) -> dict[str, str]:
    """Return {key of the new part: key of the old part}, paired by key, then as main text, then by title."""
    left = {part["key"]: part for part in old["parts"]}
    pairs: dict[str, str] = {}
    tests: Sequence[Any] = (
        lambda one, other: one["key"] == other["key"],
        lambda one, other: one["kind"] == other["kind"] == "main",
        lambda one, other: bool(one["title"]) and one["title"] == other["title"],
    )
    for test in tests:
        for part in new["parts"]:
            if part["key"] in pairs:
                continue
            found = next((other for other in left.values() if test(part, other)), None)
            if found:
                pairs[part["key"]] = found["key"]
                del left[found["key"]]
    return pairs


def _part(
    writer: ComparisonWriter,
    part: dict[str, Any],
    before: dict[str, Any] | None,
    blocks: list[Merged],
    state: str = "",
) -> ComparedPart:
    numbering = writer.old.numbering if state == "deleted" else writer.numbering
    label = numbering.annex_heading(part["key"]) if part["key"] in numbering.annexes else ""
    state = state or ("kept" if before else "added")
    title = escape(part["title"]) if state != "kept" else _line(before["title"] if before else "", part["title"])
    # The writer has escaped all text in it.
    body = mark_safe(writer.merged_part(part, before, blocks))  # noqa: S308
    anchor = "" if state == "deleted" else writer.anchors.get(part["key"], "")
    return ComparedPart(label, anchor, mark_safe(title), part["language"], state, body)  # noqa: S308


def _line(before: str, after: str) -> str:
    """Return a line of plain text as markup, with changes marked."""
    sides = [
        [Token(piece.strip() or " ", escape(piece, quote=False), is_word(piece)) for piece in split_words(text)]
        for text in (before, after)
    ]
    return marked_runs(compare_words(*sides), "")


def _masthead(old: Material, new: Material) -> list[tuple[str, SafeString]]:
    return [
        (str(label), mark_safe(_line(str(old["masthead"].get(name, "")), str(new["masthead"].get(name, "")))))  # noqa: S308
        for name, label in _MASTHEAD.items()
        if old["masthead"].get(name, "") != new["masthead"].get(name, "")
    ]


def _figures(old: Material, new: Material) -> list[ChangedFigure]:
    """Return the figures cited in both materials whose values differ, each once, in their default reading."""
    language = new["language"]
    changed = []
    for key in sorted(set(old["figures"]) & set(new["figures"])):
        before, after = (show_figure(material, {"key": key, "reads": "auto"}, language).text for material in (old, new))
        if before != after:
            changed.append(ChangedFigure(new["figures"][key]["label"][language], before, after))
    return changed
