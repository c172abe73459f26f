"""Prose taken from another room (a topic's rationale): ordinary paragraphs that remember their source and its hash.

What changes at the source later is marked in the draft, never pulled in: the paragraphs belong to the text now.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from foundation.text.letters import paragraphs
from texts import registry
from texts.schema import Content, plain_text, walk


class NoSuchProse(LookupError):
    """The key is not that of a text, or it has none yet in that language."""


def prose_hash(prose: str) -> str:
    return hashlib.sha256(" ".join(prose.split()).encode()).hexdigest()


def prose_of(figure: registry.Figure, language: str) -> str:
    """What a figure of the kind `text` says in that language, or nothing."""
    value = figure.value if figure.kind == "text" and figure.status == "ok" else None
    return value.get(language, "") if isinstance(value, Mapping) else ""


def paragraphs_from(key: str, language: str, *, numbered: bool = True) -> list[Content]:
    """One paragraph for each of the source's, which are parted by an empty line."""
    prose = prose_of(registry.resolve([key])[key], language)
    if not prose.strip():
        raise NoSuchProse(f"{key} has no text in {language}")
    attrs = {"numbered": numbered, "source": key, "source_hash": prose_hash(prose)}
    parts = (" ".join(part.split()) for part in paragraphs(prose))
    return [
        {"type": "paragraph", "attrs": dict(attrs), "content": [{"type": "text", "text": part}]}
        for part in parts
        if part
    ]


@dataclass(frozen=True)
class TakenProse:
    """What a text took over from one source that reads differently now; `here` as it stands in the text."""

    key: str
    label: str
    source_url: str
    here: str
    now: str


def taken_prose(content: Content, language: str) -> list[TakenProse]:
    """The changed sources of one text, with its words and theirs, in reading order."""
    here: dict[str, list[str]] = {}
    changed = changed_sources([content], language)
    for node in walk(content):
        key = (node.get("attrs") or {}).get("source")
        if key in changed:
            here.setdefault(key, []).append(plain_text(node))
    figures = registry.resolve(here)
    return [
        TakenProse(
            key,
            str(figures[key].label),
            figures[key].source_url,
            " ".join(" ".join(paragraphs).split()),
            " ".join(prose_of(figures[key], language).split()),
        )
        for key, paragraphs in here.items()
    ]


def changed_sources(contents: Iterable[Content], language: str) -> dict[str, Any]:
    """{key: label} of the sources that read differently now from when their prose was taken; two queries a subject."""
    taken: dict[str, set[str]] = {}
    for content in contents:
        for node in walk(content):
            attrs = node.get("attrs") or {}
            if attrs.get("source"):
                taken.setdefault(attrs["source"], set()).add(attrs.get("source_hash", ""))
    figures = registry.resolve(taken)
    return {
        key: figures[key].label
        for key, hashes in taken.items()
        if key in figures and hashes != {prose_hash(prose_of(figures[key], language))}
    }
