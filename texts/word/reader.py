"""Read a Word file as the parts of a document: its words through Pandoc, its formatting from the file itself.

Each of three steps has limits on memory and time: a child process observes the file (texts/word/observer.py), Pandoc
reads the copy made there, and a second child makes blocks from both.
"""

import datetime as dt
import functools
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.uploads.checks import check_content
from foundation.uploads.kinds import WORD
from foundation.uploads.refusals import FileRefused
from texts import numbering
from texts.ids import is_id, new_id
from texts.kinds import AnnexMarks
from texts.numbering import NumberedPart
from texts.rendering.child_process import run_in_child
from texts.rendering.pandoc import run_pandoc
from texts.schema import Content, ContentRefused, clean_content, walk
from texts.word.blocks import PartBuilder, Signature, is_lettered, looks_like_heading, signature
from texts.word.labels import Label
from texts.word.lines import Line, TableLines, TreeReader
from texts.word.mastheads import Masthead, take_masthead
from texts.word.observations import Look, Observations
from texts.word.observer import observe_file
from texts.word.package import WordPackage
from texts.word.parts import FoundPart, FoundParts, expected_label, split_parts
from texts.word.references import link_typed_references, resolve_objects, restored
from texts.word.runs import words_in
from texts.word.typed_notes import Joined, join_typed_notes

MEMORY = 384 * 1024 * 1024
SECONDS = 40
_DOCUMENTS_OWN = ("symbol", "kind", "body", "session_line", "dated", "distribution", "original_language")


@dataclass
class ImportedPart:
    """A part with its content. `key` is permanent if the file was exported by the portal.

    `heads_itself` says that no title goes above the text.
    """

    kind: str
    content: Content
    title: str = ""
    key: str = ""
    heads_itself: bool = False


@dataclass
class Imported:
    """The parts, main text first, with the masthead by field names.

    `left_out` says what was not imported, `notices` what was changed.
    """

    parts: list[ImportedPart]
    masthead: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    subtitle: str = ""
    lists_annexes: bool = True
    annex_marks: str = AnnexMarks.EVERYWHERE
    left_out: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def main(self) -> Content:
        """The content of the main text."""
        return self.parts[0].content

    @property
    def annexes(self) -> list[ImportedPart]:
        """The annexes in order."""
        return self.parts[1:]


def read_word(content: bytes, language: str = "en") -> Imported:
    """Return the parts of a Word file.

    Raises FileRefused, ContentRefused or JobRefused, with a sentence for the reader.
    """
    copy, seen = _in_child(lambda: _observed(content))
    tree = run_pandoc(["-f", "docx", "-t", "json"], copy, wall_seconds=SECONDS)
    _nothing, facts = _in_child(lambda: (b"", {"imported": asdict(assemble(json.loads(tree), seen, language))}))
    return _from_json(facts["imported"])


def read_with(
    content: bytes, make: Callable[[list[Line | TableLines], Observations], dict[str, Any]]
) -> dict[str, Any]:
    """Return what `make` returns for the lines of a Word file, as JSON. Limits and errors are those of `read_word`."""
    copy, seen = _in_child(lambda: _observed(content))
    tree = json.loads(run_pandoc(["-f", "docx", "-t", "json"], copy, wall_seconds=SECONDS))
    _nothing, facts = _in_child(lambda: (b"", {"made": make(TreeReader(seen).lines(tree["blocks"]), seen)}))
    made: dict[str, Any] = facts["made"]
    return made


def _observed(content: bytes) -> tuple[bytes, dict[str, Any]]:
    check_content(content, WORD, is_served=False)
    copy, seen = observe_file(WordPackage(content))
    return copy, {"seen": seen.as_json()}


def _in_child(work: Callable[[], tuple[bytes, dict[str, Any]]]) -> tuple[bytes, Any]:
    """Do the work in a child process; refusals are raised again in the parent."""

    def guarded() -> tuple[bytes, dict[str, Any]]:
        try:
            return work()
        except FileRefused as refused:
            return b"", {"refused": str(refused)}
        except ContentRefused as refused:
            return b"", {"errors": refused.sentences}
        except RecursionError:
            return b"", {"refused": _("The file has too many nested levels. Remove some.")}

    content, facts = run_in_child(guarded, memory=MEMORY, processor_seconds=SECONDS, wall_seconds=SECONDS)
    if "refused" in facts:
        raise FileRefused(facts["refused"])
    if "errors" in facts:
        raise ContentRefused(*facts["errors"])
    return content, _observations(facts["seen"]) if "seen" in facts else facts


def _observations(written: dict[str, Any]) -> Observations:
    looks = [Look(**{**look, "label": Label(**look["label"]) if look["label"] else None}) for look in written["looks"]]
    tables = {int(place): facts for place, facts in written["tables"].items()}
    counted = {"words": Counter(written["words"]), "lost": Counter(written["lost"])}
    return Observations(**{**written, "looks": looks, "tables": tables, **counted})


def _from_json(written: dict[str, Any]) -> Imported:
    head = dict(written["masthead"])
    if "dated" in head:
        head["dated"] = dt.date.fromisoformat(head["dated"])
    parts = [ImportedPart(**part) for part in written["parts"]]
    return Imported(**{**written, "masthead": head, "parts": parts})


# --- From lines to parts ----------------------------------------------------------------------------------------------
def assemble(tree: dict[str, Any], seen: Observations, language: str) -> Imported:
    """Return the parts made from Pandoc's tree and the observations."""
    for known in seen.objects:
        # The target of a reference in Word needs an id to be a target here.
        index = seen.bookmarks.get(known.get("ref", ""))
        if index is not None:
            seen.looks[index].ids.setdefault("b", new_id())
    lines = TreeReader(seen).lines(tree["blocks"])
    embedded = _embedded(seen)
    head, rest = take_masthead(lines)
    typed = Joined(rest) if seen.embedded else join_typed_notes(rest)
    found = split_parts(typed.lines)
    kinds = _heading_kinds([line for part in (found.main, *found.annexes) for line in part.lines])
    body_left = _body_left(typed.lines)
    restore = functools.partial(restored, seen=seen, objects=embedded["objects"])
    notices = _notes_notice(typed)
    parts: list[ImportedPart] = []
    taken = list(typed.taken)
    for order, part in enumerate([found.main, *found.annexes]):
        builder = PartBuilder(_levels(part, kinds), body_left, embedded["skeletons"], seen.lost, restore)
        blocks = builder.build(part.lines) or [{"type": "paragraph", "attrs": {"numbered": False}}]
        taken += builder.taken
        kind = "annex" if order else "main"
        key = part.key if is_id(part.key) else new_id()
        parts.append(ImportedPart(kind, {"type": "doc", "content": blocks}, part.title[:500], key, part.heads_itself))
        notices += [
            _("Paragraph %(written)s is now numbered %(computed)s") % {"written": written, "computed": computed}
            for written, computed in builder.renumbered[:20]
        ]
        if order and not expected_label(order, part.label):
            notices.append(
                _("Annex %(written)s is now Annex %(computed)s")
                % {"written": part.label, "computed": numbering.roman(order)}
            )
    _take_embedded(parts, found, embedded)
    _finish(parts, seen, embedded["objects"], language, notices)
    notices += _headers(head, seen) if not seen.embedded else []
    left_out = [f"{what} × {count}" if count > 1 else what for what, count in seen.lost.items()]
    missing = _missing(parts, seen, [*head.taken, *found.taken, *taken], language)
    if missing:
        left_out.append(_("this text: %(words)s") % {"words": " ".join(missing)[:400]})
    return Imported(
        parts,
        {name: str(head.fields[name]) for name in _DOCUMENTS_OWN if name in head.fields},
        " ".join(head.title)[:400] or seen.title[:400],
        " – ".join(head.subtitle)[:400],
        found.lists_annexes,
        embedded["annex_marks"] or (AnnexMarks.LIST if found.marks_languages else AnnexMarks.LATER),
        left_out,
        notices,
    )


def _notes_notice(typed: Joined) -> list[str]:
    if typed.made:
        sentence = ngettext("%(n)s typed footnote converted", "%(n)s typed footnotes converted", typed.made)
        return [sentence % {"n": typed.made}]
    if typed.unmatched:
        return [
            _(
                "Marks such as 1/ or [1] look like typed footnotes, but they do not match any notes. "
                "They were kept as text"
            )
        ]
    return []


def _embedded(seen: Observations) -> dict[str, Any]:
    """Return the data that the portal stored in an export.

    The data come from outside, so only their shapes are used here; every node is checked with the whole text later.
    """
    written, objects = embedded_objects(seen)
    skeletons: dict[str, Content] = {}
    blocks = written.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict) or not _is_sound(block):
            continue
        leaf = next((n for n in walk(block) if n["type"] in {"paragraph", "heading", "exhibit"}), None)
        if leaf is not None:
            skeletons[leaf["attrs"]["id"]] = block
    parts = written.get("parts")
    return {
        "skeletons": skeletons,
        "objects": objects,
        "parts": {
            p["key"]: p
            for p in (parts if isinstance(parts, list) else ())
            if isinstance(p, dict) and is_id(p.get("key"))
        },
        "lists_annexes": bool(written.get("lists_annexes", True)) if skeletons else None,
        "annex_marks": str(written.get("annex_marks", "")) if skeletons else "",
    }


def embedded_objects(seen: Observations) -> tuple[dict[str, Any], list[Content]]:
    """Return all stored data, and separately the figures and references by number."""
    try:
        written = json.loads(seen.embedded) if seen.embedded else {}
    except (ValueError, RecursionError):
        written = {}
    stored = written if isinstance(written, dict) else {}
    objects = stored.get("objects")
    return stored, [o if isinstance(o, dict) else {} for o in objects] if isinstance(objects, list) else []


def _take_embedded(parts: list[ImportedPart], found: FoundParts, embedded: dict[str, Any]) -> None:
    """Restore what the file does not show: titles of annexes that begin with headings, and a suppressed annex list."""
    for part in parts[1:]:
        known = embedded["parts"].get(part.key)
        if known is not None:
            part.heads_itself = bool(known.get("heads_itself"))
            part.title = part.title or str(known.get("title") or "")[:500]
    if embedded["lists_annexes"] is not None:
        found.lists_annexes = embedded["lists_annexes"]


def _is_sound(block: Content) -> bool:
    for node in walk(block):
        children = node.get("content")
        if not isinstance(node.get("type"), str) or not isinstance(children or [], list):
            return False
        if not all(isinstance(child, dict) for child in children or ()):
            return False
        needs_id = node["type"] in {"paragraph", "heading", "exhibit"}
        if needs_id and not is_id((node.get("attrs") or {}).get("id")):
            return False
    return True


def _heading_kinds(lines: list[Line | TableLines]) -> set[Signature]:
    return {
        signature(line.look)
        for line in lines
        if isinstance(line, Line) and not line.is_empty and looks_like_heading(line)
        and (line.look.outline is not None or not is_lettered(line))
    }  # fmt: skip


def _levels(part: FoundPart, everywhere: set[Signature]) -> dict[Signature, int]:
    """Return the level of each kind of heading: Word's heading styles of the whole file first, then looks."""
    styles = {kind for kind in everywhere if kind[0] == 0}
    kinds = sorted(styles | _heading_kinds(part.lines))
    return {kind: min(place, 3) for place, kind in enumerate(kinds, start=1)}


def _body_left(lines: list[Line | TableLines]) -> int:
    """Return the left indentation of most plain text, in twips."""
    weights: Counter[int] = Counter()
    for line in lines:
        if isinstance(line, Line) and line.look.label is None and not line.look.in_table and len(line.text) > 60:
            weights[line.look.left] += len(line.text)
    numbered: Counter[int] = Counter()
    for line in lines:
        if isinstance(line, Line) and line.look.label is not None and line.look.label.kind == "number":
            numbered[max(line.look.left + min(line.look.first, 0), 0)] += len(line.text)
    if numbered and sum(numbered.values()) > sum(weights.values()):
        return numbered.most_common(1)[0][0]
    return weights.most_common(1)[0][0] if weights else 0


def _finish(
    parts: list[ImportedPart], seen: Observations, objects: list[dict[str, Any]], language: str, notices: list[str]
) -> None:
    ids = {n["attrs"]["id"] for part in parts for n in walk(part.content) if (n.get("attrs") or {}).get("id")}
    for part in parts:
        resolve_objects(part.content, seen, objects, ids)
        part.content = clean_content(part.content)
    if not seen.embedded:
        made = link_typed_references([(part.key, part.kind, part.content) for part in parts], language)
        if made:
            notices.append(
                _("References to paragraphs and annexes converted to automatic ones: %(made)s") % {"made": made}
            )
            for part in parts:
                part.content = clean_content(part.content)


def _headers(head: Masthead, seen: Observations) -> list[str]:
    """Return a notice for each header or footer that has more than symbol, annex and page number."""
    notices = []
    for line in seen.headers:
        bare = line.replace(str(head.fields.get("symbol", "")) or "\0", "")
        bare = re.sub(
            r"\b(?:page|página|annexe?|anexo|[IVX]+|\d+)\b|[/.,:–—|-]", " ", bare, flags=re.IGNORECASE
        ).strip()
        if bare:
            notices.append(_("Header or footer: “%(line)s”. The portal uses its own.") % {"line": line[:200]})
    return notices[:10]


def _missing(parts: list[ImportedPart], seen: Observations, taken: list[str], language: str) -> list[str]:
    """Return the words of the file that are nowhere in the result, so that nothing is lost silently."""
    imported_words: Counter[str] = Counter()
    for line in taken:
        imported_words.update(words_in(line))
    numbers = numbering.number([NumberedPart(p.key, p.kind, p.content) for p in parts], language)
    for part in parts:
        for node in walk(part.content):
            if node["type"] in {"paragraph", "heading", "footnote"}:
                imported_words.update(words_in(_words(node, numbers)))
            elif node["type"] in {"quotation", "table"}:
                imported_words.update(words_in(" ".join(str(value) for value in (node.get("attrs") or {}).values())))
    for known in seen.objects:
        imported_words.update(words_in(known["shown"]))
    return list((seen.words - imported_words).elements())


def _words(node: Content, numbers: numbering.Numbering) -> str:
    text = ""
    for child in node.get("content") or ():
        if child["type"] == "text":
            text += child["text"]
        elif child["type"] == "line_break":
            text += " "
        elif child["type"] == "cross_reference":
            text += numbers.refer(child["attrs"]["target"], child["attrs"].get("reads", "full")) or ""
    return text
