"""Copy prose from other apps, such as a topic's rationale, into paragraphs that record its source and hash.

When the source changes later, the draft marks the paragraphs but does not update them: they now belong to the text.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from foundation.text.letters import paragraphs
from texts import registry
from texts.schema import Content, plain_text, walk


class NoSuchProse(LookupError):
    """The key does not belong to a text, or the text is empty in that language."""


def prose_hash(prose: str) -> str:
    """Return the SHA-256 of `prose`, ignoring differences in white space."""
    return hashlib.sha256(" ".join(prose.split()).encode()).hexdigest()


def prose_of(figure: registry.Figure, language: str) -> str:
    """Return the value of a text figure in `language`, or an empty string."""
    value = figure.value if figure.kind == "text" and figure.status == "ok" else None
    return value.get(language, "") if isinstance(value, Mapping) else ""


def paragraphs_from(key: str, language: str, *, numbered: bool = True) -> list[Content]:
    """Return a paragraph for each paragraph of the source `key`, where paragraphs are separated by empty lines.

    Raises NoSuchProse.
    """
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
class ChangedProse:
    """A source that has changed since a text copied it. `here` is the wording in the text, `now` that of the source."""

    key: str
    label: str
    source_url: str
    here: str
    now: str


def changed_prose(content: Content, language: str) -> list[ChangedProse]:
    """Return the sources of `content` that have changed since they were copied, in reading order."""
    here: dict[str, list[str]] = {}
    changed = changed_sources([content], language)
    for node in walk(content):
        key = (node.get("attrs") or {}).get("source")
        if key in changed:
            here.setdefault(key, []).append(plain_text(node))
    figures = registry.resolve(here)
    return [
        ChangedProse(
            key,
            str(figures[key].label),
            figures[key].source_url,
            " ".join(" ".join(words).split()),
            " ".join(prose_of(figures[key], language).split()),
        )
        for key, words in here.items()
    ]


def changed_sources(contents: Iterable[Content], language: str) -> dict[str, Any]:
    """Return {key: label} of the sources that have changed since they were copied; two queries per subject."""
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
