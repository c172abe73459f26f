"""Services of the Virtual Dialogue."""

from dialogue.services.contribution_imports import import_contributions
from dialogue.services.contributions import DialogueClosed, submit_contribution
from dialogue.services.dialogues import (
    add_topic,
    conclude,
    create_dialogue,
    edit_dialogue,
    edit_topic,
    order_topics,
    publish_dialogue,
    remove_report,
    remove_topic,
    report_visits,
)
from dialogue.services.moderation import moderate
from dialogue.services.selection import (
    add_paragraph,
    deselect_comment,
    edit_paragraph,
    order_comments,
    order_paragraphs,
    remove_paragraph,
    select_comment,
    shorten_comment,
)

__all__ = [
    "DialogueClosed",
    "add_paragraph",
    "add_topic",
    "conclude",
    "create_dialogue",
    "deselect_comment",
    "edit_dialogue",
    "edit_paragraph",
    "edit_topic",
    "import_contributions",
    "moderate",
    "order_comments",
    "order_paragraphs",
    "order_topics",
    "publish_dialogue",
    "remove_paragraph",
    "remove_report",
    "remove_topic",
    "report_visits",
    "select_comment",
    "shorten_comment",
    "submit_contribution",
]
