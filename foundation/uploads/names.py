"""File names from outside."""

import re
import unicodedata

LONGEST_NAME = 150
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters of Persian and of Indic languages are joined or parted by these.
_JOINERS = "\u200c\u200d"


def safe_name(name: str, default: str = "file", *, longest: int = LONGEST_NAME) -> str:
    """A file name fit for a header and a disk: no control, bidirectional or separator characters, its end kept."""
    kept = "".join(
        c for c in unicodedata.normalize("NFC", name) if c in _JOINERS or unicodedata.category(c) not in _DROPPED
    )
    kept = re.sub(r'[\\/:*?"<>|]+', "-", kept).strip(f" .{_JOINERS}")
    return kept[-longest:].lstrip(" .") or default
