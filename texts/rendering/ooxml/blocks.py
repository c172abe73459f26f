"""Blocks of a text as paragraphs and tables of Word, each with a bookmark that holds its id."""

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from foundation.text import labelled
from texts.masthead import words_in
from texts.material import Material
from texts.numbering import Numbering
from texts.rendering.ooxml.lines import LineWriter
from texts.rendering.ooxml.names import bookmark
from texts.rendering.ooxml.numbers import STEP, Numbers
from texts.rendering.ooxml.pictures import Picture, picture_of
from texts.rendering.ooxml.styles import TEXT_WIDTH, style_id
from texts.schema import Content

EMU = 9525  # English Metric Units in a pixel
MOST_WIDE = 600  # greatest width of a picture in pixels
# Bookmarks around a paragraph, as (kind, id); see texts/rendering/ooxml/names.py.
Bookmarks = tuple[tuple[str, str], ...]


class BlockWriter:
    """Writer of parts, one after the other. Word does the numbering and restarts it where the portal does."""

    def __init__(self, material: Material, numbering: Numbering) -> None:
        self.material = material
        self.language: str = material["language"]
        self.numbering = numbering
        self.numbers = Numbers()
        self.lines = LineWriter(material, numbering, self.language)
        self.pictures: list[Picture] = []
        self.is_annex = False
        self.paragraph_list = 0
        self.capital_list = 0

    def part(self, part: dict[str, Any]) -> str:
        """Return a part without the heading of an annex."""
        self.is_annex = part["kind"] == "annex"
        self.lines.part_language = part["language"]
        self.paragraph_list = self.capital_list = 0
        written = [self.block(node) for node in part["content"].get("content") or ()]
        # Word requires a paragraph after a table.
        return "".join(written) + (self.p("", "") if written and written[-1].endswith("</w:tbl>") else "")

    # --- Paragraphs ---------------------------------------------------------------------------------------------------
    def p(self, inner: str, style: str, *, more: str = "", marks: Bookmarks = ()) -> str:
        """Return a paragraph with this style. `more` are further properties, in the order of Word's schema."""
        for kind, identity in marks:
            inner = self.lines.marked(bookmark(kind, identity), inner)
        look = (f'<w:pStyle w:val="{style_id(style)}"/>' if style else "") + more
        return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{inner}</w:p>"

    def words(self, text: str, style: str, **more: Any) -> str:
        """Return a paragraph of plain text; `more` is passed on to `p`."""
        return self.p(self.lines.run(text), style, **more)

    def block(self, node: Content) -> str:
        """Return a block as paragraphs or a table."""
        write: Callable[[Content], str] = getattr(self, f"_{node['type']}")
        return write(node)

    def _paragraph(self, node: Content, style: str = "", more: str = "", marks: Bookmarks = ()) -> str:
        identity = (node.get("attrs") or {}).get("id", "")
        printed = self.numbering.paragraphs.get(identity)
        if printed is not None and not more:
            self.paragraph_list = self.paragraph_list or self.numbers.begin("number", "1.")
            more = _in_list(self.paragraph_list, 0, hangs=False)
            style = "Numbered paragraph"
        return self.p(self.lines.line(node), style, more=more, marks=(("b", identity), *marks))

    def _heading(self, node: Content) -> str:
        attrs = node.get("attrs") or {}
        letter = self.numbering.headings.get(attrs.get("id", ""))
        more = ""
        if letter:
            if letter == "A" or not self.capital_list:
                self.capital_list = self.numbers.begin("capital", "A.")
            more = _in_list(self.capital_list, 0)
        style = f"{'Annex heading' if self.is_annex else 'heading'} {attrs.get('level', 1)}"
        return self.p(self.lines.line(node, heavy=True), style, more=more, marks=(("b", attrs.get("id", "")),))

    # --- Lists --------------------------------------------------------------------------------------------------------
    def _lettered_list(self, node: Content, depth: int = 0, inset: int = 0) -> str:
        return self._list(node, depth, inset)

    def _bullet_list(self, node: Content, depth: int = 0, inset: int = 0) -> str:
        return self._list(node, depth, inset)

    def _list(self, node: Content, depth: int, inset: int) -> str:
        """Return a list. `inset` is where the text around the list begins, in twips."""
        items = node["content"]
        left = inset + (2 * STEP if not inset else STEP)
        own = 0
        written = []
        for place, item in enumerate(items):
            identity = (item.get("attrs") or {}).get("id", "")
            printed = self.numbering.items.get(identity, "") if node["type"] == "lettered_list" else ""
            if not own:
                own = self.numbers.begin(_kind_of(node, printed), printed, depth=min(depth, 8), left=left)
            marks: Bookmarks = (("i", identity),)
            if place == 0:
                marks = (*marks, ("l", (node.get("attrs") or {}).get("id", "")))
            first, *others = item["content"]
            number = _in_list(own, min(depth, 8))
            written.append(self._paragraph(first, "List item", number, marks))
            for child in others:
                if child["type"] == "paragraph":
                    written.append(self._paragraph(child, "List item", f'<w:ind w:left="{left}"/>'))
                else:
                    written.append(self._list(child, depth + 1, left))
        return "".join(written)

    def _quotation(self, node: Content) -> str:
        attrs = node.get("attrs") or {}
        written = []
        for place, child in enumerate(node.get("content") or ()):
            if child["type"] == "paragraph":
                marks = (("q", attrs.get("id", "")),) if place == 0 else ()
                written.append(self._paragraph(child, "Quote", marks=marks))
            else:
                written.append(self._list(child, 0, 720))
        if attrs.get("attribution"):
            written.append(self.words(f"— {attrs['attribution']}", "Quote attribution"))
        return "".join(written)

    # --- Tables -------------------------------------------------------------------------------------------------------
    def _table(self, node: Content) -> str:
        rows = node.get("content") or []
        attrs = node.get("attrs") or {}
        title = self.words(attrs["title"], "Table title") if attrs.get("title") else ""
        heads = 0
        while heads < len(rows) and all(cell["type"] == "table_header" for cell in rows[heads]["content"]):
            heads += 1
        grid = [
            [
                (_span(cell, "rowspan"), _span(cell, "colspan"), cell["type"] == "table_header", self._cell(cell))
                for cell in row["content"]
            ]
            for row in rows
        ]
        widths = _widths(rows)
        return title + self._grid(grid, heads if heads < len(rows) else 0, widths, attrs.get("title", ""))

    def _cell(self, cell: Content) -> str:
        style = "Table head" if cell["type"] == "table_header" else "Table text"
        written = []
        for child in cell.get("content") or ():
            if child["type"] == "paragraph":
                written.append(self._paragraph(child, style))
            else:
                written.append(self._list(child, 0, 1))
        return "".join(written) or self.p("", style)

    def _grid(self, rows: list[list[tuple[int, int, bool, str]]], heads: int, widths: list[int], title: str) -> str:
        """Return a table. Word needs a continuation cell in every row that a cell with a rowspan covers."""
        going_on: dict[int, tuple[int, int]] = {}
        written = []
        for place, row in enumerate(rows):
            cells, column, waiting = [], 0, list(row)
            below: dict[int, tuple[int, int]] = {}
            while column in going_on or waiting:
                if column in going_on:
                    left, span = going_on[column]
                    merge, inner = '<w:vMerge w:val="continue"/>', self.p("", "Table text")
                else:
                    rowspan, span, _is_head, inner = waiting.pop(0)
                    left, merge = rowspan, '<w:vMerge w:val="restart"/>' if rowspan > 1 else ""
                cells.append(_cell_xml(inner, widths, column, span, merge))
                if left > 1:
                    below[column] = (left - 1, span)
                column += span
            going_on = below
            head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if place < heads else ""
            written.append(f"<w:tr>{head}{''.join(cells)}</w:tr>")
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        caption = f"<w:tblCaption w:val={quoteattr(title)}/>" if title else ""
        return (
            '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0020" w:firstRow="{int(heads > 0)}" w:noHBand="1" w:noVBand="1"/>{caption}</w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(written)}</w:tbl>"
        )

    # --- Exhibits -----------------------------------------------------------------------------------------------------
    def _exhibit(self, node: Content) -> str:
        """Return the drawing with alternative text and the table; each paragraph has a bookmark of the exhibit."""
        attrs = node["attrs"]
        exhibit = self.material["exhibits"].get(f"{self.lines.part_language} {attrs['key']}")
        count = 0

        def mark() -> Bookmarks:
            nonlocal count
            count += 1
            return ((f"x{count}", attrs.get("id", "")),)

        if exhibit is None or exhibit["status"] != "ok":
            return self.words(f"[{attrs['key']}]", "Source", marks=mark())
        shows = attrs.get("shows", "both")
        written = [self.words(exhibit["title"], "Table title", marks=mark())]
        drawn = picture_of(exhibit["svg"]) if exhibit["svg"] and shows != "table" else None
        if drawn is not None:
            written.append(self.p(self._drawing(drawn, exhibit), "Picture", marks=mark()))
        if exhibit["rows"] and (shows != "chart" or drawn is None):
            rows = [(exhibit["header"], True)] if exhibit["header"] else []
            rows += [(row, False) for row in exhibit["rows"]]
            grid = [
                [(1, 1, head, self.words(c, "Table head" if head else "Table text", marks=mark())) for c in cells]
                for cells, head in rows
            ]
            columns = max(len(row) for row in grid)
            widths = [TEXT_WIDTH // columns] * columns
            written.append(self._grid(grid, 1 if exhibit["header"] else 0, widths, exhibit["title"]))
        source = (
            labelled(words_in(self.material, self.language)["source"], exhibit["source"], self.language)
            if exhibit["source"]
            else ""
        )
        written.append(self.words(source, "Source", marks=mark()))
        return "".join(written)

    def _drawing(self, picture: Picture, exhibit: dict[str, Any]) -> str:
        if picture.content not in [known.content for known in self.pictures]:
            self.pictures.append(picture)
        place = [known.content for known in self.pictures].index(picture.content) + 1
        wide = min(picture.width, MOST_WIDE) * EMU
        high = round(picture.height * min(1, MOST_WIDE / picture.width)) * EMU
        name, alternative = quoteattr(exhibit["title"]), quoteattr(exhibit["alternative"])
        a = "http://schemas.openxmlformats.org/drawingml/2006/main"
        pic = "http://schemas.openxmlformats.org/drawingml/2006/picture"
        return (
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{place}" name={name} descr={alternative}/>'
            f'<a:graphic xmlns:a="{a}"><a:graphicData uri="{pic}"><pic:pic xmlns:pic="{pic}">'
            f'<pic:nvPicPr><pic:cNvPr id="{place}" name={name} descr={alternative}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="picture{place}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing></w:r>"
        )


def _in_list(identity: int, depth: int, *, hangs: bool = True) -> str:
    """Return list properties. Items have a hanging indent; numbered paragraphs of the text do not."""
    number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{identity}"/></w:numPr>'
    tab = f'<w:tabs><w:tab w:val="left" w:pos="{STEP}"/></w:tabs>'
    return number if hangs else f'{number}{tab}<w:ind w:left="0" w:firstLine="0"/>'


def _kind_of(node: Content, printed: str) -> str:
    if node["type"] == "bullet_list" or not printed:
        return "bullet"
    core = re.search(r"\w+", printed)
    sign = core[0] if core else ""
    return "number" if sign.isdigit() else "roman" if sign == "i" else "letter"


def _span(cell: Content, name: str) -> int:
    return int((cell.get("attrs") or {}).get(name, 1) or 1)


def _widths(rows: list[Content]) -> list[int]:
    columns = max(sum(_span(cell, "colspan") for cell in row["content"]) for row in rows)
    asked: list[int] = []
    for cell in rows[0]["content"]:
        own = (cell.get("attrs") or {}).get("colwidth")
        asked += own if own and len(own) == _span(cell, "colspan") else [0] * _span(cell, "colspan")
    if len(asked) == columns and all(asked):
        return [max(round(TEXT_WIDTH * width / sum(asked)), 200) for width in asked]
    return [TEXT_WIDTH // columns] * columns


def _cell_xml(inner: str, widths: list[int], column: int, span: int, merge: str) -> str:
    width = sum(widths[column : column + span]) or widths[-1]
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{merge}</w:tcPr>{inner}</w:tc>'


__all__ = ["BlockWriter", "escape"]
