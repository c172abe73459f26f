import re
import unicodedata

# Letters that NFKD leaves whole.
_LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}
# Whatever is typed for an apostrophe, and letters that are written like one (okina, ayin, hamza): "O’Brien", "Kauʻi".
_APOSTROPHES = "`´‘’‚‛′ʹʻʼʽʾʿˈꞌ＇"
_DASHES = "‐‑‒–—―−﹘﹣－"
_SIGNS = str.maketrans(_LIGATURES | dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, "-"))
# An apostrophe that is not within a word: "ʿAbbās" is sorted under A.
_AROUND_WORDS = re.compile(r"(?<!\w)'|'(?!\w)")


def fold(text: str) -> str:
    """Text as it is sorted and searched: lower case, no accents, one apostrophe and one dash, single spaces.

    `ñ` is `n`, `ß` is `ss`, `İ` and `ı` are `i`, full-width letters are the plain ones; what nobody sees is left out.
    Kept in columns with `db_collation="C"`, so that every PostgreSQL answers alike. When this changes, those columns
    are to be written again by migrations that carry the new fold with them.
    """
    # The signs before NFKD: it would make some apostrophes a space and an accent.
    plain = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold().translate(_SIGNS)
    seen = (c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _AROUND_WORDS.sub("", " ".join("".join(c for c in seen if unicodedata.category(c) != "Cf").split()))
