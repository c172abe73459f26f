"""A patch for WeasyPrint that starts each footnote on the page of its call.

When a line of a paragraph does not fit, WeasyPrint 70.0 moves footnotes that are already on the page to the next page,
whatever `footnote-policy` says, rather than break the paragraph earlier. It does this everywhere except in columns, and
no option changes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block


class _NotesStay:
    """A layout context that claims to be in a column, so that lines cannot displace footnotes."""

    in_column = True

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "_context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)


@contextmanager
def notes_stay() -> Iterator[None]:
    """Patch the layout of lines inside the block; WeasyPrint has no hook for this."""
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
    """Return a sentence for each footnote that starts after the page of its call.

    This happens when earlier notes fill the page.
    """
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
                sentence = _(
                    "Footnote %(number)s is not on the same page as its reference. Shorten the footnotes before it."
                )
                report.append(sentence % {"number": box.element.get("data-number", "")})
    return report
