"""Replace WeasyPrint's tagging by the tree of `structure.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint.formatting_structure import boxes

from texts.rendering.structure import Annotated, Drawn, Node, Structure

# The owners of attributes (ISO 32000-1, 14.8.5).
_OWNERS = {
    "ColSpan": "Table",
    "RowSpan": "Table",
    "Scope": "Table",
    "ListNumbering": "List",
    "BBox": "Layout",
    "TextDecorationType": "Layout",
}
_POINT = 0.75  # of a CSS pixel


@contextmanager
def own_structure() -> Iterator[None]:
    """Replace WeasyPrint's `add_tags` inside the block; WeasyPrint has no hook for tagging."""
    theirs = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = add_tags
    try:
        yield
    finally:
        weasyprint.pdf.add_tags = theirs


def add_tags(pdf: Any, document: Any, pdf_version: Any, page_streams: list[Any]) -> None:
    """Replacement for `weasyprint.pdf.tags.add_tags` of version 70.0, which requirements.txt pins."""
    structure = Structure()
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        marks = {box: mark["mcid"] for box, mark in stream._tags.items()}
        structure.page(number, page._page_box, marks)
    tree = structure.finish()
    _Writer(pdf, document, page_streams).write(tree)
    for stream, mcids in zip(page_streams, _by_page(structure.margins, len(page_streams)), strict=True):
        _make_artifacts(stream, mcids)
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


def mend_links(document: Any) -> None:
    """Link footnote calls and notes to each other, which WeasyPrint does not do.

    Also remove the extra annotations that WeasyPrint makes for elements inside a link.
    """
    names: dict[Any, str] = {}
    for page in document.pages:
        page.links = [link for link in page.links if link[3].element_tag == "a"]
        for box in page._page_box.descendants():
            tag = box.element_tag or ""
            if not tag.endswith(("::footnote-call", "::footnote-marker")) or isinstance(box, boxes.TextBox):
                continue
            if "continued" in box.element.get("class", ""):
                continue
            note = names.setdefault(box.element, f"note-{len(names) + 1}")
            box.element.set("id", note)
            here, there = f"{note}-call", note
            if tag.endswith("marker"):
                here, there = there, here
            x, y, width, height = box.hit_area()
            page.anchors[here] = (x, y, x + width, y + height)
            page.links.append(("internal", there, (x, y, x + width, y + height), box))


def _by_page(margins: list[Drawn], pages: int) -> list[set[int]]:
    mcids: list[set[int]] = [set() for _page in range(pages)]
    for drawn in margins:
        mcids[drawn.page].add(drawn.mcid)
    return mcids


def _make_artifacts(stream: Any, mcids: set[int]) -> None:
    """Mark drawn content as artifacts: running heads, page numbers and repeated table heads."""
    if not mcids:
        return
    written = stream.stream
    for at, token in enumerate(written):
        if isinstance(token, pydyf.Dictionary) and token.get("MCID") in mcids:
            written[at - 1] = "/Artifact"
            written[at] = pydyf.Dictionary({"Type": "/Pagination"})


class _Writer:
    """Writer of nodes as PDF objects, with the maps from drawn content back to nodes."""

    def __init__(self, pdf: Any, document: Any, page_streams: list[Any]) -> None:
        self.pdf = pdf
        self.heights = [page.height for page in document.pages]
        # By page, then MCID. Artifacts have no parent.
        self.parents: list[list[Any]] = [["null"] * len(stream._tags) for stream in page_streams]
        self.annotated: list[tuple[Any, Any]] = []
        self.identities: dict[str, Any] = {}

    def write(self, root: Node) -> None:
        parent_tree, tree = pydyf.Dictionary({}), pydyf.Dictionary({"Type": "/StructTreeRoot"})
        self.pdf.add_object(parent_tree)
        self.pdf.add_object(tree)
        tree["ParentTree"] = parent_tree.reference
        tree["K"] = pydyf.Array([self._element(root, tree)])
        numbers = pydyf.Array()
        for page, entries in enumerate(self.parents):
            numbers.extend((page, pydyf.Array(entries)))
        for number, (element, annotation) in enumerate(self.annotated, start=len(self.parents)):
            annotation["StructParent"] = number
            numbers.extend((number, element))
        parent_tree["Nums"] = numbers
        tree["ParentTreeNextKey"] = len(self.parents) + len(self.annotated)
        if self.identities:
            names = pydyf.Array()
            for identity in sorted(self.identities):
                names.extend((pydyf.String(identity), self.identities[identity]))
            tree["IDTree"] = pydyf.Dictionary({"Names": names})
        self.pdf.catalog["StructTreeRoot"] = tree.reference

    def _element(self, node: Node, parent: Any) -> bytes:
        element = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.type}", "P": parent.reference})
        self.pdf.add_object(element)
        reference: bytes = element.reference
        page = next((kid.page for kid in node.kids if isinstance(kid, Drawn)), None)
        if page is not None:
            element["Pg"] = self.pdf.page_references[page]
        if node.language:
            element["Lang"] = pydyf.String(node.language)
        if node.alternative:
            element["Alt"] = pydyf.String(node.alternative)
        if node.identity:
            element["ID"] = pydyf.String(node.identity)
            self.identities[node.identity] = reference
        if node.attributes:
            element["A"] = self._attributes(node, page)
        kids = pydyf.Array()
        for kid in node.kids:
            if isinstance(kid, Node):
                kids.append(self._element(kid, element))
            elif isinstance(kid, Drawn):
                self.parents[kid.page][kid.mcid] = reference
                kids.append(kid.mcid if kid.page == page else self._marked(kid))
            else:
                kids.append(self._annotation(kid, reference))
        if kids:
            element["K"] = kids
        return reference

    def _marked(self, drawn: Drawn) -> Any:
        return pydyf.Dictionary({"Type": "/MCR", "Pg": self.pdf.page_references[drawn.page], "MCID": drawn.mcid})

    def _annotation(self, kid: Annotated, reference: bytes) -> Any:
        self.annotated.append((reference, kid.annotation))
        kid.annotation["Contents"] = pydyf.String(kid.description)
        page = self.pdf.page_references[kid.page]
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.annotation.reference, "Pg": page})

    def _attributes(self, node: Node, page: int | None) -> Any:
        owners: dict[str, Any] = {}
        for name, value in node.attributes.items():
            owner = _OWNERS[name]
            written = owners.setdefault(owner, pydyf.Dictionary({"O": f"/{owner}"}))
            if name == "BBox":
                x1, y1, x2, y2 = value
                height = self.heights[page or 0]
                corners = (x1, height - y2, x2, height - y1)
                written[name] = pydyf.Array([round(corner * _POINT, 3) for corner in corners])
            else:
                written[name] = value if isinstance(value, int) else f"/{value}"
        written = list(owners.values())
        return written[0] if len(written) == 1 else pydyf.Array(written)
