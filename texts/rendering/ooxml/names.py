"""Names of the bookmarks that hold the permanent ids of blocks in a Word file."""

import re

LONGEST = 40  # Word's limit for the name of a bookmark


def bookmark(kind: str, identity: str) -> str:
    """Return the name of a bookmark, or an empty string if the id is too long.

    `kind` is b for a block; i, l, q or t for the list item, list, quotation or table around it; x1 (and so on) for a
    paragraph of an exhibit; n for a footnote; and a for an annex. Word hides names that begin with an underscore.
    """
    encoded = re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):02x}", identity)
    name = f"_{kind}_{encoded}"
    return name if identity and len(name) <= LONGEST else ""
