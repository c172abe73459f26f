"""Check the JSON of a step before prosemirror-py reads it.

Every browser reads each accepted step again, and JavaScript is stricter than Python in places (`true` is not a number).
A step that passes here but fails there would stop every open editor.
"""

from typing import Any

from django.utils.translation import gettext as _

from texts.schema import LIMITS

_NUMBERS = {
    "replace": ("from", "to"),
    "replaceAround": ("from", "to", "gapFrom", "gapTo", "insert"),
    "addMark": ("from", "to"),
    "removeMark": ("from", "to"),
    "attr": ("pos",),
}
_OTHERS = {
    "replace": {"slice", "structure"},
    "replaceAround": {"slice", "structure"},
    "addMark": {"mark"},
    "removeMark": {"mark"},
    "attr": {"attr", "value"},
}


def shape_error(step: Any) -> str:
    """Return why the JSON cannot be a step, as a sentence for the writer, or an empty string if it can."""
    kind = step.get("stepType") if isinstance(step, dict) else None
    if not isinstance(kind, str) or kind not in _NUMBERS:
        return _("This change could not be applied. Reload the page and try again.")
    numbers, others = _NUMBERS[kind], _OTHERS[kind]
    whole = all(_is_place(step.get(name)) for name in numbers)
    if not whole or set(step) - {"stepType", *numbers, *others} or not _rest_fits(step):
        return _("This change could not be applied. Reload the page and try again.")
    if "to" in numbers and step["from"] > step["to"]:
        return _("This change could not be applied. Reload the page and try again.")
    if _is_too_deep(step.get("slice")):
        return _("The text has more than %(limit)s nested levels. Remove some.") % {"limit": LIMITS["depth"]}
    return ""


def _is_too_deep(cut: Any) -> bool:
    """Return whether the slice is nested too deeply. Not recursive, so that no input can exhaust the stack."""
    level = [cut] if isinstance(cut, dict) else []
    for _depth in range(LIMITS["depth"] + 1):
        children = [child for node in level for child in _content(node)]
        level = [child for child in children if isinstance(child, dict)]
    return bool(level)


def _content(node: dict[str, Any]) -> list[Any]:
    content = node.get("content")
    return content if isinstance(content, list) else []


def _is_place(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**31


def _rest_fits(step: dict[str, Any]) -> bool:
    if not isinstance(step.get("structure", False), bool):
        return False
    if "attr" in step and not isinstance(step["attr"], str):
        return False
    if "mark" in step and not isinstance(step["mark"], dict):
        return False
    cut = step.get("slice")
    if cut is None:
        return "slice" not in step
    if not isinstance(cut, dict) or set(cut) - {"content", "openStart", "openEnd"}:
        return False
    return all(_is_place(cut.get(name, 0)) for name in ("openStart", "openEnd")) and isinstance(
        cut.get("content", []), list
    )
