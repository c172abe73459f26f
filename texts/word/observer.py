"""Read how each paragraph of a Word file looks, and make a copy of the file for Pandoc.

Pandoc drops what shows the structure of a note: automatic numbers, alignment, indentation, and content controls. They
are read here from the file itself. Each paragraph of the copy begins with an index that leads to its look. The copy has
only words, marks, footnotes, links and tables, so that Pandoc does not infer any structure.
"""

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from foundation.uploads.refusals import FileRefused
from texts.schema import LIMITS
from texts.word.labels import Labels
from texts.word.observations import Look, Observations
from texts.word.package import Element, WordPackage, is_on, value, w
from texts.word.runs import CLOSE, OPEN, Field, ParagraphWriter, decode_id, run_of
from texts.word.styles import Styles
from texts.word.tracked_changes import accept_cells, accept_marks

MOST_PARAGRAPHS = 30_000
_DEEPEST = 30
_SKIPPED = {
    "del",
    "moveFrom",
    "proofErr",
    "bookmarkEnd",
    "commentRangeStart",
    "commentRangeEnd",
    "permStart",
    "permEnd",
}
_DRAWINGS = {"drawing", "pict", "object"}
_TABLES_OF_WORD = ("TOC", "INDEX", "TOA", "BIBLIOGRAPHY")
# The bookmarks of an export (texts/rendering/ooxml/names.py): kind and encoded id.
BOOKMARK = re.compile(r"^_([abilqtx])\d*_(\w+)$")


def observe_file(package: WordPackage) -> tuple[bytes, Observations]:
    """Return a copy of the file for Pandoc, and the observations.

    Raises FileRefused if the file has more in it than a text may have.
    """
    return Observer(package).observe()


class Observer:
    """Reader of one file."""

    def __init__(self, package: WordPackage) -> None:
        self.package = package
        self.seen = Observations()
        self.styles = Styles(package.first("styles"))
        self.labels = Labels(package.first("numbering"), self.styles)
        self.fields: list[Field] = []
        self.fields_are_whole = True
        self.break_pending = False
        self.lifted: list[Element] = []
        self.notes_met: set[str] = set()
        self.pending_note = ""

    def observe(self) -> tuple[bytes, Observations]:
        """Read the file; see `observe_file`."""
        main = self.package.part(self.package.main)
        body = main.find(w("body")) if main is not None else None
        if main is None or body is None:
            raise FileRefused(_("This is not a Word file. Upload a .docx file."))
        self._refuse_too_much(body)
        self.seen.embedded = embedded_data(self.package)
        marks = Counter(value(char, "fldCharType") for char in body.iter(w("fldChar")))
        self.fields_are_whole = marks["begin"] == marks["end"]
        changed = {"document": (self.package.main, main)}
        self._container(body, 0, in_table=False)
        for name in ("footnotes", "endnotes"):
            notes = self.package.first(name)
            if notes is not None:
                changed[name] = (self.package.name_of(name), notes)
                self._notes(notes, name)
        self._frame()
        return self.package.rewritten(changed), self.seen

    def _refuse_too_much(self, body: Element) -> None:
        paragraphs = sum(1 for _found in body.iter(w("p")))
        if paragraphs > MOST_PARAGRAPHS:
            raise FileRefused(
                _("The file has %(found)s paragraphs. Split it into files of %(limit)s or fewer.")
                % {"found": paragraphs, "limit": MOST_PARAGRAPHS}
            )
        notes = sum(1 for _found in body.iter(w("footnoteReference"), w("endnoteReference")))
        if notes > LIMITS["footnotes"]:
            raise FileRefused(
                _("The text has %(found)s footnotes. Reduce them to %(limit)s or fewer.")
                % {"found": notes, "limit": LIMITS["footnotes"]}
            )
        letters = sum(len(text.text or "") for text in body.iter(w("t")))
        if letters > LIMITS["characters"]:
            raise FileRefused(
                _("The text has %(found)s characters. Shorten it to %(limit)s or fewer.")
                % {"found": letters, "limit": LIMITS["characters"]}
            )

    # --- Blocks -------------------------------------------------------------------------------------------------------
    def _container(self, container: Element, depth: int, *, in_table: bool, tag: str = "", boxed: bool = False) -> None:
        """Read a body, cell or text box.

        Content controls around blocks are removed, because Pandoc loses rows in them.
        """
        if depth > _DEEPEST:
            raise FileRefused(_("The file has more than %(limit)s nested levels. Remove some.") % {"limit": _DEEPEST})
        children = list(_unwrapped(container, tag, depth))
        accept_marks(container, self.seen.lost)
        for child, child_tag in children:
            if child.getparent() is not container:
                continue
            name = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if name == "p":
                self._paragraph(child, in_table=in_table, tag=child_tag, boxed=boxed)
                self._lift(child, depth, in_table)
            elif name == "tbl":
                self._table(child, depth, child_tag)
            elif name not in {"sectPr", "tcPr"}:
                container.remove(child)
                if name.startswith("altChunk"):
                    self.seen.lost[_("an embedded file")] += 1

    def _lift(self, after: Element, depth: int, in_table: bool) -> None:
        """Place the paragraphs of text boxes after the paragraph to which they are anchored."""
        boxes, self.lifted = self.lifted, []
        for box in boxes:
            self.seen.lost[_("a text box (text placed after its paragraph)")] += 1
            self._container(box, depth + 1, in_table=in_table, boxed=True)
            for child in list(box):
                after.addnext(child)
                after = child

    def _table(self, table: Element, depth: int, tag: str) -> None:
        first = len(self.seen.looks)
        rows, heads, styled = 0, 0, False
        look = table.find(f"{w('tblPr')}/{w('tblLook')}")
        if look is not None:
            styled = look.get(w("firstRow"), "0") in {"1", "true"}
        for row, _tag in list(_unwrapped(table, "", depth)):
            if etree.QName(row).localname != "tr":
                continue
            if row.find(f"{w('trPr')}/{w('del')}") is not None:
                table.remove(row)
                self.seen.lost[_("a tracked change (accepted)")] += 1
                continue
            accept_cells(row, self.seen.lost)
            begins = len(self.seen.looks)
            for cell, _tag in list(_unwrapped(row, "", depth)):
                if etree.QName(cell).localname == "tc":
                    self._container(cell, depth + 1, in_table=True, tag=tag)
            own = row.find(w("trPr"))
            says_head = own is not None and is_on(own.find(w("tblHeader")))
            cells = self.seen.looks[begins:]
            filled = [c for c in cells if c.size >= 0]
            is_bold = bool(filled) and all(c.bold for c in filled)
            if heads == rows and (says_head or (rows == 0 and is_bold and (styled or len(filled) > 1))):
                heads += 1
            rows += 1
        title = value(table.find(f"{w('tblPr')}/{w('tblCaption')}")) or ""
        self.seen.tables[first] = {"heads": heads if heads < rows else 0, "title": title, "tag": tag}

    # --- Paragraphs ---------------------------------------------------------------------------------------------------
    def _paragraph(self, paragraph: Element, *, in_table: bool, tag: str, boxed: bool) -> None:
        properties = paragraph.find(w("pPr"))
        style = self.labels.indented(self.styles.paragraph(properties), properties)
        index = len(self.seen.looks)
        breaks_here = style.page_break or self.break_pending
        self.break_pending = _ends_section(properties)
        writer = ParagraphWriter(self, style)
        ids = writer.fill(paragraph)
        look = Look(
            index, style.style, style.outline, None, style.left, style.right, style.first, style.align,
            breaks_here or writer.breaks_before, is_boxed=boxed, in_table=in_table, tag=tag,
        )  # fmt: skip
        self.break_pending = self.break_pending or writer.breaks_after
        if style.number:
            look.label = self.labels.next(*style.number)
        for name in ids:
            self.seen.bookmarks.setdefault(name, index)
            own = BOOKMARK.match(name)
            if own:
                look.ids[own[1]] = decode_id(own[2])
        writer.describe(look)
        self.seen.words.update(writer.words())
        paragraph[:] = [run_of(f"{OPEN}p{index}{CLOSE}"), *writer.runs]
        self.seen.looks.append(look)

    def _notes(self, root: Element, name: str) -> None:
        copied = 0
        for note in root:
            identity = value(note, "id") or ""
            if value(note, "type") in {"separator", "continuationSeparator", "continuationNotice"}:
                continue
            accept_marks(note, self.seen.lost)
            for paragraph in note.iter(w("p")):
                writer = ParagraphWriter(self, self.styles.paragraph(paragraph.find(w("pPr"))))
                writer.fill(paragraph)
                writer.strip_call()
                if f"{name} {identity}" in self.notes_met:
                    self.seen.words.update(writer.words())
                paragraph[:] = writer.runs
            copied += f"{name} {identity}" in self.notes_met
        if name == "endnotes" and copied:
            self.seen.lost[_("an endnote (changed to a footnote)")] += copied

    def _frame(self) -> None:
        """Read what is around the text: headers, footers, comments and the title in the file's properties."""
        for prefix in ("header", "footer"):
            for part in self.package.related(prefix):
                lines = [" ".join(" ".join(t.text or "" for t in p.iter(w("t"))).split()) for p in part.iter(w("p"))]
                self.seen.headers += [line for line in lines if line and line not in self.seen.headers]
        comments = self.package.first("comments")
        if comments is not None and len(comments):
            self.seen.lost[_("a comment")] += len(comments.findall(w("comment")))
        for link in self.package.links_out():
            self.seen.lost[_link_out(link.kind)] += 1
        core = self.package.part("docProps/core.xml")
        if core is not None:
            title = core.find("{http://purl.org/dc/elements/1.1/}title")
            self.seen.title = ((title.text if title is not None else "") or "").strip()


def embedded_data(package: WordPackage) -> str:
    """Return the data that the portal stored in an exported file, or an empty string."""
    for name in sorted(package.names):
        if re.fullmatch(r"customXml/item\d+\.xml", name):
            root = package.part(name)
            if root is not None and root.tag == "{urn:idm-portal:document}document":
                return root.text or ""
    return ""


def _unwrapped(container: Element, tag: str, depth: int) -> Iterator[tuple[Element, str]]:
    """Replace content controls by their children; yield each child with the tag of its control."""
    for child in list(container):
        if not isinstance(child.tag, str):
            container.remove(child)
            continue
        name = etree.QName(child).localname
        if name not in {"sdt", "customXml", "ins", "moveTo", "sdtContent", "smartTag"}:
            yield child, tag
            continue
        if depth > _DEEPEST:
            raise FileRefused(_("The file has more than %(limit)s nested levels. Remove some.") % {"limit": _DEEPEST})
        own = value(child.find(f"{w('sdtPr')}/{w('tag')}")) or tag
        inner = child.find(w("sdtContent")) if name == "sdt" else child
        found = list(_unwrapped(inner, own, depth + 1)) if inner is not None else []
        place = child
        for grandchild, grandchild_tag in found:
            place.addnext(grandchild)
            place = grandchild
            yield grandchild, grandchild_tag
        container.remove(child)


def _link_out(kind: str) -> str:
    if kind == "attachedTemplate":
        return _("a link to a template")
    if kind == "image":
        return _("a link to a picture outside the file")
    return _("a link to another file")


def _ends_section(properties: Element | None) -> bool:
    section = properties.find(w("sectPr")) if properties is not None else None
    return section is not None and (value(section.find(w("type"))) or "nextPage") != "continuous"
