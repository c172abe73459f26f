"""The search index of an issue: one row for each paragraph and heading, and for the title of each annex."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.utils.html import strip_tags

from foundation.text import fold
from texts.material import Material
from texts.rendering.blocks import BlockWriter
from texts.schema import Content


@dataclass(frozen=True)
class IndexedBlock:
    anchor: str
    number: str
    text: str
    folded: str


def blocks_of(material: Material) -> list[IndexedBlock]:
    """Return the blocks in reading order, with figures and references as text and without footnotes."""
    writer = BlockWriter(material, "page")
    found = []
    for part in material["parts"]:
        writer.part(part)
        annex = writer.numbering.annexes.get(part["key"], "")
        if annex and part["title"]:
            found.append(_block(writer.anchors[part["key"]], annex, part["title"]))
        for node in _lines(part["content"]):
            identity = (node.get("attrs") or {}).get("id", "")
            anchor = writer.anchors.get(identity, identity)
            number = writer.numbering.paragraphs.get(identity) or writer.numbering.headings.get(identity, "")
            text = " ".join(unescape(strip_tags(writer.inline(_without_notes(node)))).split())
            if text:
                found.append(_block(anchor, number, text))
    return found


def _block(anchor: str, number: str, text: str) -> IndexedBlock:
    return IndexedBlock(anchor, number, text, fold(text))


def _lines(node: Content) -> Iterator[Content]:
    """Yield the paragraphs and headings at any depth."""
    for child in node.get("content") or ():
        if child["type"] in {"paragraph", "heading"}:
            yield child
        else:
            yield from _lines(child)


def _without_notes(node: Content) -> Content:
    return {**node, "content": [child for child in node.get("content") or () if child["type"] != "footnote"]}
