"""Many alike pieces of HTML at once, where a template would take three times as long."""

from collections.abc import Iterable
from html import escape
from itertools import islice
from typing import Any

from django.utils.safestring import SafeString, mark_safe

# PostgreSQL keeps it in no text, so it parts values that came from there.
_BETWEEN = "\0"


def joined(pattern: str, rows: Iterable[tuple[Any, ...]]) -> SafeString:
    """`pattern` filled with every row: a `%s` for each value. All is escaped but what is marked as safe HTML already.

    As Django's `format_html_join`, in a tenth of the time. A per cent sign of the pattern's own is written `%%`.
    """
    return mark_safe("".join(filled(pattern, rows)))  # noqa: S308 - `filled` escapes


def filled(pattern: str, rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Each row by itself, as safe HTML without the mark: for a caller who joins them in parts."""
    held = list(rows)
    values = iter(_escaped([value for row in held for value in row]))
    return [pattern % tuple(islice(values, len(row))) for row in held]


def _escaped(values: list[Any]) -> list[str]:
    """Plain texts together in one go, which is what makes it quick; the others one by one."""
    plain = [value for value in values if value.__class__ is str]
    escaped = escape(_BETWEEN.join(plain)).split(_BETWEEN)
    if len(escaped) != len(plain):
        return [_safe(value) for value in values]
    ready = iter(escaped)
    return [next(ready) if value.__class__ is str else _safe(value) for value in values]


def _safe(value: Any) -> str:
    if hasattr(value, "__html__"):
        return value.__html__()
    return escape(value if isinstance(value, str) else str(value))
