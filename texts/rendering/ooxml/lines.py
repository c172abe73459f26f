"""Lines as runs of Word: marks, footnotes, links, figures and cross-references."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from texts.material import Material, show_figure
from texts.numbering import Numbering
from texts.rendering.ooxml.names import bookmark
from texts.rendering.ooxml.styles import style_id
from texts.schema import Content

_MARKS = {"emphasis": "<w:i/>", "strong": "<w:b/>", "superscript": '<w:vertAlign w:val="superscript"/>'}
_NAMED = {"emphasis": "Emphasis", "strong": "Strong"}
LONGEST_ALIAS = 60


@dataclass
class LineWriter:
    """Writer of lines.

    `objects` collects the figures and references in reading order, so that they can be restored when the file is read.
    `languages` collects the languages of marked words, `report` the problems met.
    """

    material: Material
    numbering: Numbering
    part_language: str
    links: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    note_ids: list[str] = field(default_factory=list)
    objects: list[dict[str, Any]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    report: list[str] = field(default_factory=list)
    bookmarks: int = 0
    bookmarked: set[str] = field(default_factory=set)

    def line(self, node: Content, *, heavy: bool = False) -> str:
        """Return the runs of a line.

        `heavy` says that the paragraph style is already bold or italic, so that marks need their own character style.
        """
        return "".join(self._piece(child, heavy) for child in node.get("content") or ())

    def marked(self, name: str, inner: str) -> str:
        """Return `inner` with a bookmark around it, or unchanged if the name is empty or already used."""
        if not name or name in self.bookmarked:
            return inner
        self.bookmarked.add(name)
        self.bookmarks += 1
        return (
            f'<w:bookmarkStart w:id="{self.bookmarks}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{self.bookmarks}"/>'
        )

    def run(self, text: str, look: str = "") -> str:
        """Return text as a run; tabs and line breaks become elements."""
        if self.part_language != self.material["language"] and "<w:lang " not in look:
            look += f'<w:lang w:val="{self.part_language}"/>'
        written = ""
        for piece in re.split(r"([\t\n])", text):
            sign = {"\t": "<w:tab/>", "\n": "<w:br/>"}.get(piece)
            written += sign or (f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "")
        return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{written}</w:r>" if written else ""

    def _piece(self, node: Content, heavy: bool) -> str:
        kind, marks = node["type"], node.get("marks") or ()
        look = self._look(marks, heavy)
        if kind == "text":
            written = self.run(node["text"].replace("\n", " "), look)
        elif kind == "line_break":
            written = "<w:r><w:br/></w:r>"
        elif kind == "figure":
            written = self._figure(node, look)
        elif kind == "cross_reference":
            written = self._reference(node, look)
        else:
            return self._footnote(node)
        address = next((mark["attrs"]["href"] for mark in marks if mark["type"] == "link"), "")
        if address:
            self.links.append(address)
            return f'<w:hyperlink r:id="link{len(self.links)}" w:history="1">{written}</w:hyperlink>'
        return written

    def _look(self, marks: Any, heavy: bool) -> str:
        """Return run properties in the order that Word's schema requires: style first, language last."""
        kinds = {mark["type"]: mark for mark in marks}
        style = look = ending = ""
        if "link" in kinds:
            style = '<w:rStyle w:val="Hyperlink"/>'
        if "language" in kinds:
            code = kinds["language"]["attrs"]["lang"]
            if code not in self.languages:
                self.languages.append(code)
            style = f"<w:rStyle w:val={quoteattr(style_id(f'Language {code}'))}/>"
            ending = f"<w:lang w:val={quoteattr(code)}/>"
        for name in ("strong", "emphasis", "superscript"):
            if name in kinds:
                if heavy and not style and name in _NAMED:
                    style = f'<w:rStyle w:val="{_NAMED[name]}"/>'
                look += _MARKS[name]
        return style + look + ending

    # --- Figures, references and footnotes ----------------------------------------------------------------------------
    def _object(self, letter: str, node: Content, alias: str, shown: str, inner: str) -> str:
        """Wrap words in a content control whose tag identifies the figure or reference."""
        bare = {"type": node["type"], "attrs": node["attrs"]}
        self.objects.append({"node": bare, "shown": shown})
        place = len(self.objects) - 1
        return (
            f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(alias[:LONGEST_ALIAS])}/>"
            f'<w:tag w:val="idm:{letter}:{place}"/><w:id w:val="{place + 1}"/></w:sdtPr>'
            f"<w:sdtContent>{inner}</w:sdtContent></w:sdt>"
        )

    def _figure(self, node: Content, look: str) -> str:
        shown = show_figure(self.material, node["attrs"], self.part_language)
        if not shown.is_sound:
            self.report.append(shown.problem)
            look = f"<w:b/>{look}" if "<w:b/>" not in look else look
        known = self.material["figures"].get(node["attrs"]["key"])
        alias = known["label"][self.part_language] if known else node["attrs"]["key"]
        return self._object("f", node, alias, shown.text, self.run(shown.text, look))

    def _reference(self, node: Content, look: str) -> str:
        """Return a reference.

        Numbers of paragraphs become fields that Word updates, references to annexes become links.
        """
        target, reads = node["attrs"]["target"], node["attrs"].get("reads", "full")
        words = self.numbering.refer(target, reads) or "[?]"
        number = self.numbering.paragraphs.get(target)
        name = bookmark("b", target)
        found = re.search(rf"\b{re.escape(number)}\b", words) if number else None
        if found and name:
            inner = (
                self.run(words[: found.start()], look)
                + self._field(f" REF {name} \\r \\h ", found[0], look)
                + self.run(words[found.end() :], look)
            )
        elif target in self.numbering.annexes and bookmark("a", target):
            anchor = bookmark("a", target)
            inner = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{self.run(words, look)}</w:hyperlink>'
        else:
            inner = self.run(words, look)
        return self._object("x", node, words, words, inner)

    def _field(self, code: str, shown: str, look: str) -> str:
        def char(kind: str) -> str:
            return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

        instruction = f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>'
        return char("begin") + instruction + char("separate") + self.run(shown, look) + char("end")

    def _footnote(self, node: Content) -> str:
        # Reserve the position before writing the words: Word numbers notes by the order of their calls.
        self.notes.append("")
        place = len(self.notes)
        words = self.line(node)
        call = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        self.notes[place - 1] = (
            f'<w:footnote w:id="{place}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>{call}'
            f'<w:r><w:t xml:space="preserve"> </w:t></w:r>{words}</w:p></w:footnote>'
        )
        reference = (
            f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{place}"/></w:r>'
        )
        return self.marked(bookmark("n", (node.get("attrs") or {}).get("id", "")), reference)
