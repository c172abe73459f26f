"""Permanent ids of parts, blocks and footnotes: short, random, and safe in URLs and in markup."""

import re
import secrets

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{2,39}$"
_ID = re.compile(ID_PATTERN)


def new_id() -> str:
    """Return a new random id. It begins with a letter, because it is used as an id in HTML and PDF."""
    return "b" + "".join(secrets.choice(ALPHABET) for _ in range(11))


def is_id(text: object) -> bool:
    """Return whether `text` has the form of an id."""
    return isinstance(text, str) and _ID.match(text) is not None
