"""Accept tracked changes: paragraphs, rows and cells become what Word shows with all changes accepted."""

from collections import Counter

from django.utils.translation import gettext as _

from texts.word.package import Element, w

_GONE = ("del", "moveFrom")
_COME = ("ins", "moveTo")
_WORDS = ("t", "tab", "br", "drawing", "pict", "object", "footnoteReference", "endnoteReference", "sym", "fldChar")


def accept_marks(container: Element, lost: Counter[str]) -> None:
    """Join each paragraph whose mark was deleted or moved away to the next paragraph.

    The joined paragraph has the look of the later one, whose mark remains. Before a table or at the end there is
    nothing to join: the paragraph is removed if it is empty.
    """
    waiting: list[Element] = []
    for paragraph in [child for child in container if child.tag == w("p")]:
        if _says(paragraph, _COME):
            lost[_("a tracked change (accepted)")] += 1
        is_gone = _says(paragraph, _GONE)
        if is_gone:
            lost[_("a tracked change (accepted)")] += 1
        if is_gone and _next_block(paragraph) is not None:
            waiting += [child for child in paragraph if child.tag != w("pPr")]
            container.remove(paragraph)
            continue
        if waiting:
            place = 1 if len(paragraph) and paragraph[0].tag == w("pPr") else 0
            paragraph[place:place] = waiting
            waiting = []
        if is_gone and _has_neighbour(paragraph) and not _has_words(paragraph):
            container.remove(paragraph)


def accept_cells(row: Element, lost: Counter[str]) -> None:
    """Remove deleted cells."""
    for cell in row.findall(w("tc")):
        if cell.find(f"{w('tcPr')}/{w('cellDel')}") is not None:
            lost[_("a tracked change (accepted)")] += 1
            row.remove(cell)


def _says(paragraph: Element, marks: tuple[str, ...]) -> bool:
    return any(paragraph.find(f"{w('pPr')}/{w('rPr')}/{w(mark)}") is not None for mark in marks)


def _next_block(paragraph: Element) -> Element | None:
    """Return the paragraph that follows, ignoring elements without words, or None before a table or at the end."""
    following = paragraph.getnext()
    while following is not None and following.tag not in {w("p"), w("tbl"), w("sectPr")}:
        following = following.getnext()
    return following if following is not None and following.tag == w("p") else None


def _has_neighbour(paragraph: Element) -> bool:
    """Return whether a paragraph or table is next to this one, so that its removal does not leave a cell empty."""
    return any(neighbour is not None and neighbour.tag in {w("p"), w("tbl")} for neighbour in
               (paragraph.getprevious(), paragraph.getnext()))  # fmt: skip


def _has_words(paragraph: Element) -> bool:
    return any(
        not any(above.tag in {w(mark) for mark in _GONE} for above in found.iterancestors())
        for found in paragraph.iter(*(w(name) for name in _WORDS))
    )


__all__ = ["accept_cells", "accept_marks"]
