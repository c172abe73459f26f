"""Word files for translators: the original in the left column, the translation in the right.

Where there is no translation yet, the right column holds the original to overwrite, so that figures, references and
footnotes are in their places. Bookmarks carry the ids of blocks; the file contains no codes that a translator would
have to preserve.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, unescape

from django.utils import translation
from django.utils.translation import gettext as _

from documents.assembly import assemble
from documents.models import Document, Text
from documents.translating.alignment import ATTRIBUTES, Unit, units_of
from foundation.pages.languages import OWN_NAMES
from foundation.time.formats import long_date
from foundation.uploads.refusals import FileRefused
from texts import numbering
from texts.material import Material, show_figure
from texts.numbering import NumberedPart
from texts.rendering.ooxml.files import WordFile
from texts.rendering.ooxml.lines import LineWriter
from texts.rendering.ooxml.names import bookmark
from texts.rendering.ooxml.numbers import Numbers
from texts.rendering.ooxml.styles import TEXT_WIDTH, style_id, styles_xml
from texts.schema import Content, plain_text, walk
from texts.word.lines import Line, TableLines, joined, trimmed
from texts.word.observations import Observations
from texts.word.reader import embedded_objects, read_with
from texts.word.references import resolve_objects

Sent = dict[str, dict[str, dict[str, Any]]]
# Titles are translated too. They belong to no text, but are sent as if they were a part of this name.
TITLES = "titles"
_WORDS = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_COLUMN = TEXT_WIDTH // 2
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1276" w:bottom="1134" w:left="1276" '
    'w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)


@dataclass
class Outgoing:
    """The file, the source and target of each block in it, and the number of words to translate."""

    content: bytes
    sent: Sent
    words: int


def words_of(node: Content) -> int:
    """Return the number of words to translate. Figures and references are not counted."""
    if node["type"] in ATTRIBUTES:
        return len(str(node["attrs"][ATTRIBUTES[node["type"]]]).split())
    text = " ".join(
        inner["text"] for inner in walk(node) if inner["type"] == "text" and any(c.isalpha() for c in inner["text"])
    )
    return len(text.split())


def outgoing_file(
    *, document: Document, language: str, identity: int, due: Any, translator: str, message: str = ""
) -> Outgoing:
    """Return the file for a translator, with the blocks and the number of words in it.

    `identity` is the key of the translation assignment and `due` its date. Raises `NothingToShow` if the document has
    no original text.
    """
    material = assemble(document, document.original_language)
    writer = _TableWriter(material, language)
    sent: Sent = {TITLES: _titles(document, material, language)}
    texts = Text.objects.filter(part__document=document, language=language).select_related("part")
    targets = {text.part.key: text.content for text in texts}
    rows = [writer.title_row(block, pair) for block, pair in sent[TITLES].items()]
    body = [writer.table(rows)] if rows else []
    for part in material["parts"]:
        if part["language"] != document.original_language:
            continue
        translated = {unit.block: unit for unit in units_of(targets.get(part["key"], {"type": "doc"}))}
        sent[part["key"]] = {}
        rows = []
        for unit in units_of(part["content"]):
            if not unit.has_words:
                continue
            target = translated.get(unit.block)
            sent[part["key"]][unit.block] = {"source": unit.node, "target": target.node if target else None}
            rows.append(writer.row(unit, target))
        label = writer.source_numbers.annexes.get(part["key"])
        if label:
            body.append(writer.around(writer.source_numbers.annex_heading(part["key"]), "Annex label"))
        body.append(writer.table(rows) if rows else "")
    words = sum(words_of(pair["source"]) for part in sent.values() for pair in part.values())
    head = _head(writer, document, language, due, translator, words, message)
    content = writer.file(document, language, head + "".join(body), identity)
    return Outgoing(content, sent, words)


def _titles(document: Document, material: Material, language: str) -> dict[str, dict[str, Any]]:
    """Return {block: {"source", "target"}} for the title and subtitle of the document and the titles of its annexes."""
    with translation.override(language):
        pairs = [("title", material["masthead"]["title"], getattr(document, f"title_{language}") or "")]
        pairs.append(("subtitle", material["masthead"]["subtitle"], getattr(document, f"subtitle_{language}") or ""))
        own = {part.key: getattr(part, f"title_{language}") or "" for part in document.parts.all()}
    pairs += [(f"title-{p['key']}"[:40], p["title"], own.get(p["key"], "")) for p in material["parts"][1:]]

    def line(text: str) -> Content:
        return {"type": "paragraph", "attrs": {}, "content": [{"type": "text", "text": text}] if text else []}

    return {
        block: {"source": line(source), "target": line(target) if target and target != source else None}
        for block, source, target in pairs
        if source
    }


def _head(
    writer: "_TableWriter", document: Document, language: str, due: Any, translator: str, words: int, message: str
) -> str:
    """Return the instructions at the top of the file, in the language of the translation."""
    with translation.override(language):
        lines = [
            _("Translation: %(source)s → %(target)s")
            % {"source": OWN_NAMES[document.original_language], "target": OWN_NAMES[language]},
            _("Due: %(day)s") % {"day": long_date(due, language)},
            _("Words to translate: %(words)s") % {"words": words},
            _("For: %(name)s") % {"name": translator},
            _(
                "Type in the right column and leave the left one unchanged. Framed fields are "
                "figures and references: you can move them, but do not type over them. Translate the "
                "footnotes of the right column at the foot of the page."
            ),
        ]
    lines += [line for line in message.splitlines() if line.strip()]
    return writer.around(str(document), "Title") + "".join(writer.around(line, "Translation note") for line in lines)


class _TableWriter:
    """Writes the tables of two columns. Bookmarks in the right column carry the ids of blocks."""

    def __init__(self, material: Material, language: str) -> None:
        parts = [NumberedPart(part["key"], part["kind"], part["content"]) for part in material["parts"]]
        self.source_numbers = numbering.number(parts, material["language"])
        self.material, self.language = material, language
        self.lines = LineWriter(material, numbering.number(parts, language), language)
        self.left = LineWriter(material, self.source_numbers, material["language"])
        self.chips: dict[str, list[int]] = {}
        # Hashes of the left cells, to recognise rows that lose their bookmark, and paragraphs outside the tables.
        self.left_words: dict[str, str] = {}
        self.around_lines: list[str] = []

    def around(self, words: str, style: str) -> str:
        """Return a paragraph outside the tables, and remember its text, which is not translated."""
        self.around_lines.append(" ".join(words.split()))
        return self.p(self.lines.run(words), style)

    def p(self, inner: str, style: str) -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style_id(style)}"/></w:pPr>{inner}</w:p>'

    def title_row(self, block: str, pair: dict[str, Any]) -> str:
        return self._cells("", self._source(pair["source"]), block, pair["target"] or pair["source"])

    def row(self, unit: Unit, target: Unit | None) -> str:
        number = self.source_numbers.paragraphs.get(unit.block) or self.source_numbers.headings.get(unit.block) or ""
        return self._cells(number, self._source(_as_line(unit)), unit.block, _as_line(target or unit))

    def _cells(self, number: str, left: str, block: str, right: Content) -> str:
        before = len(self.lines.objects)
        words = self.lines.marked(bookmark("b", block), self.lines.line(right))
        self.chips[block] = list(range(before, len(self.lines.objects)))
        target = self.p(words, "Table text")
        numbered = self.left.run(f"{number}. ") if number else ""
        cells = [left.replace("<w:NUMBER/>", numbered, 1), target]
        self.left_words[block] = _fingerprint(unescape("".join(_WORDS.findall(cells[0]))))
        cells_xml = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{_COLUMN}" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in cells
        )
        return f"<w:tr>{cells_xml}</w:tr>"

    def _source(self, node: Content) -> str:
        """Return the left cell: figures as plain text, footnotes below the paragraph instead of real notes."""
        notes: list[str] = []
        pieces: list[Content] = []
        for child in node.get("content") or ():
            if child["type"] == "footnote":
                number = self.source_numbers.footnotes.get(child["attrs"]["id"], str(len(notes) + 1))
                pieces.append({"type": "text", "text": number, "marks": [{"type": "superscript"}]})
                inner = {"type": "paragraph", "content": [self._plain(c) for c in child.get("content") or ()]}
                notes.append(self.p(self.left.run(f"{number} ") + self.left.line(inner), "Source"))
            else:
                pieces.append(self._plain(child))
        line = self.left.line({"type": "paragraph", "content": pieces})
        return self.p(f"<w:NUMBER/>{line}", "Table text") + "".join(notes)

    def _plain(self, node: Content) -> Content:
        """Return an inline node with a figure or reference replaced by its text, and without links."""
        if node["type"] == "figure":
            text = show_figure(self.material, node["attrs"], self.material["language"]).text
        elif node["type"] == "cross_reference":
            text = self.source_numbers.refer(node["attrs"]["target"], node["attrs"].get("reads", "full")) or "[?]"
        else:
            return {**node, "marks": [m for m in node.get("marks") or () if m["type"] != "link"]}
        return {"type": "text", "text": text}

    def table(self, rows: list[str]) -> str:
        head = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{_COLUMN}" w:type="dxa"/></w:tcPr>'
            f"{self.p(self.left.run(OWN_NAMES[code]), 'Table head')}</w:tc>"
            for code in (self.material["language"], self.language)
        )
        return (
            '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{2 * _COLUMN}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
            f'<w:tblGrid><w:gridCol w:w="{_COLUMN}"/><w:gridCol w:w="{_COLUMN}"/></w:tblGrid>'
            f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>{''.join(rows)}</w:tbl>"
            '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr></w:p>'
        )

    def file(self, document: Document, language: str, body: str, identity: int) -> bytes:
        """Return the Word file. The data that the reader needs when it comes back is embedded as custom XML."""
        data = {
            "form": 1, "kind": "translation", "translation": identity, "document": document.pk, "language": language,
            "objects": self.lines.objects, "chips": self.chips, "left": self.left_words, "around": self.around_lines,
        }  # fmt: skip
        serialized = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return WordFile(
            body=body.replace("<w:NUMBER/>", "") + _PAGE,
            styles=styles_xml(language, list(dict.fromkeys([*self.lines.languages, *self.left.languages]))),
            numbering=Numbers().xml(),
            notes=self.lines.notes,
            links=self.lines.links,
            embedded=f'<document xmlns="urn:idm-portal:document">{escape(serialized)}</document>',
            title=document.title,
            author=self.material["masthead"]["organization"],
            language=language,
            day=self.material["masthead"]["iso_date"],
        ).to_bytes()


def _as_line(unit: Unit) -> Content:
    """Return the unit as a paragraph; an attribute becomes a paragraph of its own."""
    if not unit.attribute:
        return unit.node
    return {"type": "paragraph", "attrs": {}, "content": [{"type": "text", "text": unit.wording}]}


# --- Returned files ---------------------------------------------------------------------------------------------------
@dataclass
class Returned:
    """The content of a returned file by block, and the translation that it claims to belong to."""

    identity: int = 0
    language: str = ""
    lines: dict[str, list[Content]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    # Text that belongs to no block: (the block before it or "", its words).
    loose: list[tuple[str, str]] = field(default_factory=list)


def read_returned(content: bytes) -> Returned:
    """Read a returned file. Raises `FileRefused` or `JobRefused`, with a sentence, if it cannot be used."""
    return Returned(**read_with(content, _returned_content))


def _returned_content(lines: list[Line | TableLines], seen: Observations) -> dict[str, Any]:
    data, objects = embedded_objects(seen)
    if data.get("kind") != "translation":
        raise FileRefused(_("This is not the file that was sent for translation. Upload the file that was sent."))
    found: dict[str, list[Content]] = {}
    for line in lines:
        for cell in _cells_of(line):
            _collect_cell(cell, found)
    loose = _collect_loose(lines, data, found)
    chips = data.get("chips") if isinstance(data.get("chips"), dict) else {}
    for block, line_of in found.items():
        content = {"type": "doc", "content": [{"type": "paragraph", "attrs": {"id": block}, "content": line_of}]}
        _find_lost_chips(content["content"][0], seen, objects, chips.get(block))
        resolve_objects(content, seen, objects, set())
        found[block] = joined(trimmed(content["content"][0]["content"]))
    identity = data.get("translation")
    return {
        "identity": identity if isinstance(identity, int) else 0,
        "language": str(data.get("language", "")),
        "lines": found,
        "loose": loose,
        "left_out": [f"{what} × {count}" if count > 1 else what for what, count in seen.lost.items()],
    }


def _cells_of(line: Line | TableLines) -> list[list[Line]]:
    if isinstance(line, Line):
        return [[line]]
    cells: list[list[Line]] = []
    for row in line.rows:
        for _rowspan, _colspan, inner in row:
            cells.append([entry for entry in inner if isinstance(entry, Line)])
            for entry in inner:
                cells += _cells_of(entry) if isinstance(entry, TableLines) else []
    return cells


def _collect_cell(cell: list[Line], found: dict[str, list[Content]]) -> None:
    """Store the blocks of a cell in `found`. Paragraphs that the translator split are joined by line breaks."""
    block = ""
    for line in cell:
        own = line.look.ids.get("b", "")
        if own and own not in found:
            block = own
            found[block] = list(line.inline)
        elif block and not line.is_empty:
            found[block] += [{"type": "line_break"}, *line.inline]


def _collect_loose(
    lines: list[Line | TableLines], data: dict[str, Any], found: dict[str, list[Content]]
) -> list[tuple[str, str]]:
    """Find rows that lost their bookmark, and return text that belongs to no block.

    Typing over a whole cell can delete its bookmark; such a row is recognised by its left column and stored in `found`.
    The rest are rows and paragraphs that somebody added: (the block before it or "", its words).
    """
    left, around = data.get("left"), data.get("around")
    if not isinstance(left, dict) or not isinstance(around, list):
        return []
    missing = {block: words for block, words in left.items() if block not in found}
    loose: list[tuple[str, str]] = []
    before = ""
    for line in lines:
        if isinstance(line, Line):
            words = " ".join(line.text.split())
            if words and words not in around:
                loose.append((before, words))
            continue
        for place, row in enumerate(line.rows):
            cells = [[entry for entry in inner if isinstance(entry, Line)] for _rowspan, _colspan, inner in row]
            own = [entry.look.ids["b"] for cell in cells for entry in cell if "b" in entry.look.ids]
            if own or not cells:
                before = own[-1] if own else before
                continue
            fingerprint = _fingerprint("".join(entry.text for entry in cells[0])) if len(cells) > 1 else ""
            block = next((key for key, words in missing.items() if fingerprint and words == fingerprint), "")
            words = " ".join(entry.text.strip() for entry in cells[-1] if not entry.is_empty)
            if block:
                del missing[block]
                found[block] = _one_line(cells[-1])
                before = block
            elif words and not (place == 0 and words in OWN_NAMES.values()):
                loose.append((before, words))
    return loose


def _one_line(cell: list[Line]) -> list[Content]:
    """Return the paragraphs of a cell as one line with line breaks."""
    line: list[Content] = []
    for entry in cell:
        if not entry.is_empty:
            line += [{"type": "line_break"}, *entry.inline] if line else entry.inline
    return line


def _fingerprint(words: str) -> str:
    """Return a short hash of the letters and digits, independent of case, spaces and punctuation."""
    letters = "".join(sign for sign in words.casefold() if sign.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:16] if letters else ""


def _find_lost_chips(node: Content, seen: Observations, objects: list[Content], own: Any) -> None:
    """Restore figures and references whose content control was lost.

    Some programs drop content controls and leave their words. If the words of a missing one occur exactly once in the
    block, they are replaced by the figure or reference.
    """
    held = {seen.objects[n["object"]].get("tag", "").rsplit(":", 1)[-1] for n in walk(node) if n["type"] == "object"}
    for place in own if isinstance(own, list) else ():
        if not isinstance(place, int) or str(place) in held or not 0 <= place < len(objects):
            continue
        shown = str(objects[place].get("shown") or "")
        for holder in walk(node):
            # A field inside a lost content control is read as an object of its own, but its words belong to the chip.
            children = joined([_as_words(child, seen) for child in holder.get("content") or []])
            if not shown or sum(child.get("text", "").count(shown) for child in children) != 1:
                continue
            holder["content"] = [piece for child in children for piece in _split_around(child, shown, seen, place)]
            break


def _as_words(child: Content, seen: Observations) -> Content:
    """Return a field that is not one of ours as plain text; other nodes unchanged."""
    if child["type"] != "object" or seen.objects[child["object"]].get("tag", "").startswith("idm:"):
        return child
    marks = child.get("marks") or []
    return {"type": "text", "text": child["shown"], **({"marks": marks} if marks else {})}


def _split_around(child: Content, shown: str, seen: Observations, place: int) -> list[Content]:
    """Return a text node split around the words of a lost figure or reference, with an object in their place."""
    before, found, behind = child.get("text", "").partition(shown)
    if not found:
        return [child]
    seen.objects.append({"tag": f"idm:f:{place}", "shown": shown})
    chip = {"type": "object", "object": len(seen.objects) - 1, "shown": shown, "marks": child.get("marks") or []}
    sides = [{**child, "text": text} if text else None for text in (before, behind)]
    return [piece for piece in (sides[0], chip, sides[1]) if piece]


__all__ = ["TITLES", "Outgoing", "Returned", "Sent", "outgoing_file", "plain_text", "read_returned", "words_of"]
