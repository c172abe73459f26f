"""Two lines compared word by word: in documents, in translations, and where two people changed one field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# A word keeps the space behind it: spaces alone are never a change.
_WORD = re.compile(r"\w+(?:[’'.\-]\w+)*\s*|[^\w\s]\s*|\s+")
# Below this share of common words the two are shown one after the other: word by word they could not be read.
LIKE_ENOUGH = 0.25

Operation = Literal["same", "deleted", "added"]


@dataclass(frozen=True)
class Token:
    """A word, or what stands in a line as one: a figure, a reference, the call of a footnote."""

    key: str
    written: str
    is_word: bool = True
    said: str = ""


@dataclass(frozen=True)
class Run:
    """Neighbouring tokens with the same fate. `was`: the tokens of the old line, where both lines have them."""

    operation: Operation
    tokens: tuple[Token, ...]
    was: tuple[Token, ...] = ()

    @property
    def words(self) -> int:
        return sum(token.is_word for token in self.tokens)

    @property
    def written(self) -> str:
        return "".join(token.written for token in self.tokens)

    @property
    def said(self) -> str:
        """Its words without markup."""
        return " ".join(token.said or token.key for token in self.tokens if token.is_word)


# What happened, to which tokens; where both lines have them, as the old line has them.
Piece = tuple[Operation, Sequence[Token], Sequence[Token]]


def split_words(text: str) -> list[str]:
    return _WORD.findall(text)


def is_word(piece: str) -> bool:
    return any(character.isalnum() for character in piece)


def compare_words(old: Sequence[Token], new: Sequence[Token]) -> list[Run]:
    """The old and the new line as one row of runs: what is deleted stands before what was put in its place."""
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
            # A comma that two changes have in common only tears them apart.
            pieces += [("deleted", old[a:b], ()), ("added", new[c:d], ())]
        elif tag == "equal":
            pieces.append(("same", new[c:d], old[a:b]))
        else:
            pieces += [("deleted", old[a:b], ()), ("added", new[c:d], ())]
    return _runs(pieces)


def _runs(pieces: Sequence[Piece]) -> list[Run]:
    """Deletions and additions between two common stretches gathered, so that each is read in one."""
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
