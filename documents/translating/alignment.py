"""Compare a text with its translation, block by block.

The blocks of a translation have the ids of the original's blocks.
"""

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from texts.schema import Content, walk

State = Literal["missing", "untranslated", "translated", "behind", "confirmed", "wordless", "surplus"]
# States that need somebody's work, in the order in which they are reported.
OPEN: tuple[State, ...] = ("missing", "untranslated", "behind")
# Containers with words to translate in an attribute.
ATTRIBUTES = {"quotation": "attribution", "table": "title"}


@dataclass(frozen=True)
class Unit:
    """A piece that is translated as a whole: a paragraph, a heading, an attribution or the title of a table."""

    block: str
    node: Content

    @property
    def attribute(self) -> str:
        """The attribute that holds the words, or an empty string if they are inline content."""
        return ATTRIBUTES.get(self.node["type"], "")

    @property
    def wording(self) -> Any:
        """The content to translate: a list of inline nodes, or the text of the attribute."""
        if self.attribute:
            return self.node["attrs"].get(self.attribute, "")
        return self.node.get("content") or []

    @property
    def hash(self) -> str:
        """SHA-256 of the content to translate, in hexadecimal."""
        serialized = json.dumps(self.wording, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(serialized.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def has_words(self) -> bool:
        """Whether there is text to translate. Figures and references alone need no translation."""
        if self.attribute:
            return any(character.isalpha() for character in self.wording)
        return any(
            character.isalpha() for node in walk(self.node) if node["type"] == "text" for character in node["text"]
        )


def units_of(content: Content) -> list[Unit]:
    """Return the units in reading order. Exhibits and empty paragraphs have nothing to translate."""
    return [
        Unit((node.get("attrs") or {}).get("id", ""), node)
        for node in walk(content)
        if (node["type"] in {"paragraph", "heading"} and node.get("content"))
        or (node["type"] in ATTRIBUTES and node["attrs"].get(ATTRIBUTES[node["type"]]))
    ]


@dataclass(frozen=True)
class Baseline:
    """The wording of the original that a block was last translated from, and whether the translation was confirmed."""

    source: Content
    source_hash: str
    confirmed: bool


@dataclass(frozen=True)
class Row:
    """A unit in both languages, and its state.

    `original` is None in a row without an original (a surplus row, or text written into a paragraph that is empty in
    the original), and `translation` is None for a block that is missing or empty.
    """

    block: str
    state: State
    original: Unit | None
    translation: Unit | None
    baseline: Baseline | None = None

    @property
    def unit(self) -> Unit:
        """The original, or the translation if there is no original."""
        unit = self.original or self.translation
        assert unit is not None
        return unit

    @property
    def is_open(self) -> bool:
        """Whether the unit still needs to be translated or revised."""
        return self.state in OPEN

    @property
    def may_be_confirmed(self) -> bool:
        """Whether there is a translation that nobody has confirmed for the present original."""
        return self.state in {"translated", "behind"}

    @property
    def differences(self) -> list[str]:
        """Sentences on figures, references and footnotes that only one of the two has, or has more often."""
        if self.original is None or self.translation is None or self.original.attribute:
            return []
        own, expected = _atoms(self.translation.node), _atoms(self.original.node)
        sentences = []
        for kind, lacking, surplus in _ATOMS:
            lacks = sum(((expected[kind]) - own[kind]).values())
            has = sum((own[kind] - expected[kind]).values())
            sentences += [lacking(lacks)] if lacks else []
            sentences += [surplus(has)] if has else []
        return sentences


_ATOMS: tuple[tuple[str, Any, Any], ...] = (
    (
        "figure",
        lambda n: ngettext("%(n)s figure is missing", "%(n)s figures are missing", n) % {"n": n},
        lambda n: ngettext("%(n)s extra figure", "%(n)s extra figures", n) % {"n": n},
    ),
    (
        "cross_reference",
        lambda n: ngettext("%(n)s reference is missing", "%(n)s references are missing", n) % {"n": n},
        lambda n: ngettext("%(n)s extra reference", "%(n)s extra references", n) % {"n": n},
    ),
    (
        "footnote",
        lambda n: ngettext("%(n)s footnote is missing", "%(n)s footnotes are missing", n) % {"n": n},
        lambda n: ngettext("%(n)s extra footnote", "%(n)s extra footnotes", n) % {"n": n},
    ),
)


def _atoms(node: Content) -> dict[str, Counter[str]]:
    """Return how often each figure, reference and footnote occurs in the node, by kind."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind, _lacking, _surplus in _ATOMS}
    for inner in walk(node):
        if inner["type"] == "figure":
            found["figure"][inner["attrs"]["key"]] += 1
        elif inner["type"] == "cross_reference":
            found["cross_reference"][inner["attrs"]["target"]] += 1
        elif inner["type"] == "footnote":
            found["footnote"]["note"] += 1
    return found


@dataclass(frozen=True)
class Counts:
    """The progress of a translation in units. `total` counts the units of the original that need translation."""

    total: int = 0
    missing: int = 0
    untranslated: int = 0
    translated: int = 0
    behind: int = 0
    confirmed: int = 0
    surplus: int = 0

    @property
    def open(self) -> int:
        """How many units still need to be translated or revised."""
        return self.missing + self.untranslated + self.behind

    @property
    def done(self) -> int:
        """How many units have a translation of the present original, confirmed or not."""
        return self.translated + self.confirmed

    @property
    def is_whole(self) -> bool:
        """Whether every unit of the original is translated and the translation has no others."""
        return not self.open and not self.surplus

    @property
    def sentence(self) -> str:
        """The progress as a phrase: what is open, such as `12 of 48 out of date`, or otherwise what is done."""
        phrases = []
        if self.behind:
            phrases.append(_("%(n)s of %(total)s out of date") % {"n": self.behind, "total": self.total})
        if self.missing or self.untranslated:
            n = self.missing + self.untranslated
            phrases.append(_("%(n)s of %(total)s not translated") % {"n": n, "total": self.total})
        if self.surplus:
            phrases.append(_("%(n)s without an original") % {"n": self.surplus})
        if not phrases and self.translated:
            phrases.append(_("%(n)s of %(total)s not confirmed") % {"n": self.translated, "total": self.total})
        if not self.total:
            return _("not started")
        return ", ".join(phrases) or _("all %(total)s confirmed") % {"total": self.total}

    def __add__(self, other: "Counts") -> "Counts":
        names = ("total", "missing", "untranslated", "translated", "behind", "confirmed", "surplus")
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})


def rows_of(original: Content, translation: Content, baselines: Mapping[str, Baseline]) -> list[Row]:
    """Return the rows in the order of the original, followed by blocks that only the translation has.

    `baselines` are those of the translation, by block.
    """
    translated = {unit.block: unit for unit in units_of(translation)}
    present = {(node.get("attrs") or {}).get("id", "") for node in walk(translation)}
    rows = []
    done = set()
    for unit in units_of(original):
        done.add(unit.block)
        found = translated.get(unit.block)
        baseline = baselines.get(unit.block)
        rows.append(Row(unit.block, _state(unit, found, unit.block in present, baseline), unit, found, baseline))
    original_ids = {(node.get("attrs") or {}).get("id", "") for node in walk(original)}
    for block, unit in translated.items():
        if block not in done:
            # A paragraph that is empty in the original but not in the translation still has an original.
            state: State = "translated" if block in original_ids else "surplus"
            rows.append(Row(block, state, None, unit, baselines.get(block)))
    return rows


def _state(unit: Unit, found: Unit | None, is_present: bool, baseline: Baseline | None) -> State:
    if found is None:
        return "untranslated" if is_present else "missing"
    if baseline is not None and baseline.confirmed:
        return "confirmed" if baseline.source_hash == unit.hash else "behind"
    if not unit.has_words:
        return "wordless"
    if found.wording == unit.wording or (baseline is not None and found.hash == baseline.source_hash):
        # Untouched: a copy of the original as it is now or as it was when the block was copied.
        return "untranslated"
    if baseline is not None and baseline.source_hash != unit.hash:
        return "behind"
    return "translated"


def counts_of(rows: list[Row]) -> Counts:
    """Count the rows by state."""
    states = Counter(row.state for row in rows)
    return Counts(
        total=sum(row.original is not None and row.state != "wordless" for row in rows),
        missing=states["missing"],
        untranslated=states["untranslated"],
        translated=states["translated"],
        behind=states["behind"],
        confirmed=states["confirmed"],
        surplus=states["surplus"],
    )


# --- The structure of the original ------------------------------------------------------------------------------------
def align_structure(original: Content, translation: Content, *, keep_surplus: bool) -> Content:
    """Return a content with the structure of the original and the words of the translation where it has them.

    A block that the translation lacks is a copy of the original's block: its words, figures, references and footnotes,
    under the same id. With `keep_surplus`, blocks that only the translation has stay, each after the block it followed.
    """
    translated = {node["attrs"]["id"]: node for node in walk(translation) if (node.get("attrs") or {}).get("id")}
    original_ids = {node["attrs"]["id"] for node in walk(original) if (node.get("attrs") or {}).get("id")}
    return _project(original, translation, translated, original_ids, keep_surplus)


def _project(
    node: Content,
    counterpart: Content | None,
    translated: dict[str, Content],
    original_ids: set[str],
    keep_surplus: bool,
) -> Content:
    if node["type"] in {"paragraph", "heading"}:
        result = copy.deepcopy(node)
        if result.get("attrs", {}).get("source"):
            # Changes of prose taken from another app are followed in the original only.
            result["attrs"] |= {"source": "", "source_hash": ""}
        if counterpart is not None and counterpart["type"] in {"paragraph", "heading"}:
            result.pop("content", None)
            if counterpart.get("content"):
                result["content"] = copy.deepcopy(counterpart["content"])
        return result
    result = {key: copy.deepcopy(value) for key, value in node.items() if key != "content"}
    attribute = ATTRIBUTES.get(node["type"])
    if attribute and counterpart is not None and counterpart["type"] == node["type"]:
        result["attrs"][attribute] = counterpart["attrs"].get(attribute, "")
    if "content" in node:
        children = [
            _project(
                child, translated.get((child.get("attrs") or {}).get("id", "")), translated, original_ids, keep_surplus
            )
            for child in node["content"]
        ]
        if keep_surplus and counterpart is not None and counterpart["type"] == node["type"]:
            children = _with_surplus(node["content"], children, counterpart.get("content") or [], original_ids)
        result["content"] = children
    return result


def _with_surplus(
    original: list[Content], children: list[Content], counterparts: list[Content], original_ids: set[str]
) -> list[Content]:
    """Return the children with those that only the translation has inserted after the sibling they followed."""
    places = {_first_id(child): place for place, child in enumerate(original)}
    following: dict[int, list[Content]] = {}
    last = -1
    for child in counterparts:
        if not any(identity in original_ids for identity in _ids(child)):
            following.setdefault(last, []).append(copy.deepcopy(child))
        elif _first_id(child) in places:
            last = places[_first_id(child)]
    result = list(following.get(-1, ()))
    for place, child in enumerate(children):
        result += [child, *following.get(place, ())]
    return result


def _ids(node: Content) -> Iterator[str]:
    return ((inner.get("attrs") or {}).get("id", "") for inner in walk(node))


def _first_id(node: Content) -> str:
    return next((identity for identity in _ids(node) if identity), "")
