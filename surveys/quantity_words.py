"""Quantity words that a number of comments justifies. A summary may understate the count but not exaggerate it."""

from surveys.models import QuantityWord

# From strongest to weakest; each word also allows the weaker ones. `one` is separate.
_ORDER = (QuantityWord.ALL, QuantityWord.MAJORITY, QuantityWord.MANY, QuantityWord.SEVERAL, QuantityWord.SOME)


def strongest_word(count: int, total: int) -> QuantityWord | None:
    """Return the strongest word that the count justifies.

    - all: every comment, and at least two
    - a majority: more than half
    - many: at least a quarter, and at least five
    - several: at least three
    - some: at least two
    """
    if count < 1 or count > total:
        return None
    if count == 1:
        return QuantityWord.ONE
    if count == total:
        return QuantityWord.ALL
    if 2 * count > total:
        return QuantityWord.MAJORITY
    if count >= 5 and 4 * count >= total:
        return QuantityWord.MANY
    return QuantityWord.SEVERAL if count >= 3 else QuantityWord.SOME


def justified_words(count: int, total: int) -> list[QuantityWord]:
    """Return all words that the count justifies, strongest first."""
    strongest = strongest_word(count, total)
    if strongest is None:
        return []
    if strongest is QuantityWord.ONE:
        return [strongest]
    floors = {QuantityWord.MANY: 5, QuantityWord.SEVERAL: 3}
    return [word for word in _ORDER[_ORDER.index(strongest) :] if count >= floors.get(word, 2)]
