"""Word files as secretariats produce them, written as raw XML."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/word/numbering.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>
<Override PartName="/word/footnotes.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>
<Override PartName="/word/header1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>
</Types>"""
_ROOT = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>"""
_STYLES = f"""<?xml version="1.0"?><w:styles xmlns:w="{W}">
<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>
<w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/><w:basedOn w:val="Normal"/>
<w:pPr><w:jc w:val="center"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>
<w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Heading1"/>
<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/>
<w:pPr><w:ind w:left="720" w:right="720"/></w:pPr><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="FootnoteText"><w:name w:val="footnote text"/></w:style>
<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>
<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/></w:style>
</w:styles>"""
# Lists of numbering.xml by name: (number format, text, indentation).
LISTS = {
    "numbers": ("decimal", "%1.", 0),
    "letters": ("lowerLetter", "(%1)", 1134),
    "roman": ("lowerRoman", "(%1)", 1701),
    "capitals": ("upperLetter", "%1.", 567),
    "bullets": ("bullet", "\uf0b7", 1134),
    "annexes": ("upperRoman", "%1.", 567),
}
_PIECE = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|\^(.+?)\^|\{(.+?)\}", re.DOTALL)


@dataclass
class WordFile:
    """Builds a Word file with `p`, whose text may have `**bold**`, `*italic*`, `^raised^` and `{a footnote}`."""

    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    nums: list[tuple[int, bool]] = field(default_factory=list)
    header: str = ""

    def new_list(self, kind: str) -> int:
        """Create a list that counts from 1, and return its number for `p(num=…)`."""
        self.nums.append((list(LISTS).index(kind), True))
        return len(self.nums)

    def p(
        self,
        words: str = "",
        *,
        style: str = "",
        num: int = 0,
        level: int = 0,
        align: str = "",
        left: int = 0,
        right: int = 0,
        hanging: int = 0,
        bold: bool = False,
        underline: bool = False,
        page_break: bool = False,
        small_caps: bool = False,
        italic: bool = False,
    ) -> None:
        look = f'<w:pStyle w:val="{style}"/>' if style else ""
        look += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>' if num else ""
        if left or right or hanging:
            look += f'<w:ind w:left="{left}" w:right="{right}" w:hanging="{hanging}"/>'
        look += f'<w:jc w:val="{align}"/>' if align else ""
        run = ("<w:b/>" if bold else "") + ("<w:smallCaps/>" if small_caps else "")
        run += ("<w:i/>" if italic else "") + ('<w:u w:val="single"/>' if underline else "")
        before = '<w:r><w:br w:type="page"/></w:r>' if page_break else ""
        self.body.append(f"<w:p><w:pPr>{look}</w:pPr>{before}{self.runs(words, run)}</w:p>")

    def runs(self, words: str, look: str = "") -> str:
        written, at = "", 0
        for found in _PIECE.finditer(words):
            written += _run(words[at : found.start()], look)
            if found[4]:
                written += self._note(found[4])
            else:
                mark = "<w:b/>" if found[1] else "<w:i/>" if found[2] else '<w:vertAlign w:val="superscript"/>'
                written += _run(found[1] or found[2] or found[3], look + mark)
            at = found.end()
        return written + _run(words[at:], look)

    def _note(self, words: str) -> str:
        self.notes.append(words)
        call = f'<w:footnoteReference w:id="{len(self.notes)}"/>'
        return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>{call}</w:r>'

    def table(self, rows: list[list[str]], *, bold_head: bool = True) -> None:
        written = ""
        for place, row in enumerate(rows):
            look = "<w:b/>" if bold_head and place == 0 else ""
            cells = "".join(f"<w:tc><w:tcPr/><w:p>{self.runs(cell, look)}</w:p></w:tc>" for cell in row)
            written += f"<w:tr>{cells}</w:tr>"
        grid = "<w:gridCol/>" * len(rows[0])
        self.body.append(
            f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>'
        )

    # --- The file -----------------------------------------------------------------------------------------------------
    def bytes(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._entries().items():
                archive.writestr(name, content)
        return made.getvalue()

    def _entries(self) -> dict[str, str]:
        header = '<w:headerReference w:type="default" r:id="rId4"/>' if self.header else ""
        body = "".join(self.body) + f"<w:sectPr>{header}</w:sectPr>"
        kinds = ("styles", "numbering", "footnotes", "header")
        targets = ("styles.xml", "numbering.xml", "footnotes.xml", "header1.xml")
        relations = "".join(
            f'<Relationship Id="rId{place}" Type="{R}/{kind}" Target="{target}"/>'
            for place, (kind, target) in enumerate(zip(kinds, targets, strict=True), start=1)
        )
        notes = "".join(self._note_xml(place, words) for place, words in enumerate(self.notes, start=1))
        return {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _ROOT,
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>',
            "word/styles.xml": _STYLES,
            "word/numbering.xml": self._numbering(),
            "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="-1"><w:p/>'
            f"</w:footnote>{notes}</w:footnotes>",
            "word/header1.xml": f'<w:hdr xmlns:w="{W}"><w:p>{_run(self.header)}</w:p></w:hdr>',
            "word/_rels/document.xml.rels": '<?xml version="1.0"?><Relationships xmlns='
            f'"http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>',
        }

    def _note_xml(self, place: int, words: str) -> str:
        call = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        look = '<w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        return f'<w:footnote w:id="{place}"><w:p>{look}{call}{self.runs(" " + words)}</w:p></w:footnote>'

    def _numbering(self) -> str:
        abstracts, nums = "", ""
        for place, (number_format, text, left) in enumerate(LISTS.values()):
            for own, (kind, _restarts) in enumerate(self.nums, start=1):
                if kind != place:
                    continue
                abstracts += (
                    f'<w:abstractNum w:abstractNumId="{own}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                    f'<w:numFmt w:val="{number_format}"/><w:lvlText w:val="{text}"/>'
                    f'<w:pPr><w:ind w:left="{left}" w:hanging="567"/></w:pPr></w:lvl></w:abstractNum>'
                )
                nums += f'<w:num w:numId="{own}"><w:abstractNumId w:val="{own}"/></w:num>'
        return f'<w:numbering xmlns:w="{W}">{abstracts}{nums}</w:numbering>'


def _run(words: str, look: str = "") -> str:
    """Return a run. In Word, tabs, line breaks, soft hyphens and non-breaking hyphens are separate elements."""
    if not words:
        return ""
    written = ""
    for piece in re.split(r"([\t\n\u00ad\u2011])", words):
        sign = {"\t": "<w:tab/>", "\n": "<w:br/>", "\u00ad": "<w:softHyphen/>", "\u2011": "<w:noBreakHyphen/>"}.get(
            piece
        )
        written += sign or (f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "")
    return f"<w:r><w:rPr>{look}</w:rPr>{written}</w:r>"
