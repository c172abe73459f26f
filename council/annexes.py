"""The annex that presents the agenda of a meeting."""

from typing import Any

from django.utils.translation import gettext_lazy

from council.figures import nodes_of, subjects
from council.models import Meeting
from council.tree import Node
from schedule.contents import text_in, texts
from texts.registry import annex_maker


@annex_maker("council.meeting")
class AgendaAnnex:
    """Builder of the agenda as a nested list. Titles and days stay up to date until the document is issued."""

    label = gettext_lazy("Agenda")

    def subjects(self, person: Any) -> list[tuple[str, str]]:
        return subjects(person)

    def build(self, subject_id: str, language: str) -> list[dict[str, Any]]:
        meeting = Meeting.objects.filter(slug=subject_id).first()
        nodes = nodes_of([meeting]).get(meeting.pk, []) if meeting else []
        return [_list(nodes, f"council.meeting:{subject_id}", language)] if nodes else []


_STYLES = ("numbers", "numbers", "letters", "roman")


def _list(nodes: list[Node], key: str, language: str) -> dict[str, Any]:
    style = _STYLES[nodes[0].depth]
    return {
        "type": "lettered_list",
        "attrs": {"style": style},
        "content": [_item(node, key, language) for node in nodes],
    }


def _item(node: Node, key: str, language: str) -> dict[str, Any]:
    item = node.item
    line: list[dict[str, Any]] = [_chip(f"{key}:item.{item.code}.title", "title")]
    if item.day:
        line += [_words(" ("), _chip(f"{key}:item.{item.code}.date", "day-month"), _words(")")]
    content: list[dict[str, Any]] = [{"type": "paragraph", "content": line}]
    if description := text_in(texts(item, "description"), language):
        content.append({"type": "paragraph", "content": [_words(" ".join(description.split()))]})
    if node.children:
        content.append(_list(node.children, key, language))
    return {"type": "list_item", "content": content}


def _chip(key: str, reads: str) -> dict[str, Any]:
    return {"type": "figure", "attrs": {"key": key, "reads": reads}}


def _words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
