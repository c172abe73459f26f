import unicodedata

# Letters that NFKD does not decompose.
_LIGATURES = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)


def fold(text: str) -> str:
    """Return text for sorting and searching: lower case, no accents, `ñ` as `n`, single spaces.

    Stored in columns with `db_collation="C"`, so that every PostgreSQL sorts alike.
    """
    lowered = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return " ".join("".join(c for c in lowered if not unicodedata.combining(c)).split())
