"""Lasting ids of parts, blocks and footnotes: short, without meaning, safe in an address and in a document's markup."""

import re
import secrets

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{2,39}$"
_ID = re.compile(ID_PATTERN)


def new_id() -> str:
    """Begins with a letter, so that it can stand as an id in HTML and in PDF."""
    return "b" + "".join(secrets.choice(ALPHABET) for _ in range(11))


def is_id(text: object) -> bool:
    return isinstance(text, str) and _ID.match(text) is not None
