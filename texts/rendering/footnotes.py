"""Footnotes begin on the page of their call.

Where a line of a paragraph has no room, WeasyPrint 70.0 moves notes that are already on the page to the next one,
whatever their `footnote-policy` says: it would rather separate a note from its call than break the paragraph earlier.
Only in columns it does not, and no option changes that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block


class _NotesStay:
    """The context of a layout as the lines of a paragraph see it: as in columns, no note makes room for them."""

    in_column = True

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "_context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)


@contextmanager
def notes_stay() -> Iterator[None]:
    """While it lasts, WeasyPrint lays out lines under that context: it offers no hook between lines and notes."""
    theirs = block._linebox_layout

    def lay_out(context: Any, *rest: Any) -> Any:
        has_notes = context.footnotes or context.current_page_footnotes
        return theirs(_NotesStay(context) if has_notes else context, *rest)

    block._linebox_layout = lay_out
    try:
        yield
    finally:
        block._linebox_layout = theirs


def report_of(document: Any) -> list[str]:
    """Name each note that could not begin on the page of its call, because notes before it fill that page."""
    calls: dict[Any, int] = {}
    report = []
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            tag = box.element_tag or ""
            if isinstance(box, boxes.TextBox) or "continued" in (box.element.get("class", "") if tag else ""):
                continue
            if tag.endswith("::footnote-call"):
                calls.setdefault(box.element, number)
            elif tag.endswith("::footnote-marker") and calls.get(box.element, number) != number:
                said = _("Footnote %(number)s begins after the page of its call. Shorten the footnotes before it.")
                report.append(said % {"number": box.element.get("data-number", "")})
    return report
