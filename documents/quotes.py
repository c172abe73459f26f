"""The words of a draft as people see them, block by block: what a review comment holds on to."""

from dataclasses import dataclass
from typing import Literal

from documents.models import ReviewComment
from texts.material import Material
from texts.rendering.blocks import BlockWriter
from texts.schema import walk

Anchoring = Literal["there", "moved", "changed", "gone"]


def words_by_block(material: Material) -> dict[str, str]:
    """{id of a block: its words, figures and references as they read now, footnotes left out}."""
    writer = BlockWriter(material, "page")
    words: dict[str, str] = {}
    for part in material["parts"]:
        writer.part_language = part["language"]
        for node in walk(part["content"]):
            identity = (node.get("attrs") or {}).get("id")
            if identity and node["type"] != "footnote":
                words[identity] = " ".join(writer.words_of(node).split())
    return words


def holds(words: str, quote: str) -> bool:
    """Whether the quoted words stand there; a selection over several items has spaces that the items have not."""
    return "".join(quote.split()) in "".join(words.split())


@dataclass(frozen=True)
class Anchor:
    """Where a comment belongs now; `block` is empty when the text it spoke of is gone."""

    block: str
    state: Anchoring


def anchor_of(comment: ReviewComment, words: dict[str, str]) -> Anchor:
    """Its block while that stands, else the one block into which its words were moved, else nowhere."""
    if comment.block in words:
        return Anchor(comment.block, "there" if holds(words[comment.block], comment.quote) else "changed")
    elsewhere = [block for block, said in words.items() if comment.quote and holds(said, comment.quote)]
    # Of a list and its item, or an item and its paragraph, the innermost is meant; two apart cannot be told.
    if elsewhere:
        return Anchor(min(elsewhere, key=lambda block: len(words[block])), "moved")
    return Anchor("", "gone")
