"""Prose taken from another room (a topic's rationale): ordinary paragraphs that remember their source and its hash.

What changes at the source later is marked in the draft, never pulled in: the paragraphs belong to the text now.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from documents import registry
from documents.schema import Content, walk


class NoSuchProse(LookupError):
    """The key is not that of a text, or it has none yet in that language."""


def prose_hash(prose: str) -> str:
    return hashlib.sha256(" ".join(prose.split()).encode()).hexdigest()


def _prose(figure: registry.Figure, language: str) -> str:
    value = figure.value if figure.kind == "text" and figure.status == "ok" else None
    return value.get(language, "") if isinstance(value, Mapping) else ""


def paragraphs_from(key: str, language: str, *, numbered: bool = True) -> list[Content]:
    """One paragraph for each of the source's, which are parted by an empty line."""
    prose = _prose(registry.resolve([key])[key], language)
    if not prose.strip():
        raise NoSuchProse(f"{key} has no text in {language}")
    attrs = {"numbered": numbered, "source": key, "source_hash": prose_hash(prose)}
    parts = (" ".join(part.split()) for part in prose.split("\n\n"))
    return [
        {"type": "paragraph", "attrs": dict(attrs), "content": [{"type": "text", "text": part}]}
        for part in parts
        if part
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
        if key in figures and hashes != {prose_hash(_prose(figures[key], language))}
    }
