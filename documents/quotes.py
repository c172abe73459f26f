"""The visible text of a draft by block, to which review comments are attached."""

from dataclasses import dataclass
from typing import Literal

from documents.models import ReviewComment
from texts.material import Material
from texts.rendering.blocks import BlockWriter
from texts.schema import walk

Anchoring = Literal["there", "moved", "changed", "gone"]


def words_by_block(material: Material) -> dict[str, str]:
    """Return the visible text of each block by its id, with figures and references worded and without footnotes."""
    writer = BlockWriter(material, "page")
    words: dict[str, str] = {}
    for part in material["parts"]:
        writer.part_language = part["language"]
        for node in walk(part["content"]):
            identity = (node.get("attrs") or {}).get("id")
            if identity and node["type"] != "footnote":
                words[identity] = " ".join(writer.words_of(node).split())
    return words


def contains_quote(words: str, quote: str) -> bool:
    """Return whether `words` contains `quote`, ignoring white space: a selection over several items adds some."""
    return "".join(quote.split()) in "".join(words.split())


@dataclass(frozen=True)
class Anchor:
    """The present place of a comment; `block` is empty if the quoted text no longer exists."""

    block: str
    state: Anchoring


def anchor_of(comment: ReviewComment, words: dict[str, str]) -> Anchor:
    """Return the comment's own block if it exists, else the block that now contains the quoted text."""
    if comment.block in words:
        return Anchor(comment.block, "there" if contains_quote(words[comment.block], comment.quote) else "changed")
    elsewhere = [
        block for block, block_words in words.items() if comment.quote and contains_quote(block_words, comment.quote)
    ]
    # A list, its item and the item's paragraph may all contain the quote. Take the innermost, which is the shortest.
    if elsewhere:
        return Anchor(min(elsewhere, key=lambda block: len(words[block])), "moved")
    return Anchor("", "gone")
