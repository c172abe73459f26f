"""Blocks as HTML, for PDF and page. All text is escaped here, and no other module creates markup from it."""

import textwrap
from collections.abc import Callable
from html import escape
from typing import Any, Literal

from foundation.text import labelled
from texts.masthead import ONLY, words_in
from texts.material import Material, numbering_of, show_figure
from texts.schema import Content, plain_text

Medium = Literal["pdf", "page"]
# The number of characters at which a long footnote is divided, about a fifth of a page.
_PIECE = 1400
_MARKS = {"emphasis": "em", "strong": "strong", "superscript": "sup"}


class BlockWriter:
    """Writer for the parts of one material.

    In the PDF a footnote is placed where it is called and moved to the foot of the page by CSS. On a page the footnotes
    follow their part. `report` collects the problems met while writing.
    """

    def __init__(self, material: Material, medium: Medium) -> None:
        self.material, self.medium = material, medium
        self.language: str = material["language"]
        self.words = words_in(material)
        self.numbering = numbering_of(material)
        self.anchors = _anchors(material, self.numbering)
        printed = list(self.numbering.footnotes.values())
        self._are_footnotes_single = len(printed) == len(set(printed))
        self.part_language = self.language
        self.is_annex = False
        self.footnotes: list[tuple[int | str, str]] = []
        self.report: list[str] = []

    # --- Parts --------------------------------------------------------------------------------------------------------
    def part(self, part: dict[str, Any]) -> str:
        """Return the HTML of a part without the heading of an annex. On a page, its footnotes follow."""
        self.part_language = part["language"]
        self.is_annex = part["kind"] == "annex"
        self.footnotes = []
        body = "".join(self.block(block) for block in part["content"].get("content") or ())
        if self.footnotes:
            numbers = [str(number) for number, _ in self.footnotes]
            # Each part has its own section of notes; the numbers in its label distinguish it for screen readers.
            label = f"{self.words['note']} {'–'.join(dict.fromkeys((numbers[0], numbers[-1])))}"
            notes = "".join(note for _, note in self.footnotes)
            letters = "" if numbers[0].isdigit() else ' class="in-letters"'
            body += f'<section class="footnotes" aria-label="{escape(label)}"><ol{letters}>{notes}</ol></section>'
        return body

    def only(self, part: dict[str, Any]) -> str:
        """Return a note such as `English only`, or an empty string."""
        return ONLY[self.language][part["only"]] if part["only"] else ""

    # --- Blocks -------------------------------------------------------------------------------------------------------
    def block(self, node: Content) -> str:
        """Return the HTML of a block."""
        write: Callable[[Content], str] = getattr(self, f"_{node['type']}")
        return write(node)

    def _blocks(self, node: Content) -> str:
        return "".join(self.block(child) for child in node.get("content") or ())

    def _identity(self, node: Content) -> str:
        identity = (node.get("attrs") or {}).get("id", "")
        return f' id="{escape(self.anchors.get(identity, identity))}"' if identity else ""

    def _paragraph(self, node: Content) -> str:
        identity = (node.get("attrs") or {}).get("id", "")
        number = self.numbering.paragraphs.get(identity)
        words = self.inline(node)
        if number is None:
            return f"<p{self._identity(node)}>{words}</p>"
        if self.medium == "pdf":
            return f'<p{self._identity(node)} class="numbered"><span class="number">{number}.&nbsp;</span>{words}</p>'
        anchor = escape(self.anchors[identity])
        return (
            f'<p id="{anchor}" class="numbered"><a class="number" href="#{anchor}">{number}.</a> '
            f"<span>{words}</span></p>"
        )

    def _heading(self, node: Content) -> str:
        attrs = node.get("attrs") or {}
        level = attrs.get("level", 1) + (2 if self.is_annex else 1)
        letter = self.numbering.headings.get(attrs.get("id", ""))
        words = self.inline(node)
        if letter:
            return (
                f'<h{level}{self._identity(node)} class="lettered"><span class="number">{letter}.&nbsp;</span>'
                f"<span>{words}</span></h{level}>"
            )
        return f"<h{level}{self._identity(node)}>{words}</h{level}>"

    def _lettered_list(self, node: Content, depth: int = 0) -> str:
        style = (node.get("attrs") or {}).get("style", "letters")
        drawn = "roman" if style == "letters" and depth % 2 else style
        kind = f"{drawn}-{'en' if self.numbering.style['item'] == '({})' else 'other'}"
        return f'<ol class="{kind}">{self._items(node, depth)}</ol>'

    def _bullet_list(self, node: Content, depth: int = 0) -> str:
        return f"<ul>{self._items(node, depth)}</ul>"

    def _items(self, node: Content, depth: int) -> str:
        return "".join(f"<li{self._identity(item)}>{self._item(item, depth)}</li>" for item in node["content"])

    def _item_label(self, item: Content) -> str:
        """Return the number of a list item in the PDF, as text.

        WeasyPrint draws list markers separately, so that readers would come to them after the list.
        """
        if self.medium != "pdf":
            return ""
        label = self.numbering.items.get((item.get("attrs") or {}).get("id", ""), "•")
        return f'<span class="number">{label}&nbsp;</span>'

    def _item(self, item: Content, depth: int) -> str:
        first, *others = item["content"]
        written = [f"<p{self._identity(first)}>{self._item_label(item)}{self.inline(first)}</p>"]
        for child in others:
            if child["type"] == "lettered_list":
                written.append(self._lettered_list(child, depth + 1))
            elif child["type"] == "bullet_list":
                written.append(self._bullet_list(child, depth))
            else:
                written.append(self.block(child))
        return "".join(written)

    def _quotation(self, node: Content) -> str:
        quotation = self._blocks(node)
        by = (node.get("attrs") or {}).get("attribution", "")
        by = f'<p class="attribution">— {escape(by)}</p>' if by else ""
        return f"<blockquote{self._identity(node)}>{quotation}{by}</blockquote>"

    def _table(self, node: Content) -> str:
        rows = node.get("content") or []
        heads = 0
        while heads < len(rows) and all(cell["type"] == "table_header" for cell in rows[heads]["content"]):
            heads += 1
        title = (node.get("attrs") or {}).get("title", "")
        caption = f"<caption>{escape(title)}</caption>" if title else ""
        head = "".join(self._row(row, "col") for row in rows[:heads])
        body = "".join(self._row(row, "row") for row in rows[heads:])
        head = f"<thead>{head}</thead>" if head else ""
        return self._scrolled(f"<table{self._identity(node)}>{caption}{head}<tbody>{body}</tbody></table>")

    def _scrolled(self, table: str) -> str:
        """Wrap a table so that it scrolls horizontally on narrow screens, also with the keyboard."""
        keyboard = "" if self.medium == "pdf" else ' tabindex="0" role="group"'
        return f'<div class="table-frame"{keyboard}>{table}</div>'

    def _row(self, row: Content, scope: str) -> str:
        cells = []
        for cell in row["content"]:
            attrs = cell.get("attrs") or {}
            tag = "th" if cell["type"] == "table_header" else "td"
            spans = "".join(
                f' {name}="{int(attrs[name])}"' for name in ("colspan", "rowspan") if attrs.get(name, 1) != 1
            )
            scoped = f' scope="{scope}"' if tag == "th" else ""
            cells.append(f"<{tag}{scoped}{spans}>{self._blocks(cell)}</{tag}>")
        return f"<tr>{''.join(cells)}</tr>"

    def _exhibit(self, node: Content) -> str:
        attrs = node["attrs"]
        exhibit = self.material["exhibits"].get(f"{self.part_language} {attrs['key']}")
        if exhibit is None or exhibit["status"] != "ok":
            return f'<p{self._identity(node)} class="problem">[{escape(attrs["key"])}]</p>'
        shows = attrs.get("shows", "both")
        drawing = exhibit["svg"] if shows != "table" else ""
        table = ""
        if exhibit["rows"] and (shows != "chart" or not drawing):
            table = _exhibit_table(exhibit)
            table = table if self.medium == "pdf" else self._scrolled(table)
        source = labelled(self.words["source"], exhibit["source"], self.language) if exhibit["source"] else ""
        source = f'<p class="exhibit-source">{escape(source)}</p>' if source else ""
        # The SVG is safe: it was drawn and escaped by foundation.pages.charts.
        alt = f' data-alternative="{escape(exhibit["alternative"])}"' if exhibit["alternative"] and drawing else ""
        return (
            f'<figure{self._identity(node)}{alt} class="exhibit"><figcaption>{escape(exhibit["title"])}</figcaption>'
            f"{drawing}{table}{source}</figure>"
        )

    # --- Lines --------------------------------------------------------------------------------------------------------
    def inline(self, node: Content) -> str:
        """Return the HTML of the line in a block."""
        return "".join(self._marked(child) for child in node.get("content") or ())

    def words_of(self, node: Content) -> str:
        """Return a line as plain text without footnotes, with figures and references as they read."""
        kind = node["type"]
        if kind == "figure":
            return show_figure(self.material, node["attrs"], self.part_language).text
        if kind == "cross_reference":
            return self.numbering.refer(node["attrs"]["target"], node["attrs"].get("reads", "full")) or "[?]"
        if kind in {"text", "line_break", "footnote"}:
            return plain_text(node)
        return "".join(self.words_of(child) for child in node.get("content") or ())

    def _marked(self, node: Content) -> str:
        kind = node["type"]
        if kind == "text":
            written = escape(node["text"], quote=False)
        elif kind == "line_break":
            written = "<br>"
        elif kind == "figure":
            written = self._chip(node["attrs"])
        elif kind == "cross_reference":
            written = self._reference(node["attrs"])
        else:
            written = self._footnote(node)
        for mark in reversed(node.get("marks") or ()):
            written = self._mark(mark, written)
        return written

    def _mark(self, mark: dict[str, Any], written: str) -> str:
        if mark["type"] == "link":
            return f'<a href="{escape(mark["attrs"]["href"])}" rel="noopener noreferrer">{written}</a>'
        if mark["type"] == "language":
            return f'<span lang="{escape(mark["attrs"]["lang"])}">{written}</span>'
        tag = _MARKS[mark["type"]]
        return f"<{tag}>{written}</{tag}>"

    def _chip(self, attrs: dict[str, Any]) -> str:
        shown = show_figure(self.material, attrs, self.part_language)
        if not shown.is_sound:
            self.report.append(shown.problem)
            return f'<strong class="problem">{escape(shown.text)}</strong>'
        if self.medium == "pdf":
            return escape(shown.text, quote=False)
        figure = self.material["figures"][attrs["key"]]
        title = " – ".join(filter(None, (figure["label"][self.language], figure["source"][self.language])))
        return f'<span class="figure" title="{escape(title)}">{escape(shown.text, quote=False)}</span>'

    def _reference(self, attrs: dict[str, Any]) -> str:
        words = self.numbering.refer(attrs["target"], attrs.get("reads", "full"))
        if words is None:
            return '<strong class="problem">[?]</strong>'
        return f'<a class="reference" href="#{escape(self.anchors[attrs["target"]])}">{escape(words)}</a>'

    def _footnote(self, node: Content) -> str:
        identity = (node.get("attrs") or {}).get("id", "")
        number = self.numbering.footnotes.get(identity, "?")
        if self.medium == "pdf":
            first, *others = _pieces(node)
            label = escape(f"{self.words['note']} {number}")
            note = f'data-note="{escape(identity or number)}"'
            attributes = f'{note} data-number="{number}" data-says="{label}"'
            written = f'<span class="footnote" {attributes}>{self.inline(first)}</span>'
            return written + "".join(
                f'<span class="footnote continued" {note}>{self.inline(more)}</span>' for more in others
            )
        words = self.inline(node)
        # If numbering restarts in annexes, numbers are not unique, so the permanent id is the anchor.
        anchor = number if self._are_footnotes_single else identity
        place = number if number.isdigit() else str(len(self.footnotes) + 1)
        note = (
            f'<li id="fn-{anchor}" value="{place}">{words} <a class="footnote-back" href="#fnref-{anchor}" '
            f'aria-label="{escape(self.words["note"])} {number}">↩</a></li>'
        )
        self.footnotes.append((number, note))
        return f'<sup class="footnote-call"><a id="fnref-{anchor}" href="#fn-{anchor}">{number}</a></sup>'


def _pieces(note: Content) -> list[Content]:
    """Divide a long footnote at the end of a word, because WeasyPrint cannot break one footnote across pages."""
    pieces: list[list[Content]] = [[]]
    length = 0
    for child in note.get("content") or ():
        texts = textwrap.wrap(child["text"], _PIECE, drop_whitespace=False) if child["type"] == "text" else [""]
        for text in texts:
            if length + len(text) > _PIECE and pieces[-1]:
                pieces.append([])
                length = 0
            pieces[-1].append({**child, "text": text} if text else child)
            length += len(text)
    return [{**note, "content": piece} for piece in pieces]


def _exhibit_table(exhibit: dict[str, Any]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in exhibit["header"])
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in exhibit["rows"])
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _anchors(material: Material, numbering: Any) -> dict[str, str]:
    """Return the anchor of each possible target: `p12`, `annex-2`, `annex-2-p3`, or its permanent id."""
    anchors = {}
    annex = 0
    for part in material["parts"]:
        prefix = ""
        if part["kind"] == "annex":
            annex += 1
            anchors[part["key"]] = f"annex-{annex}"
            prefix = f"annex-{annex}-"
        for block in part["content"].get("content") or ():
            identity = (block.get("attrs") or {}).get("id", "")
            if identity in numbering.paragraphs:
                anchors[identity] = f"{prefix}p{numbering.paragraphs[identity]}"
    for target in numbering.targets():
        anchors.setdefault(target, target)
    return anchors
