"""Word through pandoc's syntax tree: real footnotes, lists, headings and styles.

A numbered paragraph is a list item that starts at its own number, so that Word shows it as numbering; letters of
headings and words of references are typed.
"""

import datetime as dt
import functools
import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from documents import assembly
from documents.assembly import Material
from documents.masthead import ONLY, WORDS
from documents.rendering.pandoc import pandoc_json, run_pandoc
from documents.schema import Content

Tree = dict[str, Any]
_MARKS = {"emphasis": "Emph", "strong": "Strong", "superscript": "Superscript"}
_LISTS = {"letters": "LowerAlpha", "roman": "LowerRoman", "numbers": "Decimal"}


def render(material: Material) -> tuple[bytes, dict[str, Any]]:
    writer = _TreeWriter(material)
    day = dt.date.fromisoformat(material["masthead"]["iso_date"])
    epoch = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    with tempfile.TemporaryDirectory(prefix="idm-docx-") as folder:
        reference = Path(folder) / "reference.docx"
        reference.write_bytes(_reference_file())
        content = run_pandoc(
            ["-f", "json", "-t", "docx", f"--reference-doc={reference}", "-M", f"lang={material['language']}"],
            pandoc_json(writer.document()),
            epoch=str(max(epoch, 315619200)),  # a ZIP file knows no moment before 1980
        )
    return content, {"report": list(dict.fromkeys(writer.report))}


@functools.cache
def _reference_file() -> bytes:
    """Pandoc's own reference file with the look of an official document: one serif family, black."""
    plain = run_pandoc(["--print-default-data-file", "reference.docx"], b"")
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "word/styles.xml":
                content = _restyled(content.decode("utf-8")).encode("utf-8")
            target.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), content)
    return changed.getvalue()


def _restyled(styles: str) -> str:
    fonts = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" />'
    styles = re.sub(r"<w:rFonts\s[^>]*?/>", fonts, styles)
    styles = re.sub(r"<w:color\s[^>]*?/>", "", styles)
    sizes = {"Title": 30, "Subtitle": 24, "Heading1": 24, "Heading2": 22, "Heading3": 22, "Heading4": 22}
    for style, size in sizes.items():
        pattern = rf'(<w:style [^>]*w:styleId="{style}(?:Char)?">.*?</w:style>)'
        styles = re.sub(pattern, lambda found, s=size: _sized(found[1], s), styles, flags=re.DOTALL)
    styles = re.sub(
        r'(<w:rPrDefault>.*?)<w:sz w:val="24" />\s*<w:szCs w:val="24" />', _default_size, styles, flags=re.S
    )
    return styles.replace('<w:spacing w:before="180" w:after="180" />', '<w:spacing w:before="0" w:after="140" />')


def _sized(style: str, size: int) -> str:
    style = re.sub(r'<w:sz w:val="\d+"\s*/>', f'<w:sz w:val="{size}" />', style)
    return re.sub(r'<w:szCs w:val="\d+"\s*/>', f'<w:szCs w:val="{size}" />', style)


def _default_size(found: re.Match[str]) -> str:
    return f'{found[1]}<w:sz w:val="22" /><w:szCs w:val="22" />'


class _TreeWriter:
    """Writes pandoc's tree. The numbering is the same as in the PDF, since both ask documents.numbering."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.language: str = material["language"]
        self.part_language = self.language
        self.words = WORDS[self.language]
        self.numbering = assembly.numbering_of(material)
        self.report: list[str] = []

    def document(self) -> list[Tree]:
        blocks = self._masthead()
        annexes = [part for part in self.material["parts"] if part["kind"] == "annex"]
        for part in self.material["parts"]:
            self.part_language = part["language"]
            deeper = 0
            if part["kind"] == "annex":
                deeper = 1
                blocks += self._annex_heading(part)
            elif annexes:
                blocks += self._blocks(part["content"], 0) + self._list_of(annexes)
                continue
            blocks += self._blocks(part["content"], deeper)
        return blocks

    def _masthead(self) -> list[Tree]:
        head = self.material["masthead"]
        marks = f"{self.words['distribution']}: {head['distribution']}"
        lines = [
            head["organization"],
            self._symbol_line(),
            marks,
            head["date"],
            f"{self.words['original']}: {head['original']}",
        ]
        lines += [line for line in (head.get("relation"), self._reissue_line()) if line]
        blocks = [_styled("Masthead", [_para(_text(line))]) for line in lines]
        where = " – ".join(filter(None, (head["body"], head["session"])))
        blocks += [_styled("Masthead Body", [_para([_t("Strong", _text(where))])])] if where else []
        blocks += [
            _styled("Document Kind", [_para(_text(head["kind"]))]),
            _styled("Title", [_para(_text(head["title"]))]),
        ]
        return blocks + ([_styled("Subtitle", [_para(_text(head["subtitle"]))])] if head["subtitle"] else [])

    def _symbol_line(self) -> str:
        """What names the paper: its symbol, or that it is no paper to be cited."""
        head = self.material["masthead"]
        named = head["symbol"] or head.get("mark") or self.words["draft"]
        concerns = f" ({head['concerns']})" if head.get("concerns") else ""
        return f"{named}{self.material.get('reissue', {}).get('asterisk', '')}{concerns}"

    def _reissue_line(self) -> str:
        reissue = self.material.get("reissue")
        return f"{reissue['asterisk']} {reissue['words']}" if reissue else ""

    def _annex_heading(self, part: dict[str, Any]) -> list[Tree]:
        page_break = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        label = self.numbering.annex_heading(part["key"])
        title = f"{label}. {part['title']}" if part["title"] else label
        only = [_para([_t("Emph", _text(f"({ONLY[self.language][part['only']]})"))])] if part["only"] else []
        return [_t("RawBlock", ["openxml", page_break]), _t("Header", [1, ["", [], []], _text(title)]), *only]

    def _list_of(self, annexes: list[dict[str, Any]]) -> list[Tree]:
        word = self.words["annex" if len(annexes) == 1 else "annexes"]
        items = []
        for part in annexes:
            only = f" ({ONLY[self.language][part['only']]})" if part["only"] else ""
            items.append([_para(_text(part["title"] + only))])
        return [
            _t("Header", [1, ["", [], []], _text(word)]),
            _t("OrderedList", [[1, {"t": "UpperRoman"}, {"t": "Period"}], items]),
        ]

    # --- Blocks -------------------------------------------------------------------------------------------------------
    def _blocks(self, node: Content, deeper: int) -> list[Tree]:
        blocks: list[Tree] = []
        for child in node.get("content") or ():
            blocks += self._block(child, deeper)
        return blocks

    def _block(self, node: Content, deeper: int) -> list[Tree]:
        kind, attrs = node["type"], node.get("attrs") or {}
        if kind == "paragraph":
            number = self.numbering.paragraphs.get(attrs.get("id", ""))
            paragraph = _para(self._inline(node))
            if number is None:
                return [paragraph]
            start = [int(number), {"t": "Decimal"}, {"t": "Period"}]
            return [_t("OrderedList", [start, [[paragraph]]])]
        if kind == "heading":
            letter = self.numbering.headings.get(attrs.get("id", ""))
            words = (_text(f"{letter}. ") if letter else []) + self._inline(node)
            return [_t("Header", [attrs.get("level", 1) + deeper, ["", [], []], words])]
        if kind in {"lettered_list", "bullet_list"}:
            return [self._list(node, deeper, 0)]
        if kind == "quotation":
            quoted = self._blocks(node, deeper)
            by = attrs.get("attribution", "")
            return [_t("BlockQuote", quoted + ([_para([_t("Emph", _text(f"— {by}"))])] if by else []))]
        if kind == "table":
            return [self._table(node)]
        return self._exhibit(node)

    def _list(self, node: Content, deeper: int, depth: int) -> Tree:
        items = []
        for item in node["content"]:
            item_blocks: list[Tree] = []
            for child in item.get("content") or ():
                if child["type"] == "lettered_list":
                    item_blocks.append(self._list(child, deeper, depth + 1))
                else:
                    item_blocks += self._block(child, deeper)
            items.append(item_blocks)
        if node["type"] == "bullet_list":
            return _t("BulletList", items)
        style = (node.get("attrs") or {}).get("style", "letters")
        drawn = "LowerRoman" if style == "letters" and depth % 2 else _LISTS[style]
        around = "Period" if style == "numbers" else "TwoParens" if self.language == "en" else "OneParen"
        return _t("OrderedList", [[1, {"t": drawn}, {"t": around}], items])

    def _table(self, node: Content) -> Tree:
        rows = node["content"]
        head = [rows[0]] if all(cell["type"] == "table_header" for cell in rows[0]["content"]) else []
        widths = sum((cell.get("attrs") or {}).get("colspan", 1) for cell in rows[0]["content"])
        title = (node.get("attrs") or {}).get("title", "")
        return _table(
            title,
            widths,
            [self._row(row) for row in head],
            [self._row(row) for row in rows[len(head) :]],
        )

    def _row(self, row: Content) -> list[tuple[int, int, list[Tree]]]:
        cells = []
        for cell in row["content"]:
            attrs = cell.get("attrs") or {}
            cells.append((attrs.get("rowspan", 1), attrs.get("colspan", 1), self._blocks(cell, 0)))
        return cells

    def _exhibit(self, node: Content) -> list[Tree]:
        """Its table: a drawing does not survive every office, its numbers do."""
        exhibit = self.material["exhibits"].get(f"{self.part_language} {node['attrs']['key']}")
        if exhibit is None or exhibit["status"] != "ok":
            return [_para([_t("Strong", _text(f"[{node['attrs']['key']}]"))])]
        plain = [[(1, 1, [_para(_text(cell))]) for cell in row] for row in exhibit["rows"]]
        head = [[(1, 1, [_para(_text(cell))]) for cell in exhibit["header"]]] if exhibit["header"] else []
        blocks = [_table(exhibit["title"], len((head or plain or [[]])[0]), head, plain)]
        if exhibit["source"]:
            blocks.append(_para([_t("Emph", _text(f"{self.words['source']}: {exhibit['source']}"))]))
        return blocks

    # --- Lines --------------------------------------------------------------------------------------------------------
    def _inline(self, node: Content) -> list[Tree]:
        written: list[Tree] = []
        for child in node.get("content") or ():
            written += self._marked(child)
        return written

    def _marked(self, node: Content) -> list[Tree]:
        kind = node["type"]
        if kind == "text":
            words = _text(node["text"])
        elif kind == "line_break":
            words = [{"t": "LineBreak"}]
        elif kind == "figure":
            shown = assembly.show_chip(self.material, node["attrs"], self.part_language)
            words = _text(shown.text) if shown.is_sound else [_t("Strong", _text(shown.text))]
            self.report += [] if shown.is_sound else [shown.problem]
        elif kind == "cross_reference":
            attrs = node["attrs"]
            words = _text(self.numbering.refer(attrs["target"], attrs.get("reads", "full")) or "[?]")
        else:
            return [_t("Note", [_para(self._inline(node))])]
        for mark in reversed(node.get("marks") or ()):
            words = [self._mark(mark, words)]
        return words

    def _mark(self, mark: dict[str, Any], words: list[Tree]) -> Tree:
        if mark["type"] == "link":
            return _t("Link", [["", [], []], words, [mark["attrs"]["href"], ""]])
        if mark["type"] == "language":
            return _t("Span", [["", [], [["lang", mark["attrs"]["lang"]]]], words])
        return _t(_MARKS[mark["type"]], words)


def _t(kind: str, content: Any) -> Tree:
    return {"t": kind, "c": content}


def _para(words: list[Tree]) -> Tree:
    return _t("Para", words)


def _styled(style: str, blocks: list[Tree]) -> Tree:
    return _t("Div", [["", [], [["custom-style", style]]], blocks])


def _text(text: str) -> list[Tree]:
    """Words and the spaces between them; a space that must not break stays in its word."""
    pieces: list[Tree] = []
    for piece in re.split(r"([ \t\n]+)", text):
        if piece:
            pieces.append({"t": "Space"} if piece.isspace() and "\N{NO-BREAK SPACE}" not in piece else _t("Str", piece))
    return pieces


def _table(title: str, columns: int, head: list[list], rows: list[list]) -> Tree:
    def cell(rowspan: int, colspan: int, blocks: list[Tree]) -> list[Any]:
        return [["", [], []], {"t": "AlignDefault"}, rowspan, colspan, blocks]

    def row(cells: list) -> list[Any]:
        return [["", [], []], [cell(*entry) for entry in cells]]

    nothing: list[Any] = ["", [], []]
    caption = [None, [_para(_text(title))] if title else []]
    widths = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _column in range(columns)]
    body = [nothing, 0, [], [row(cells) for cells in rows]]
    return _t("Table", [nothing, caption, widths, [nothing, [row(cells) for cells in head]], [body], [nothing, []]])
