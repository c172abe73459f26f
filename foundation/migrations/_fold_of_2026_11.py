"""The fold of November 2026, for the migrations that wrote the folded columns again. It is not to be changed."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import migrations

# Letters that NFKD leaves whole.
_LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}
# Whatever is typed for an apostrophe, and letters that are written like one (okina, ayin, hamza): "O’Brien", "Kauʻi".
_APOSTROPHES = "`´‘’‚‛′ʹʻʼʽʾʿˈꞌ＇"
_DASHES = "‐‑‒–—―−﹘﹣－"
_SIGNS = str.maketrans(_LIGATURES | dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, "-"))
# An apostrophe that is not within a word: "ʿAbbās" is sorted under A.
_AROUND_WORDS = re.compile(r"(?<!\w)'|'(?!\w)")


def fold(text: str) -> str:
    # The signs before NFKD: it would make some apostrophes a space and an accent.
    plain = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold().translate(_SIGNS)
    seen = (c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _AROUND_WORDS.sub("", " ".join("".join(c for c in seen if unicodedata.category(c) != "Cf").split()))


class WriteAgain(migrations.operations.base.Operation):
    """Call `write(cursor)`. Unlike RunPython it builds no models, after which every later migration would be slow."""

    reversible = True
    reduces_to_sql = False

    def __init__(self, write: Callable[[Any], None]) -> None:
        self.write = write

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The tables stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            self.write(cursor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The former fold reads the same columns."""

    def describe(self) -> str:
        return "Write folded columns again"
