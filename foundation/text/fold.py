"""Folding of text for sorting and searching."""

import re
import unicodedata

# Letters that NFKD does not decompose.
_LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}
# Characters typed as an apostrophe, and letters that look like one (okina, ayin, hamza): "O’Brien", "Kauʻi".
_APOSTROPHES = "`´‘’‚‛′ʹʻʼʽʾʿˈꞌ＇"
_DASHES = "‐‑‒–—―−﹘﹣－"
_SIGNS = str.maketrans(_LIGATURES | dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, "-"))
# Apostrophes that are not inside a word are removed, so that "ʿAbbās" is sorted under A.
_AROUND_WORDS = re.compile(r"(?<!\w)'|'(?!\w)")


def fold(text: str) -> str:
    """Return text for sorting and searching: lower case, no accents, one kind of apostrophe and dash, single spaces.

    `ñ` becomes `n`, `ß` becomes `ss`, `İ` and `ı` become `i`, full-width letters become plain, and invisible
    characters are removed. Stored in columns with `db_collation="C"`, so that all PostgreSQL servers sort alike. When
    this function changes, a migration with a copy of the new version has to rewrite those columns.
    """
    # Replace signs before NFKD, which would decompose some apostrophes into a space and an accent.
    plain = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold().translate(_SIGNS)
    seen = (c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _AROUND_WORDS.sub("", " ".join("".join(c for c in seen if unicodedata.category(c) != "Cf").split()))
