"""What a window must know of the document around its text: the parts, and what can be referred to in them."""

from typing import Any

from documents.house_style import styles_for
from documents.models import Text
from documents.numbering import NumberedPart, Numbering, number, reference_words
from documents.schema import Content, plain_text, walk

EXCERPT = 80  # characters


def outline_of(*, text: Text) -> dict[str, Any]:
    """The numbers of this text are drawn by the browser as people type; those of the other parts are given here."""
    document = text.part.document
    texts = list(
        Text.objects.filter(part__document=document, language=text.language)
        .select_related("part")
        .order_by("part__position")
    )
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
        "targets": [target for entry in others for target in _targets(entry, numbering)],
    }


def _footnotes(content: Content) -> int:
    return sum(node["type"] == "footnote" for node in walk(content))


def _targets(text: Text, numbering: Numbering) -> list[dict[str, str]]:
    """Annexes and whatever bears a number in another part, with what a reference to it says."""
    excerpts = {text.part.key: text.part.title}
    for node in walk(text.content):
        identity = (node.get("attrs") or {}).get("id")
        if identity and node["type"] != "footnote":
            excerpts[identity] = plain_text(node)[:EXCERPT]
    return [
        {
            "target": target,
            "number": numbering.refer(target, "number") or "",
            "full": numbering.refer(target) or "",
            "excerpt": excerpt,
        }
        for target, excerpt in excerpts.items()
        if numbering.refer(target)
    ]
