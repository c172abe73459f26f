"""Typing made on an older text, moved over what came since.

With several writers a window is nearly always behind by a letter or two. If it had to do this itself, each keystroke
would be two requests, and the second again too late. Only what any window does in the very same way is done here: words
put in at a place that still stands. All else its window moves over and sends again.
"""

from typing import Any

from prosemirror.transform import Mapping, ReplaceStep, Step

from documents.editing.step_shape import shape_error
from texts.schema import schema

MOST_MISSED = 100


def typing_moved_over(steps: list[Any], missed: list[dict[str, Any]], *, client: str) -> list[Any] | None:
    """The steps as they read after the missed ones; None where that is for their window to do.

    Steps of the window itself among the missed: its batch has been taken already, and only the answer was lost.
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
    if shape_error(step) or step["stepType"] != "replace" or step["from"] != step["to"]:
        return False
    cut = step.get("slice") or {}
    nodes = cut.get("content") or []
    whole = not cut.get("openStart") and not cut.get("openEnd") and not step.get("structure")
    return whole and bool(nodes) and all(_is_words(node) for node in nodes)


def _is_words(node: Any) -> bool:
    """Whether it is fit for the schema is asked when the step is done."""
    return isinstance(node, dict) and node.get("type") == "text" and isinstance(node.get("text"), str)
