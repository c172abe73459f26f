"""The structure tree of a laid-out document for PDF/UA: one node for each element, on however many pages it is.

WeasyPrint tags boxes page by page: a paragraph on two pages becomes two, running heads become content, footnotes stay
where they were drawn, and languages are not marked. Here the nodes come from the elements of the HTML. The boxes only
say on which page and under which number (MCID) their words were drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

_SVG = "{http://www.w3.org/2000/svg}"
# Elements that have a structure type. The content of all other elements belongs to the element around them.
TYPES = {
    "p": "P",
    "dt": "P",
    "dd": "P",
    "blockquote": "BlockQuote",
    "figure": "Div",
    "section": "Sect",
    "main": "Sect",
    "article": "Sect",
    "h1": "H1",
    "h2": "H2",
    "h3": "H3",
    "h4": "H4",
    "h5": "H5",
    "h6": "H6",
    "ul": "L",
    "ol": "L",
    "li": "LI",
    "table": "Table",
    "caption": "Caption",
    "figcaption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "a": "Link",
    "img": "Figure",
    f"{_SVG}svg": "Figure",
}
HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
# Types that hold blocks. Words directly inside them get a paragraph.
_GROUPS = {"Document", "Sect", "Div", "BlockQuote"}
# Insertions and deletions, for readers who cannot see the underlining.
_DECORATIONS = {"ins": "Underline", "del": "LineThrough"}
# Blocks after which a note may be placed.
_BLOCKS = {"P", "Caption", *HEADINGS}
# Numbering of lists, by the first word of the CSS class.
_NUMBERINGS = {"letters": "LowerAlpha", "roman": "LowerRoman", "numbers": "Decimal", "annexes": "UpperRoman"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Words or a picture, drawn on a page under an MCID."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Annotated:
    """The annotation of a link on a page, with its description."""

    page: int
    annotation: Any
    description: str


@dataclass(slots=True, eq=False)
class Node:
    """A structure element to be written: type, children in reading order, and attributes."""

    type: str
    element: Any = None
    kids: list["Node | Drawn | Annotated"] = field(default_factory=list)
    parent: "Node | None" = None
    language: str = ""
    alternative: str = ""
    identity: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)

    def add(self, kid: "Node | Drawn | Annotated", at: int | None = None) -> None:
        """Add a child, by default at the end."""
        self.kids.insert(len(self.kids) if at is None else at, kid)
        if isinstance(kid, Node):
            kid.parent = self

    def remove(self, kid: "Node") -> None:
        """Remove a child."""
        self.kids.remove(kid)

    def nodes(self) -> Iterator["Node"]:
        """Yield the node and all nodes below it in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.nodes()


class Structure:
    """Builder of the tree: call `page` for each page, then `finish`. `margins` collects what is not content."""

    def __init__(self) -> None:
        self.root = Node("Document")
        self.margins: list[Drawn] = []
        self._nodes: dict[tuple[Any, str], Node] = {}
        self._notes: list[tuple[Node, Node]] = []
        self._calls: dict[Any, Node] = {}
        self._block: Any = None
        # By `data-note`, which all pieces of a long note share.
        self._named: dict[str, Node] = {}

    def page(self, number: int, page_box: Any, drawn: dict[Any, int]) -> None:
        """Add a page. `drawn` maps each drawn box to its MCID and is emptied."""
        for child in page_box.children:
            if isinstance(child, boxes.MarginBox):
                self.margins += [Drawn(number, drawn.pop(box)) for box in child.descendants() if box in drawn]
            else:
                self._box(child, self.root, number, drawn)
        self.margins += [Drawn(number, mcid) for mcid in drawn.values()]
        drawn.clear()

    def _box(self, box: Any, parent: Node, page: int, drawn: dict[Any, int]) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        node = self._node(box, parent, page)
        if node is None:
            # A table head that is repeated on the next page.
            inside = [box, *box.descendants()]
            self.margins += [Drawn(page, drawn.pop(part)) for part in inside if part in drawn]
            return
        if isinstance(box, boxes.BlockBox):
            self._block = box.element
        if box.link_annotation:
            node.add(Annotated(page, box.link_annotation, _description(box)))
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox) and box in drawn:
            if node.type in _GROUPS:
                node = self._bare(node)
            node.add(Drawn(page, drawn.pop(box)))
            if node.type == "Figure":
                node.attributes["BBox"] = _rectangle(box)
        elif isinstance(box, boxes.ParentBox):
            for child in box.children:
                self._box(child, node, page, drawn)

    def _node(self, box: Any, parent: Node, page: int) -> Node | None:
        """Return the node to which the content of a box belongs, or None for repeated table heads."""
        element, tag = box.element, box.element_tag
        if element is None:
            return parent
        known = self._nodes.get((element, tag))
        if known is not None:
            head_again = tag == "thead" and known.attributes.get("page") != page
            return None if head_again else known
        node = self._made(box, element, tag, parent)
        if tag == "thead":
            node.attributes["page"] = page
        self._nodes[element, tag] = node
        return node

    def _bare(self, group: Node) -> Node:
        """Return the paragraph for words directly in the current block."""
        paragraph = self._nodes.get((self._block, "bare"))
        if paragraph is None:
            paragraph = self._nodes[self._block, "bare"] = Node("P", self._block)
            group.add(paragraph)
        return paragraph

    def _made(self, box: Any, element: Any, tag: str, parent: Node) -> Node:
        name, _colon, pseudo = tag.partition("::")
        classes = element.get("class", "").split()
        if "continued" in classes:
            return self._named.get(element.get("data-note", ""), parent)
        if "footnote" in classes:
            return self._footnote(element, pseudo, parent)
        if pseudo:
            return parent
        kind = TYPES.get(name)
        language = element.get("lang", "") if name != "html" else ""
        item = _item_of(parent) if name == "span" and "number" in classes else None
        if item is not None:
            label = Node("Lbl", element)
            item.add(label, at=0)
            return label
        if kind is None:
            if not language and name not in _DECORATIONS:
                return parent
            kind = "Span" if name in _DECORATIONS or name in {"span", "em", "strong"} else "Div"
        node = Node(kind, element, language=language)
        inside = _PLACES.get(kind, _place)(node, parent, classes)
        if kind in {"TD", "TH"}:
            node.attributes |= _cell(box, element)
        elif name in _DECORATIONS:
            node.attributes["TextDecorationType"] = _DECORATIONS[name]
        elif kind == "Figure":
            node.alternative = _alternative(element, parent)
        return inside

    def _footnote(self, element: Any, pseudo: str, parent: Node) -> Node:
        """Return the node for a footnote, its call or its number.

        The call is a link where it appears; `finish` places the note after the block with the call.
        """
        if pseudo == "footnote-call":
            reference, link = Node("Reference", element), Node("Link", element)
            parent.add(reference)
            reference.add(link)
            self._calls[element] = reference
            return link
        if pseudo == "footnote-marker":
            note = self._nodes[element, "span"]
            label, link = Node("Lbl", element), Node("Link", element)
            note.add(label, at=0)
            label.add(link)
            return link
        note = Node("Note", element, identity=element.get("id", ""), language=element.get("lang", ""))
        self._notes.append((note, parent))
        self._named[element.get("data-note", "")] = note
        return note

    def finish(self) -> Node:
        """Return the finished tree.

        Notes are placed after the blocks with their calls, gaps in heading levels closed and captions attached.
        """
        for note, parent in reversed(self._notes):
            call = self._calls.get(note.element)
            self._behind(note, call) if call else parent.add(note)
        _order_headings(self.root)
        _prune(self.root)
        for node in list(self.root.nodes()):
            node.attributes.pop("page", None)
            if node.type == "Caption" and node.element.tag == "figcaption":
                _attach_caption(node)
        return self.root

    def _behind(self, note: Node, call: Node) -> None:
        block: Node = call
        while block.parent and block.type not in _BLOCKS:
            block = block.parent
        if block.parent is None:
            block = call
        if block.type == "Caption":
            block.add(note)
        elif block.parent is not None:
            block.parent.add(note, at=block.parent.kids.index(block) + 1)


# --- Places -----------------------------------------------------------------------------------------------------------
def _place(node: Node, parent: Node, classes: list[str]) -> Node:
    """Add a node and return the node into which its content goes."""
    parent.add(node)
    return node


def _place_list(node: Node, parent: Node, classes: list[str]) -> Node:
    kinds = [_NUMBERINGS[name.partition("-")[0]] for name in classes if name.partition("-")[0] in _NUMBERINGS]
    node.attributes["ListNumbering"] = kinds[0] if kinds else "Disc" if node.element.tag == "ul" else "Decimal"
    if "contents" in classes:
        node.type = "TOC"
        node.attributes.clear()
    return _place(node, parent, classes)


def _place_item(node: Node, parent: Node, classes: list[str]) -> Node:
    """Add an item with a body for its content. Its label is added when it is met."""
    _place(node, parent, classes)
    if parent.type == "TOC":
        node.type = "TOCI"
    return _place(Node("Reference" if parent.type == "TOC" else "LBody"), node, classes)


_PLACES = {"L": _place_list, "LI": _place_item}


def _item_of(node: Node | None) -> Node | None:
    """Return the list item whose body begins here, or None if it has content or a label already."""
    while node is not None and node.type not in {"LI", "L", "TOC", "TD", "TH"}:
        if any(not isinstance(kid, Node) for kid in node.kids):
            return None
        node = node.parent
    if node is None or node.type != "LI" or any(isinstance(kid, Node) and kid.type == "Lbl" for kid in node.kids):
        return None
    return node


def _cell(box: Any, element: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if box.colspan != 1:
        attributes["ColSpan"] = box.colspan
    if box.rowspan != 1:
        attributes["RowSpan"] = box.rowspan
    if element.tag == "th":
        attributes["Scope"] = "Row" if element.get("scope") == "row" else "Column"
    return attributes


def _alternative(element: Any, parent: Node) -> str:
    """Return the alternative text of a picture: the one given in the HTML, or its own title and description."""
    given: str = element.get("alt", "")
    if not given and parent.element is not None:
        given = parent.element.get("data-alternative", "")
    own = [element.findtext(f"{_SVG}{name}", "") for name in ("title", "desc")]
    return given or ". ".join(words.rstrip(".") for words in own if words)


def _description(box: Any) -> str:
    """Return the words of a link; for a footnote call, which note it is."""
    given: str = box.element.get("data-says", "")
    return given or " ".join("".join(box.element.itertext()).split())


def _rectangle(box: Any) -> tuple[float, float, float, float]:
    x, y = box.content_box_x(), box.content_box_y()
    return x, y, x + box.width, y + box.height


# --- Finish -----------------------------------------------------------------------------------------------------------
def _order_headings(root: Node) -> None:
    """Promote headings that skip a level, because screen readers navigate by levels."""
    last = 0
    for node in root.nodes():
        if node.type in HEADINGS:
            level = min(HEADINGS.index(node.type) + 1, last + 1)
            node.type, last = HEADINGS[level - 1], level


def _attach_caption(caption: Node) -> None:
    """Move a caption into the drawing beside it, or into the table if there is no drawing."""
    around = caption.parent
    if around is None:
        return
    for kind in ("Figure", "Table"):
        for kid in around.kids[around.kids.index(caption) + 1 :]:
            if isinstance(kid, Node) and kid.type == kind and kid.element is not None:
                around.remove(caption)
                kid.add(caption, at=0)
                return
    caption.type = "P"


def _prune(node: Node) -> None:
    """Remove nodes without content, except table cells and rows, because rows must have equal lengths."""
    for kid in [kid for kid in node.kids if isinstance(kid, Node)]:
        _prune(kid)
        if not kid.kids and kid.type not in {"TD", "TH", "TR"}:
            node.remove(kid)
