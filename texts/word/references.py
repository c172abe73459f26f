"""Convert Word's content controls and references into nodes, and typed references into cross-references."""

import re
from collections.abc import Iterator
from typing import Any

from texts import numbering
from texts.numbering import NumberedPart
from texts.schema import Content, walk
from texts.word.lines import joined, shown
from texts.word.observations import Look, Observations

# What may not follow a reference: it then refers to another document, or to a part of the paragraph.
_ELSEWHERE = (
    r"[\w(/]|[ \u00a0]?\(|,? \d|\.\d"
    r"|[ \u00a0](?:of|de|du|del|to|and|et|y|à)[ \u00a0](?!this|the present|la presente|esta)"
)
_NUMBER_SWITCHES = {"\\r", "\\n", "\\w"}


def resolve_objects(content: Content, seen: Observations, objects: list[Content], ids: set[str]) -> None:
    """Replace the object nodes in `content` by figures and references, in place.

    Objects whose words were edited in Word become text.
    """
    for node in walk(content):
        children = node.get("content")
        if not children:
            continue
        resolved: list[Content] = []
        for child in children:
            resolved += _resolved(child, seen, objects, ids) if child["type"] == "object" else [child]
        for child in resolved:
            if child["type"] == "text":
                child["text"] = (
                    child["text"].replace("\t", " ") if "id" not in (node.get("attrs") or {}) else child["text"]
                )
        node["content"] = joined(resolved)


def restored(line: Any, inline: list[Content], seen: Observations, objects: list[Content]) -> list[Content]:
    """Return a line as it was exported if the file has the same words but lost content controls."""
    if not isinstance(line, list):
        return inline
    try:
        known = [_known(node, objects) for node in line]
    except (KeyError, TypeError, IndexError, AttributeError):
        return inline
    if _visible_words(known) != _visible_words(inline) or _objects(inline) >= _objects(known):
        return inline
    for node in known:
        for piece in walk(node):
            if piece["type"] == "object":
                seen.objects.append({"tag": f"idm:r:{piece['object']}", "shown": piece["shown"]})
                piece["object"] = len(seen.objects) - 1
    return known


def _known(node: Any, objects: list[Content]) -> Content:
    if node["type"] == "object":
        return {**node, "shown": str(objects[int(node["object"])]["shown"])}
    if node.get("content"):
        return {**node, "content": [_known(child, objects) for child in node["content"]]}
    return dict(node)


def _objects(inline: list[Content]) -> int:
    return sum(piece["type"] == "object" for node in inline for piece in walk(node))


def _visible_words(inline: list[Content]) -> list[tuple[str, str]]:
    """Return the visible words of a line and its footnotes."""
    pieces: list[tuple[str, str]] = []
    words = ""
    for node in inline:
        if node["type"] == "footnote":
            pieces += [("line", words), ("note", "".join(shown(child) for child in node.get("content") or ()))]
            words = ""
        else:
            words += shown(node)
    return [*pieces, ("line", words)]


def _resolved(child: Content, seen: Observations, objects: list[Content], ids: set[str]) -> list[Content]:
    known = seen.objects[child["object"]]
    words = [{"type": "text", "text": known["shown"]}] if known["shown"] else []
    marks = child.get("marks")
    node = _embedded(known, objects) or _reference(known, seen, ids)
    made = [node] if node else words
    return [{**piece, "marks": marks} if marks else piece for piece in made]


def _embedded(known: dict[str, str], objects: list[Content]) -> Content | None:
    found = re.fullmatch(r"idm:[a-z]:(\d+)", known.get("tag", ""))
    if not found or int(found[1]) >= len(objects):
        return None
    embedded = objects[int(found[1])]
    node = embedded.get("node")
    if not isinstance(node, dict) or node.get("type") not in {"figure", "cross_reference"}:
        return None
    # A figure that was edited in Word becomes text. A reference follows its target, whatever its words.
    if node["type"] == "figure" and embedded.get("shown") != known["shown"]:
        return None
    return {"type": node["type"], "attrs": node.get("attrs")}


def _reference(known: dict[str, str], seen: Observations, ids: set[str]) -> Content | None:
    """Return a cross-reference for a REF field that shows the number of a paragraph, or None."""
    index = seen.bookmarks.get(known.get("ref", ""))
    if index is None or not _NUMBER_SWITCHES & set(known.get("switches", "").split()):
        return None
    look: Look = seen.looks[index]
    target = look.ids.get("b", "")
    if target not in ids or look.label is None or known["shown"].strip(" .()") != look.label.text.strip(" .()"):
        return None
    return {"type": "cross_reference", "attrs": {"target": target, "reads": "number"}}


def link_typed_references(parts: list[tuple[str, str, Content]], language: str) -> int:
    """Replace typed "paragraph 12" or "Annex II" by cross-references that read the same; return how many."""
    numbers = numbering.number([NumberedPart(key, kind, content) for key, kind, content in parts], language)
    keys = [key for key, kind, _content in parts if kind == "annex"]
    main_ids = {
        n["attrs"]["id"] for n in parts[0][2]["content"] if n["type"] == "paragraph" and n["attrs"].get("numbered")
    }
    wanted = {}
    for target, words in numbers.targets().items():
        if target in main_ids or target in keys:
            wanted[words.replace("l’", "").removeprefix("el ") if target in keys else words] = target
    if not wanted:
        return 0
    choices = "|".join(re.escape(w).replace("\\ ", "[ \u00a0]") for w in sorted(wanted, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w/])({choices})(?!{_ELSEWHERE})")
    made = 0
    for _key, _kind, content in parts:
        for node in walk(content):
            if node["type"] == "heading" or not node.get("content"):
                continue
            pieces = []
            for child in node["content"]:
                found = (
                    list(_linked(child, pattern, wanted, language, set(keys))) if child["type"] == "text" else [child]
                )
                made += sum(piece["type"] == "cross_reference" for piece in found) if child["type"] == "text" else 0
                pieces += found
            node["content"] = pieces
    return made


def _linked(
    node: Content, pattern: re.Pattern[str], wanted: dict[str, str], language: str, keys: set[str]
) -> Iterator[Content]:
    text, at = node["text"], 0
    rest: dict[str, Any] = {name: held for name, held in node.items() if name != "text"}
    if any(mark["type"] == "link" for mark in node.get("marks") or ()):
        yield node
        return
    for found in pattern.finditer(text):
        target = wanted.get(found[1].replace("\u00a0", " "))
        if target is None:
            continue
        begins, reads = found.start(), "full"
        if target in keys and language != "en":
            # The article remains as text, so the reference gives only the numeral.
            begins, reads = found.end() - len(found[1].split()[-1].split("\u00a0")[-1]), "number"
        if begins > at:
            yield {**rest, "text": text[at:begins]}
        marks = {"marks": node["marks"]} if node.get("marks") else {}
        yield {"type": "cross_reference", "attrs": {"target": target, "reads": reads}, **marks}
        at = found.end()
    if at < len(text):
        yield {**rest, "text": text[at:]}


__all__ = ["link_typed_references", "resolve_objects"]
