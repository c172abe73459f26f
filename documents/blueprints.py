"""Blueprints: the parts, headings and live figures that a new document of each kind begins with, in three languages.

Blueprints are data files in data/blueprints/; the README there describes the format. A blueprint names its subjects by
the keys under which other apps publish figures, so this app imports none of them. Blocks whose subject was not chosen
are left out.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from foundation.tables.datafiles import DataFileError, read_json
from foundation.text import LANGUAGES
from texts import registry
from texts.compact import CompactError, blocks_from_compact
from texts.schema import Content, walk, with_ids

# Pairs of a part, as written in the data file, and its blocks.
Built = list[tuple[dict[str, Any], list[Content]]]
FOLDER = Path(settings.BASE_DIR) / "data" / "blueprints"


@dataclass(frozen=True)
class BlueprintSubject:
    """A subject that a blueprint can be filled from; `of` is the key under which an app publishes its figures."""

    name: str
    of: str
    labels: Mapping[str, str]

    @property
    def label(self) -> str:
        return _in_language(self.labels)


@dataclass(frozen=True)
class Blueprint:
    name: str
    position: int
    kind: str
    body: str
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]
    titles: Mapping[str, str]
    subjects: list[BlueprintSubject]
    parts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return _in_language(self.labels)

    @property
    def description(self) -> str:
        return _in_language(self.descriptions)


def _in_language(texts: Mapping[str, str]) -> str:
    return texts.get(translation.get_language() or "en") or texts["en"]


@functools.cache
def blueprints() -> dict[str, Blueprint]:
    """Return all blueprints by name, in the order in which they are offered."""
    read = [_read(path) for path in sorted(FOLDER.glob("*.json"))]
    return {entry.name: entry for entry in sorted(read, key=lambda entry: entry.position)}


def _read(path: Path) -> Blueprint:
    written = read_json(path)
    subjects = [BlueprintSubject(name, wanted["of"], wanted["label"]) for name, wanted in written["subjects"].items()]
    blueprint = Blueprint(
        path.stem,
        written["position"],
        written["kind"],
        written["body"],
        written["label"],
        written["description"],
        written["title"],
        subjects,
        written["parts"],
    )
    for language in LANGUAGES:
        try:
            texts_of(blueprint, {}, language, person=None)
        except (CompactError, KeyError) as error:
            raise DataFileError(path, None, f"{language}: {error}") from error
    return blueprint


def texts_of(blueprint: Blueprint, chosen: Mapping[str, str], language: str, *, person: Any) -> Built:
    """Return the parts of a new document in `language`, each with its blocks.

    `chosen` maps the names of the blueprint's subjects to permanent ids.
    """
    keys = {wanted.name: f"{wanted.of}:{chosen[wanted.name]}" for wanted in blueprint.subjects if wanted.name in chosen}
    made = []
    for part in blueprint.parts:
        if "needs" in part and part["needs"] not in chosen:
            continue
        if "make" in part:
            # The text refers to this annex. If the app has no rows for it yet, the annex still gets a placeholder.
            blocks = _made(part["make"], chosen[part["needs"]], language, person) or blocks_from_compact(["[…]"])
        else:
            blocks = _blocks(part["texts"][language], chosen, keys, language, person)
        made.append((part, blocks))
    return made


def _blocks(
    entries: list[Any], chosen: Mapping[str, str], keys: Mapping[str, str], language: str, person: Any
) -> list[Content]:
    blocks: list[Content] = []
    for entry in entries:
        if "when" in entry or "unless" in entry:
            if (entry["when"] in chosen) if "when" in entry else (entry["unless"] not in chosen):
                blocks += _blocks(entry["blocks"], chosen, keys, language, person)
        elif "annotate" in entry:
            built = _made(entry["make"], chosen[entry["annotate"]], language, person)
            blocks += _annotated(built, entry["with"])
        elif "make" in entry:
            blocks += _made(entry["make"], chosen[entry["about"]], language, person)
        else:
            blocks += blocks_from_compact([entry], keys=keys)
    return blocks


def _made(maker: str, subject: str, language: str, person: Any) -> list[Content]:
    """Return the blocks of an annex maker, or an empty list if the maker does not offer this subject yet."""
    makers = registry.annex_makers()
    if maker not in makers or subject not in dict(makers[maker].subjects(person)):
        return []
    return makers[maker].build(subject, language)


def _annotated(built: list[Content], words: str) -> list[Content]:
    """Return a heading for each title that the maker cites, each followed by a paragraph with `words`."""
    chips = [node for block in built for node in walk(block) if node["type"] == "figure"]
    blocks: list[Content] = []
    for chip in chips:
        if chip["attrs"]["key"].endswith(".title"):
            heading = {"type": "heading", "attrs": {"level": 2, "lettered": False}, "content": [chip]}
            blocks += [heading, *blocks_from_compact([{"n": words}])]
    return blocks


def aligned(contents: dict[str, list[Content]]) -> dict[str, Content]:
    """Return whole texts with block ids, giving blocks in the same position the same id in every language."""
    texts: dict[str, Content] = {}
    first: Content | None = None
    for language, blocks in contents.items():
        text = with_ids({"type": "doc", "content": blocks})
        if first is None:
            first = text
        else:
            _share_ids(first, text)
        texts[language] = text
    return texts


def _share_ids(original: Content, other: Content) -> None:
    """Copy the ids of `original` to `other`, stopping where their structures differ."""
    pairs = zip(original.get("content") or (), other.get("content") or (), strict=False)
    for one, two in pairs:
        if one["type"] != two["type"]:
            return
        if (one.get("attrs") or {}).get("id") and "id" in (two.get("attrs") or {}):
            two["attrs"]["id"] = one["attrs"]["id"]
        _share_ids(one, two)
