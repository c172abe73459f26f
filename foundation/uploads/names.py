"""Safe names for uploaded files."""

import re
import unicodedata

LONGEST_NAME = 150
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Persian and Indic languages need these to join or separate letters.
_JOINERS = "\u200c\u200d"


def safe_name(name: str, default: str = "file", *, longest: int = LONGEST_NAME) -> str:
    """Return a name that is safe in a header and on disk, or `default` if nothing is left.

    Control, direction and separator characters are removed. A long name loses its beginning, so that its ending is
    kept.
    """
    cleaned = "".join(
        c for c in unicodedata.normalize("NFC", name) if c in _JOINERS or unicodedata.category(c) not in _DROPPED
    )
    cleaned = re.sub(r'[\\/:*?"<>|]+', "-", cleaned).strip(f" .{_JOINERS}")
    return cleaned[-longest:].lstrip(" .") or default
