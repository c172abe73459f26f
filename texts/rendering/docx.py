"""A document as a Word file to work in: real numbering, footnotes, styles, headings and cross-references.

What Word cannot represent is stored in `customXml`: ids and attributes of blocks, figures and references. With it
`texts.word` restores the document block by block.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from foundation.text import labelled
from texts.kinds import AnnexMarks
from texts.masthead import ONLY, words_in
from texts.material import Material, numbering_of
from texts.numbering import Numbering
from texts.rendering.ooxml.blocks import BlockWriter
from texts.rendering.ooxml.files import WordFile
from texts.rendering.ooxml.names import bookmark
from texts.rendering.ooxml.styles import styles_xml
from texts.schema import Content, walk

_PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1418" w:right="1276" w:bottom="1276" w:left="1276" w:header="709" w:footer="567" w:gutter="0"/>'
)


def render(material: Material) -> tuple[bytes, dict[str, Any]]:
    """Return the Word file and its report."""
    writer = BlockWriter(material, numbering_of(material))
    head, words = material["masthead"], words_in(material)
    file = WordFile(
        title=f"{head['symbol']} – {head['title']}" if head["symbol"] else head["title"],
        author=head["organization"],
        language=material["language"],
        day=max(head["iso_date"], "1980-01-01"),
    )
    parts = material["parts"]
    body = [_masthead(writer, head, words, draft=material["draft"])]
    for place, part in enumerate(parts):
        annex = writer.numbering.annex_heading(part["key"]) if part["kind"] == "annex" else ""
        body.append(_annex_head(writer, part, annex) if annex else "")
        body.append(writer.part(part))
        if place == 0 and len(parts) > 1 and material.get("lists_annexes", True):
            body.append(_list_of(writer, parts[1:], words))
        named = " – ".join(filter(None, (head["symbol"], head.get("mark")))) or words["draft"]
        file.headers.append(_header(writer, named, annex, words["page"]))
        section = _section(material, writer.numbering, place)
        body.append(section if place == len(parts) - 1 else f"<w:p><w:pPr>{section}</w:pPr></w:p>")
    file.body = "".join(body)
    lines = writer.lines
    file.styles = styles_xml(material["language"], lines.languages)
    file.numbering = writer.numbers.xml()
    file.notes, file.links = lines.notes, lines.links
    file.pictures = [picture.content for picture in writer.pictures]
    file.embedded = embedded_xml(material, lines.objects)
    return file.to_bytes(), {"report": list(dict.fromkeys(lines.report))}


def embedded_xml(material: Material, objects: list[dict[str, Any]], **more: Any) -> str:
    """Return the custom XML of the file. texts/word/reader.py reads it and treats it as untrusted."""
    counted = itertools.count()
    data = {
        "form": 1,
        "language": material["language"],
        "lists_annexes": material.get("lists_annexes", True),
        "annex_marks": material.get("annex_marks", AnnexMarks.EVERYWHERE),
        "parts": [
            {"key": part["key"], "title": part["title"], "heads_itself": part.get("heads_itself", False)}
            for part in material["parts"][1:]
        ],
        "blocks": [
            _bare(block, counted) for part in material["parts"] for block in part["content"].get("content") or ()
        ],
        "objects": objects,
        **more,
    }
    written = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f'<document xmlns="urn:idm-portal:document">{escape(written)}</document>'


def _bare(node: Content, counted: Iterator[int]) -> Content:
    """Return the node without the words of its lines, which are in the text.

    A line with figures or references is stored whole, because some programs keep the words of a content control but
    lose the control.
    """
    bare = {name: value for name, value in node.items() if name in {"type", "attrs"}}
    if node["type"] not in {"paragraph", "heading"}:
        return {**bare, "content": [_bare(child, counted) for child in node["content"]]} if "content" in node else bare
    line = [_with_signs(child, counted) for child in node.get("content") or ()]
    held = {child["type"] for piece in line for child in walk(piece)}
    return {**bare, "line": line} if "object" in held else bare


def _with_signs(node: Content, counted: Iterator[int]) -> Content:
    """Return the node with each figure and reference replaced by its index in `objects`, which is in reading order."""
    if node["type"] in {"figure", "cross_reference"}:
        marks = {"marks": node["marks"]} if node.get("marks") else {}
        return {"type": "object", "object": next(counted), **marks}
    if node.get("content"):
        return {**node, "content": [_with_signs(child, counted) for child in node["content"]]}
    return node


# --- The frame --------------------------------------------------------------------------------------------------------
def _masthead(writer: BlockWriter, head: dict[str, Any], words: dict[str, str], *, draft: bool) -> str:
    reissue = writer.material.get("reissue")
    symbol = head["symbol"] or head.get("mark") or words["draft"]
    symbol += reissue["asterisk"] if reissue else ""
    symbol += f" ({head['concerns']})" if head.get("concerns") else ""
    written = [
        writer.words(f"{head['organization']}\t{symbol}", "Masthead top"),
        writer.words(
            f"{head['body']}\t{labelled(words['distribution'], head['distribution'], writer.language)}", "Masthead"
        ),
    ]
    if head["session"]:
        written.append(writer.words(head["session"], "Masthead session"))
    written += [
        writer.words(f"\t{head['date']}", "Masthead"),
        writer.words(f"\t{labelled(words['original'], head['original'], writer.language)}", "Masthead"),
    ]
    if draft:
        written.append(writer.words(f"\t{words['draft']}", "Masthead"))
    lines = [head.get("relation"), f"{reissue['asterisk']} {reissue['words']}" if reissue else ""]
    written += [writer.words(line, "Masthead") for line in lines if line]
    written += [writer.words(head["kind"], "Masthead kind"), writer.words(head["title"], "Title")]
    return "".join(written) + (writer.words(head["subtitle"], "Subtitle") if head["subtitle"] else "")


def _annex_head(writer: BlockWriter, part: dict[str, Any], label: str) -> str:
    material = writer.material
    writer.lines.part_language = material["language"]
    only = ONLY[material["language"]][part["only"]] if part["only"] else ""
    mark = f"({only})" if only and material.get("annex_marks") != AnnexMarks.LIST else ""
    written = [writer.words(label, "Annex label", marks=(("a", part["key"]),))]
    writer.lines.part_language = part["language"]
    if part["title"] and not part.get("heads_itself"):
        written.append(writer.words(part["title"], "Annex title"))
    writer.lines.part_language = material["language"]
    return "".join(written) + (writer.words(mark, "Annex mark") if mark else "")


def _list_of(writer: BlockWriter, annexes: list[dict[str, Any]], words: dict[str, str]) -> str:
    written = [writer.words(words["annex" if len(annexes) == 1 else "annexes"], "Annex list heading")]
    own = writer.numbers.begin("annex", "I.")
    for part in annexes:
        only = f" ({ONLY[writer.language][part['only']]})" if part["only"] else ""
        number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{own}"/></w:numPr>'
        text = writer.lines.run(part["title"] + only)
        target = bookmark("a", part["key"])
        linked = f'<w:hyperlink w:anchor="{target}" w:history="1">{text}</w:hyperlink>' if target and text else text
        written.append(writer.p(linked, "Annex list", more=number))
    return "".join(written)


def _header(writer: BlockWriter, symbol: str, annex: str, page: str) -> str:
    """Return the running head: symbol and annex on the left, the page number (a Word field) on the right."""

    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    number = f"{char('begin')}<w:r><w:instrText> PAGE </w:instrText></w:r>{char('separate')}<w:r><w:t>2</w:t></w:r>"
    left = f"{symbol}\n{annex}" if annex else symbol
    return writer.p(writer.lines.run(left) + writer.lines.run(f"\t{page} ") + number + char("end"), "header")


def _section(material: Material, numbering: Numbering, place: int) -> str:
    """Return the section properties of a part, which give it its own running head and footnote numbering."""
    part = material["parts"][place]
    footnotes = [
        numbering.footnotes.get(n["attrs"]["id"], "") for n in walk(part["content"]) if n["type"] == "footnote"
    ]
    # Follow the portal's numbering of the first footnote in this part: in letters, or restarted.
    letters = '<w:numFmt w:val="lowerLetter"/>' if footnotes and footnotes[0].isalpha() else ""
    again = place > 0 and footnotes and footnotes[0] in {"1", "a"}
    restart = '<w:numRestart w:val="eachSect"/>' if again or not material["footnotes_run_on"] else ""
    restart = f"<w:footnotePr>{letters}{restart}</w:footnotePr>" if letters or restart else ""
    first = "<w:titlePg/>" if place == 0 else ""
    kind = "" if len(material["parts"]) == 1 else '<w:type w:val="nextPage"/>'
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="header{place + 1}"/>{restart}{kind}{_PAGE}{first}'
        "</w:sectPr>"
    )


__all__ = ["bookmark", "embedded_xml", "render"]
