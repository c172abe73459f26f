"""Which word a number of comments bears: a summary may say less than the count, never more."""

from surveys.models import QuantityWord

# From the strongest to the weakest; each bears those below it. `one` stands alone.
_ORDER = (QuantityWord.ALL, QuantityWord.MAJORITY, QuantityWord.MANY, QuantityWord.SEVERAL, QuantityWord.SOME)


def strongest_word(count: int, total: int) -> QuantityWord | None:
    """all: every comment, two at least; a majority: more than half; many: a quarter, five at least; several: three."""
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


def words_borne_by(count: int, total: int) -> list[QuantityWord]:
    """All words that this count bears, the strongest first."""
    strongest = strongest_word(count, total)
    if strongest is None:
        return []
    if strongest is QuantityWord.ONE:
        return [strongest]
    floors = {QuantityWord.MANY: 5, QuantityWord.SEVERAL: 3}
    return [word for word in _ORDER[_ORDER.index(strongest) :] if count >= floors.get(word, 2)]
