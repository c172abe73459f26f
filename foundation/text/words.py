"""Comparison of two lines word by word, for documents, translations and forms that two people changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# A word includes the space after it, so that a changed space is never a change by itself.
_WORD = re.compile(r"\w+(?:[’'.\-]\w+)*\s*|[^\w\s]\s*|\s+")
# With a smaller share of common words, the lines are shown one after the other, because the mixture is unreadable.
LIKE_ENOUGH = 0.25

Operation = Literal["same", "deleted", "added"]


@dataclass(frozen=True)
class Token:
    """A word, or an element of a line that is compared as one: a figure, a reference or a footnote call."""

    key: str
    written: str
    is_word: bool = True
    text: str = ""


@dataclass(frozen=True)
class Run:
    """Neighbouring tokens with the same operation. `was` has the tokens of the old line if both lines have them."""

    operation: Operation
    tokens: tuple[Token, ...]
    was: tuple[Token, ...] = ()

    @property
    def words(self) -> int:
        """The number of words."""
        return sum(token.is_word for token in self.tokens)

    @property
    def written(self) -> str:
        """The tokens as markup."""
        return "".join(token.written for token in self.tokens)

    @property
    def text(self) -> str:
        """The words without markup."""
        return " ".join(token.text or token.key for token in self.tokens if token.is_word)


# (operation, tokens, tokens of the old line if both lines have them)
Piece = tuple[Operation, Sequence[Token], Sequence[Token]]


def split_words(text: str) -> list[str]:
    """Return the words and signs of a text, each with the space after it."""
    return _WORD.findall(text)


def is_word(piece: str) -> bool:
    """Return whether a piece has a letter or digit."""
    return any(character.isalnum() for character in piece)


def compare_words(old: Sequence[Token], new: Sequence[Token]) -> list[Run]:
    """Return both lines as one sequence of runs, in which deleted words precede the words that replace them."""
    matcher = SequenceMatcher(None, [t.key for t in old], [t.key for t in new], autojunk=False)
    blocks = matcher.get_opcodes()
    common = sum(t.is_word for tag, a, b, _, _ in blocks if tag == "equal" for t in old[a:b])
    most = max(sum(t.is_word for t in old), sum(t.is_word for t in new))
    if most and common / most < LIKE_ENOUGH:
        return _runs([("deleted", old, ()), ("added", new, ())])
    pieces: list[Piece] = []
    for place, (tag, a, b, c, d) in enumerate(blocks):
        inside = 0 < place < len(blocks) - 1
        if tag == "equal" and inside and not any(t.is_word for t in old[a:b]):
            # Do not split a change at a comma that both lines happen to share.
            pieces += [("deleted", old[a:b], ()), ("added", new[c:d], ())]
        elif tag == "equal":
            pieces.append(("same", new[c:d], old[a:b]))
        else:
            pieces += [("deleted", old[a:b], ()), ("added", new[c:d], ())]
    return _runs(pieces)


def _runs(pieces: Sequence[Piece]) -> list[Run]:
    """Gather deletions and additions between two common stretches, so that each can be read in one piece."""
    runs: list[Run] = []
    gone: list[Token] = []
    come: list[Token] = []
    for operation, tokens, was in [*pieces, ("same", (), ())]:
        if operation == "deleted":
            gone += tokens
        elif operation == "added":
            come += tokens
        else:
            runs += [Run("deleted", tuple(gone))] if gone else []
            runs += [Run("added", tuple(come))] if come else []
            runs += [Run("same", tuple(tokens), tuple(was))] if tokens else []
            gone, come = [], []
    return runs
