"""Rebase plain typing over the steps that were accepted in the meantime.

When several people write, a window is nearly always a letter or two behind. If each window had to rebase its own
typing, every keystroke would cost two requests, and the second could be late again. Only insertions of text at a place
that still exists are rebased here, because every client would do so in the same way. For anything else the client
rebases and sends its steps again.
"""

from typing import Any

from prosemirror.transform import Mapping, ReplaceStep, Step

from documents.editing.step_shape import shape_error
from texts.schema import schema

MOST_MISSED = 100


def rebase_typing(steps: list[Any], missed: list[dict[str, Any]], *, client: str) -> list[Any] | None:
    """Return the steps rebased over the missed ones, or None if the client has to do this itself.

    None is also returned if the client's own steps are among the missed ones: the batch had been accepted before, and
    only the answer was lost.
    """
    if len(missed) > MOST_MISSED or any(entry["client"] == client for entry in missed):
        return None
    if not all(_is_typing(step) for step in steps):
        return None
    typed = [Step.from_json(schema, step) for step in steps]
    mapping = Mapping([step.get_map().invert() for step in reversed(typed)])
    for entry in missed:
        mapping.append_map(Step.from_json(schema, entry["step"]).get_map())
    moved = []
    for n, step in enumerate(typed):
        mirror = len(typed) - n
        way = mapping.slice(mirror)
        if way.map_result(step.from_, 1).deleted_across or way.map_result(step.from_, -1).deleted_across:
            return None
        mapped = step.map(way)
        if not isinstance(mapped, ReplaceStep) or mapped.from_ != mapped.to:
            return None
        moved.append(mapped.to_json())
        mapping.append_map(mapped.get_map(), mirror - 1)
    return moved


def _is_typing(step: Any) -> bool:
    """Return whether the step does nothing but insert text."""
    if shape_error(step) or step["stepType"] != "replace" or step["from"] != step["to"]:
        return False
    cut = step.get("slice") or {}
    nodes = cut.get("content") or []
    whole = not cut.get("openStart") and not cut.get("openEnd") and not step.get("structure")
    return whole and bool(nodes) and all(_is_words(node) for node in nodes)


def _is_words(node: Any) -> bool:
    """Return whether the node looks like text; the schema checks it when the step is applied."""
    return isinstance(node, dict) and node.get("type") == "text" and isinstance(node.get("text"), str)
