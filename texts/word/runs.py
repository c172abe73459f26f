"""Read one paragraph of a Word file, run by run, and write its runs for the copy that Pandoc reads."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from lxml import etree

from texts.word.observations import Look, Observations
from texts.word.package import NAMESPACES, XML_SPACE, Element, new_element, value, w
from texts.word.styles import ParagraphLook, RunLook, Styles

# Private-use characters in the copy: around data that Pandoc passes through, and for spaces that it would merge.
OPEN, CLOSE, SPACE, TAB = "\ue001", "\ue002", "\ue010", "\ue011"
_OWN_SIGNS = re.compile("[\ue000-\ue01f]")
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


def decode_id(written: str) -> str:
    """Return the id in the name of a bookmark (see texts/rendering/ooxml/names.py)."""
    return re.sub(r"_([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), written)


def words_in(text: str) -> list[str]:
    """Return the words and numbers in a text without punctuation."""
    return re.findall(r"\w+", text)


@dataclass
class Field:
    """A field of Word while its runs are read. Captured words are not written to the copy."""

    instruction: str = ""
    in_code: bool = True
    captured: list[str] | None = None


class Observer(Protocol):
    """The part of the file's reader that paragraphs use."""

    seen: Observations
    styles: Styles
    fields: list[Field]
    fields_are_whole: bool
    lifted: list[Element]
    notes_met: set[str]
    pending_note: str


class ParagraphWriter:
    """Writer of the runs of one paragraph. Afterwards it knows what all of its words have in common."""

    def __init__(self, observer: Observer, style: ParagraphLook) -> None:
        self.observer = observer
        self.style = style
        self.runs: list[Element] = []
        self.into = self.runs
        self.pieces: list[tuple[str, RunLook]] = []
        self.breaks_before = self.breaks_after = False

    def fill(self, paragraph: Element) -> list[str]:
        """Write the runs of a paragraph and return the bookmarks that begin in it."""
        self.bookmarks: list[str] = []
        self._children(paragraph)
        for unfinished in self.observer.fields:
            # The field is not closed in this paragraph: keep its words.
            if unfinished.captured is not None and not unfinished.instruction.startswith(_TABLES_OF_WORD):
                self._text("".join(unfinished.captured), self.style.run)
                unfinished.captured = None
        return self.bookmarks

    def describe(self, look: Look) -> None:
        """Set the look of the paragraph from its runs, and count formatting that is lost."""
        shown = [(text, run) for text, run in self.pieces if text.strip()]
        runs = [run for _text, run in shown]
        text = "".join(text for text, _run in shown)
        look.bold = bool(runs) and all(run.bold for run in runs)
        look.italic = bool(runs) and all(run.italic for run in runs)
        look.underline = bool(runs) and all(run.underline for run in runs)
        look.small_caps = bool(runs) and all(run.small_caps for run in runs)
        letters = [c for c in text if c.isalpha()]
        look.caps = bool(runs) and (all(run.caps for run in runs) or (len(letters) > 2 and text.upper() == text))
        look.size = max((run.size for run in runs), default=-1)
        whole = look.underline or look.small_caps
        for _words, run in [] if whole else shown:
            for name, on in ((_("underlining"), run.underline), (_("small capitals"), run.small_caps)):
                if on:
                    self.observer.seen.lost[_("%(look)s (text kept)") % {"look": name}] += 1
            if run.strike:
                self.observer.seen.lost[_("strikethrough (text kept)")] += 1
            if run.raised == "subscript":
                self.observer.seen.lost[_("subscript (characters kept)")] += 1

    def words(self) -> list[str]:
        """Return the words of the paragraph."""
        return words_in("".join(text for text, _run in self.pieces))

    def strip_call(self) -> None:
        """Remove the space after a footnote's number."""
        for run in self.runs:
            text = run.find(w("t"))
            if text is not None and text.text:
                text.text = text.text.lstrip(SPACE + TAB)
                if text.text:
                    return

    # --- Children -----------------------------------------------------------------------------------------------------
    def _children(self, element: Element) -> None:
        for child in element:
            if isinstance(child.tag, str):
                self._child(child, etree.QName(child).localname)

    def _child(self, child: Element, name: str) -> None:
        lost = self.observer.seen.lost
        if name == "r":
            self._word_run(child)
        elif name in {"pPr", "rPr", "sdtPr", "sdtEndPr"} or name in _SKIPPED:
            if name in {"del", "moveFrom"}:
                lost[_("a tracked change (accepted)")] += 1
        elif name == "bookmarkStart":
            written = value(child, "name") or ""
            self.bookmarks.append(written)
            if written.startswith("_n_"):
                self.observer.pending_note = decode_id(written[3:])
        elif name == "hyperlink" and child.get(f"{{{NAMESPACES['r']}}}id"):
            self._hyperlink(child)
        elif name == "sdt" and (value(child.find(f"{w('sdtPr')}/{w('tag')}")) or "").startswith("idm:"):
            self._object(child, {"tag": value(child.find(f"{w('sdtPr')}/{w('tag')}")) or ""})
        elif name == "fldSimple":
            self._simple_field(child)
        elif name in {"oMath", "oMathPara"}:
            lost[_("a formula (characters kept)")] += 1
            self._text("".join(t.text or "" for t in child.iter("{*}t")), self.style.run)
        else:
            if name in {"ins", "moveTo"}:
                lost[_("a tracked change (accepted)")] += 1
            self._children(child)

    def _hyperlink(self, link: Element) -> None:
        wrapped = new_element(link.tag, link.nsmap)
        wrapped.attrib.update(link.attrib)
        outer, self.into = self.into, []
        self._children(link)
        wrapped.extend(self.into)
        self.into = outer
        self.into.append(wrapped)

    def _object(self, element: Element, known: dict[str, str]) -> None:
        """Read a content control of the portal as one object."""
        outer, self.into = self.into, []
        before = len(self.pieces)
        runs = list(element.iter(w("r")))
        look = self.styles_of(runs[0]) if runs else self.style.run
        self._children(element)
        self.into = outer
        known["shown"] = "".join(text for text, _run in self.pieces[before:])
        self._sign(known, look)

    def _sign(self, known: dict[str, str], look: RunLook) -> None:
        self.observer.seen.objects.append(known)
        self._emit(run_of(f"{OPEN}o{len(self.observer.seen.objects) - 1}{CLOSE}", self._marks(look)))

    def _simple_field(self, simple: Element) -> None:
        self._begin_field()
        self.observer.fields[-1].instruction = (value(simple, "instr") or "").strip()
        self._separate_field()
        self._children(simple)
        self._end_field()

    # --- Runs ---------------------------------------------------------------------------------------------------------
    def styles_of(self, run: Element) -> RunLook:
        """Return the look of a run."""
        return self.observer.styles.run(self.style, run.find(w("rPr")))

    def _marks(self, look: RunLook) -> list[Element]:
        """Return the run properties that differ from the paragraph's, as Pandoc understands them."""
        marks = []
        for name, on, usual in (("b", look.bold, self.style.run.bold), ("i", look.italic, self.style.run.italic)):
            if on and (not usual or look.named in {"Strong", "Emphasis"}):
                marks.append(etree.Element(w(name)))
        if look.raised == "superscript":
            marks.append(etree.Element(w("vertAlign"), {w("val"): "superscript"}))
        return marks

    def _word_run(self, run: Element) -> None:
        look = self.styles_of(run)
        if look.hidden:
            if any(text.text for text in run.iter(w("t"))):
                self.observer.seen.lost[_("hidden text")] += 1
            return
        for child in run:
            if isinstance(child.tag, str):
                self._in_run(child, etree.QName(child).localname, look)

    def _in_run(self, child: Element, name: str, look: RunLook) -> None:
        if name == "t":
            self._text(child.text or "", look)
        elif name in {"tab", "ptab"}:
            self._text("\t", look)
        elif name in {"br", "cr"}:
            self._break(value(child, "type") or "textWrapping")
        elif name == "noBreakHyphen":
            self._text("\N{NON-BREAKING HYPHEN}", look)
        elif name == "sym":
            self._text(_symbol(child), look)
        elif name in {"footnoteReference", "endnoteReference"}:
            self._note(child, name)
        elif name == "fldChar":
            kind = value(child, "fldCharType")
            handler: dict[str | None, Callable[[], None]] = {
                "begin": self._begin_field, "separate": self._separate_field, "end": self._end_field,
            }  # fmt: skip
            handler.get(kind, lambda: None)()
        elif name == "instrText":
            if self.observer.fields:
                self.observer.fields[-1].instruction += child.text or ""
        elif name in _DRAWINGS or name == "AlternateContent":
            self._drawing(child)
        elif name == "ruby":
            for base in child.iter(w("rubyBase")):
                self._children(base)

    def _drawing(self, drawing: Element) -> None:
        boxes = [
            b for b in drawing.iter(w("txbxContent")) if not any(a.tag.endswith("}Fallback") for a in b.iterancestors())
        ]
        if not boxes:
            boxes = list(drawing.iter(w("txbxContent")))[:1]
        self.observer.lifted += [deepcopy(box) for box in boxes]
        ours = self.observer.seen.embedded and any(name.startswith("_x") for name in self.bookmarks)
        if not boxes and not ours and not _is_linked(drawing):
            described = drawing.find(".//{*}docPr")
            description = (described.get("descr") or "")[:80] if described is not None else ""
            self.observer.seen.lost[
                _("a picture (“%(told)s”)") % {"told": description} if description else _("a picture")
            ] += 1

    def _break(self, kind: str) -> None:
        if kind in {"page", "column"}:
            if any(text.strip() for text, _run in self.pieces):
                self.breaks_after = True
            else:
                self.breaks_before = True
            return
        if self._captures():
            return
        self.pieces.append(("\n", self.style.run))
        run = etree.Element(w("r"))
        etree.SubElement(run, w("br"))
        self._emit(run)

    def _note(self, reference: Element, name: str) -> None:
        self.observer.notes_met.add(f"{name.removesuffix('Reference')}s {value(reference, 'id')}")
        if self.observer.pending_note:
            self._emit(run_of(f"{OPEN}n{self.observer.pending_note}{CLOSE}"))
            self.observer.pending_note = ""
        run = etree.Element(w("r"))
        run.append(deepcopy(reference))
        self._emit(run)

    def _text(self, text: str, look: RunLook) -> None:
        text = _OWN_SIGNS.sub("", text).replace("\xad", "")
        if not text:
            return
        fields = self.observer.fields
        if fields and fields[-1].in_code:
            return
        captured = self._captures()
        if captured is not None:
            captured.append(text)
            return
        self.pieces.append((text, look))
        if look.language:
            self._emit(run_of(f"{OPEN}l{look.language}{CLOSE}"))
        self._emit(run_of(text.replace(" ", SPACE).replace("\t", TAB).replace("\n", SPACE), self._marks(look)))
        if look.language:
            self._emit(run_of(f"{OPEN}e{CLOSE}"))

    def _emit(self, run: Element) -> None:
        self.into.append(run)

    # --- Fields -------------------------------------------------------------------------------------------------------
    def _captures(self) -> list[str] | None:
        return next((f.captured for f in self.observer.fields if f.captured is not None), None)

    def _begin_field(self) -> None:
        if len(self.observer.fields) < _DEEPEST:
            self.observer.fields.append(Field())

    def _separate_field(self) -> None:
        if not self.observer.fields:
            return
        current = self.observer.fields[-1]
        current.in_code = False
        code = current.instruction = current.instruction.strip()
        if code.startswith(_TABLES_OF_WORD) and self.observer.fields_are_whole:
            self.observer.seen.lost[_("a table of contents (the portal creates its own)")] += 1
            current.captured = []
        elif re.match(r"REF\s", code):
            current.captured = []
        elif code.startswith("HYPERLINK"):
            for kind in ("begin", "", "separate"):
                self._emit(_fieldrun_of(kind, code))

    def _end_field(self) -> None:
        if not self.observer.fields:
            return
        ended = self.observer.fields.pop()
        code = ended.instruction.strip()
        if ended.in_code:
            return
        if code.startswith("HYPERLINK"):
            self._emit(_fieldrun_of("end", ""))
        elif re.match(r"REF\s", code) and ended.captured is not None:
            shown = "".join(ended.captured)
            self.pieces.append((shown, self.style.run))
            self._sign({"ref": code.split()[1], "switches": " ".join(code.split()[2:]), "shown": shown}, self.style.run)


def run_of(text: str, marks: list[Element] | None = None) -> Element:
    """Return a run with this text and these run properties."""
    run = etree.Element(w("r"))
    if marks:
        etree.SubElement(run, w("rPr")).extend(marks)
    written = etree.SubElement(run, w("t"))
    written.set(XML_SPACE, "preserve")
    written.text = text
    return run


def _fieldrun_of(kind: str, code: str) -> Element:
    run = etree.Element(w("r"))
    if kind:
        etree.SubElement(run, w("fldChar")).set(w("fldCharType"), kind)
    else:
        etree.SubElement(run, w("instrText")).text = code
    return run


# Characters of Word's symbol fonts and their Unicode equivalents.
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0FC: "✓", 0xF0D8: "➢", 0xF06F: "o", 0xF02D: "–", 0xF0E0: "→", 0xF0A8: "□"}


def _symbol(element: Element) -> str:
    try:
        code = int(value(element, "char") or "", 16)
    except ValueError:
        return ""
    return _SYMBOLS.get(code, chr(code) if 31 < code < 0xD800 or 0xE020 <= code < 0x110000 else "")


def _is_linked(drawing: Element) -> bool:
    """Return whether its picture is a link out of the file, which is reported with the other links."""
    return bool(drawing.xpath(".//*[local-name()='blip']/@*[local-name()='link']")) or bool(
        drawing.xpath(".//*[local-name()='imagedata']/@*[local-name()='href']")
    )
