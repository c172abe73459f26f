"""The annex of a document about a dialogue: questions, summary and selected comments."""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from dialogue.figures import SUBJECT, provide, subjects
from dialogue.models import Dialogue, DialogueTopic, SelectedComment
from dialogue.visits import VISITS_MEAN
from foundation.text.letters import paragraphs
from texts.registry import Figure, annex_maker

Block = dict[str, Any]
_PLACE = re.compile(r"%\((\w+)\)s")


@annex_maker(SUBJECT)
class DialogueAnnex:
    """Builds the introduction, the numbered questions, visits and summary, then verbatim comments by question."""

    label = gettext_lazy("Virtual Dialogue")

    def subjects(self, person: Any) -> list[tuple[str, str]]:
        return subjects(person)

    def build(self, subject_id: str, language: str) -> list[Block]:
        dialogue = Dialogue.objects.get(slug=subject_id)
        topics = list(dialogue.topics.all())
        visits = provide({dialogue.slug: {"visits"}})[dialogue.slug, "visits"]
        with override(language):
            return [
                _heading(1, _text(dialogue.title)),
                *_introduction(dialogue, topics),
                *_visits(dialogue, visits),
                *_summary(dialogue),
                *_comments(dialogue, topics, language),
            ]


def _introduction(dialogue: Dialogue, topics: list[DialogueTopic]) -> list[Block]:
    if not topics:
        return []
    number = len(topics)
    if dialogue.is_own:
        pattern = ngettext(
            "One question was put to the public on this portal, %(dates)s:",
            "%(topics)s questions were put to the public on this portal, %(dates)s:",
            number,
        )
    else:
        pattern = ngettext(
            "One question was put to the public on a partner’s platform, %(partner)s, %(dates)s:",
            "%(topics)s questions were put to the public on a partner’s platform, %(partner)s, %(dates)s:",
            number,
        )
    nodes = _sentence(
        pattern,
        topics=_chip(dialogue, "topics", "words", capital=True),
        dates=_chip(dialogue, "dates", "date-range"),
        partner=_text(dialogue.partner or "–"),
    )
    items = [{"type": "list_item", "content": [_paragraph(_text(topic.question))]} for topic in topics]
    return [_paragraph(*nodes), {"type": "lettered_list", "attrs": {"style": "numbers"}, "content": items}]


def _visits(dialogue: Dialogue, visits: Figure) -> list[Block]:
    """Return the number of visits with its source; an empty list if there is none."""
    if visits.status != "ok":
        return []
    chip = _chip(dialogue, "visits", "more-than" if visits.qualified else "number")
    if visits.source is VISITS_MEAN:
        sentence = _sentence(
            _("During this period the portal recorded %(visits)s visits to the dialogue."), visits=chip
        )
        return [_paragraph(*sentence, {"type": "footnote", "content": [_text(str(VISITS_MEAN))]})]
    sentence = _("During this period the dialogue received %(visits)s visits (source: %(source)s).")
    return [_paragraph(*_sentence(sentence, visits=chip, source=_text(str(visits.source))))]


def _summary(dialogue: Dialogue) -> list[Block]:
    paragraphs = [_prose(paragraph.text) for paragraph in dialogue.summary.all()]
    held = [block for blocks in paragraphs for block in blocks]
    return [_heading(2, _text(_("Summary"))), *held] if held else []


def _prose(text: str) -> list[Block]:
    """Split the text into paragraphs at blank lines and keep single line breaks."""
    return [_paragraph(*_lines(part)) for part in paragraphs(text)]


def _comments(dialogue: Dialogue, topics: list[DialogueTopic], language: str) -> list[Block]:
    """Return the selected comments by question, in one query.

    Questions without comments are left out; the others keep their numbers.
    """
    rows = SelectedComment.objects.shown().filter(contribution__topic__dialogue=dialogue)
    held: dict[int, list[SelectedComment]] = {}
    for row in rows.select_related("contribution").order_by("position", "pk"):
        held.setdefault(row.contribution.topic_id, []).append(row)
    if not held:
        return []
    blocks = [_heading(2, _text(_("Selected comments")))]
    for topic in topics:
        if topic.pk in held:
            heading = _("Question %(number)s: %(question)s")
            parts = {"number": _text(str(topic.position)), "question": _text(topic.question)}
            blocks.append(_heading(3, *_joined(_sentence(heading, **parts))))
            blocks += [_quotation(row, language) for row in held[topic.pk]]
    return blocks


def _quotation(row: SelectedComment, language: str) -> Block:
    """Return the quotation verbatim, in its own language, with the attribution its author chose."""
    contribution = row.contribution
    marks = (
        [] if contribution.language == language else [{"type": "language", "attrs": {"lang": contribution.language}}]
    )
    parts = paragraphs(row.excerpt)
    return {
        "type": "quotation",
        "attrs": {"attribution": contribution.quoted_author[:300]},
        "content": [_paragraph(*_lines(part, marks)) for part in parts],
    }


# --- Nodes ------------------------------------------------------------------------------------------------------------


def _sentence(pattern: str, **parts: Block) -> list[Block]:
    """Fill the placeholders of a translated sentence with nodes, in the order of the language."""
    nodes: list[Block] = []
    at = 0
    for found in _PLACE.finditer(pattern):
        nodes += _words(pattern[at : found.start()])
        nodes.append(parts[found[1]])
        at = found.end()
    return nodes + _words(pattern[at:])


def _joined(nodes: list[Block]) -> list[Block]:
    """Join adjacent text nodes."""
    return [_text("".join(node["text"] for node in nodes))]


def _lines(text: str, marks: list[Block] | None = None) -> list[Block]:
    nodes: list[Block] = []
    for line in text.split("\n"):
        if nodes:
            nodes.append({"type": "line_break"})
        nodes += [_text(line) | ({"marks": marks} if marks else {})] if line else []
    return nodes


def _words(text: str) -> list[Block]:
    return [_text(text)] if text else []


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _chip(dialogue: Dialogue, name: str, reads: str, *, capital: bool = False) -> Block:
    key = f"{SUBJECT}:{dialogue.slug}:{name}"
    return {"type": "figure", "attrs": {"key": key, "reads": reads, "capital": capital}}


def _heading(level: int, *content: Block) -> Block:
    return {"type": "heading", "attrs": {"level": level}, "content": list(content)}


def _paragraph(*content: Block) -> Block:
    return {"type": "paragraph", "content": list(content)}
