"""What the editor has to know about the rest of the document: its parts, and the targets of cross-references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from documents.editing.chips import figures_of
from documents.house_styles import styles_for
from documents.models import Part, Text
from texts.numbering import NumberedPart, Numbering, number, reference_words
from texts.reading import show
from texts.registry import Figure, missing
from texts.schema import Content, walk

EXCERPT = 80  # characters
_IN_A_LINE = frozenset({"text", "figure", "cross_reference", "line_break"})


def outline_of(*, text: Text) -> dict[str, Any]:
    """Return what the browser needs in order to number this text and to offer references into the other parts.

    The browser numbers the text itself while people type; the numbers of all other parts are computed here.

    - `words`: the words of references, in the language and house style of the text
    - `annex`: the heading of the annex, empty for the main text
    - `footnotes_in_letters`: whether footnote calls are letters
    - `footnotes_before`: how many footnotes come before this text in the same series
    - `targets`: what can be referred to in other parts
    """
    document = text.part.document
    texts = _texts_in_language(text)
    parts = [NumberedPart(entry.part.key, entry.part.kind, entry.content) for entry in texts]
    style = styles_for(document.body)[text.language]
    series = style["footnote_series"] if document.footnotes_run_on else "parts"
    numbering = number(parts, text.language, footnotes_run_on=document.footnotes_run_on, style=style)
    before = [entry.content for entry in texts if entry.part.position < text.part.position]
    others = [entry for entry in texts if entry.pk != text.pk]
    annex = numbering.annex_heading(text.part.key) if text.part.key in numbering.annexes else ""
    return {
        "words": reference_words(text.language, style),
        "annex": annex,
        "footnotes_in_letters": style["footnote_series"] == "letters" and bool(annex),
        "footnotes_before": sum(map(_footnotes, before)) if series == "through" else 0,
        "targets": _targets(others, numbering, text.language) if others else [],
    }


def _footnotes(content: Content) -> int:
    return sum(node["type"] == "footnote" for node in walk(content))


def _texts_in_language(text: Text) -> list[Text]:
    """Return one text for each part, in order: the one in this text's language.

    An annex without one is represented by the text it has, if possible in the original language; a main text is left
    out.
    """
    document = text.part.document
    existing: dict[int, dict[str, Text]] = {}
    for found in Text.objects.filter(part__document=document).select_related("part").order_by("part__position", "pk"):
        existing.setdefault(found.part_id, {})[found.language] = found
    result = []
    for texts in existing.values():
        chosen = texts.get(text.language)
        if chosen is None and all(found.part.kind == Part.Kind.ANNEX for found in texts.values()):
            chosen = texts.get(document.original_language) or next(iter(texts.values()))
        if chosen is not None:
            result.append(chosen)
    return result


@dataclass(frozen=True)
class _Target:
    target: str
    text: Text
    node: Content | None  # None: the part itself


def _targets(texts: list[Text], numbering: Numbering, language: str) -> list[dict[str, str]]:
    """Return annexes and numbered blocks of other parts, each with the wording of a reference and an excerpt."""
    found = []
    for text in texts:
        found.append(_Target(text.part.key, text, None))
        for node in walk(text.content):
            identity = (node.get("attrs") or {}).get("id")
            if identity and node["type"] != "footnote":
                found.append(_Target(identity, text, node))
    found = [entry for entry in found if numbering.refer(entry.target)]
    pieces = {entry.target: list(_beginning(entry.node)) for entry in found if entry.node}
    keys = {piece["attrs"]["key"] for begun in pieces.values() for piece in begun if piece["type"] == "figure"}
    figures = figures_of(texts[0].part.document, keys, language) if keys else {}
    return [
        {
            "target": entry.target,
            "number": numbering.refer(entry.target, "number") or "",
            "full": numbering.refer(entry.target) or "",
            "excerpt": "".join(
                _as_plain_text(piece, figures, numbering, entry.text.language) for piece in pieces[entry.target]
            )[:EXCERPT]
            if entry.node
            else str(entry.text.part.title),
        }
        for entry in found
    ]


def _beginning(node: Content) -> Iterator[Content]:
    """Yield the inline nodes at the start of a block, enough for an excerpt; footnotes are left out."""
    length = 0
    stack = [node]
    while stack and length < EXCERPT:
        node = stack.pop()
        if node["type"] in _IN_A_LINE:
            length += len(node.get("text", "…"))
            yield node
        elif node["type"] != "footnote":
            stack.extend(reversed(node.get("content") or ()))


def _as_plain_text(piece: Content, figures: Mapping[str, Figure], numbering: Numbering, language: str) -> str:
    """Return an inline node as the plain text that a reader sees."""
    attrs = piece.get("attrs") or {}
    if piece["type"] == "figure":
        return show(figures.get(attrs["key"]) or missing(), attrs, language).text
    if piece["type"] == "cross_reference":
        return numbering.refer(attrs["target"], attrs.get("reads", "full")) or "…"
    return piece.get("text", " ")
