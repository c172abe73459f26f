"""A draft with its review comments in the margin."""

from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from documents.models import Document, ReviewComment
from documents.quotes import Anchor, anchor_of, words_by_block
from texts.material import Material
from texts.rendering.blocks import BlockWriter
from texts.rendering.page import SetDocument, set_document
from texts.schema import Content, walk


@dataclass
class Thread:
    """A review comment with its replies and its present place in the text."""

    comment: ReviewComment
    anchor: Anchor
    replies: list[ReviewComment] = field(default_factory=list)


@dataclass(frozen=True)
class Reviewed:
    """A draft with its comments; `lost` holds the threads whose text no longer exists."""

    laid: SetDocument
    lost: list[Thread]
    unresolved: int
    resolved: int


def threads_of(document: Document, language: str, words: dict[str, str]) -> list[Thread]:
    """Return the threads of one language, oldest first, in one query."""
    rows = document.review_comments.filter(language=language).select_related("author", "resolved_by")
    threads: dict[int, Thread] = {}
    for row in rows.order_by("made_at", "pk"):
        if row.thread_id is None:
            threads[row.pk] = Thread(row, anchor_of(row, words))
        else:
            threads[row.thread_id].replies.append(row)
    return list(threads.values())


def reviewed(document: Document, material: Material, *, may_comment: bool) -> Reviewed:
    threads = threads_of(document, material["language"], words_by_block(material))
    writer = _MarginWriter(document, material, threads, may_comment)
    laid = set_document(material, "page", writer)
    return Reviewed(
        laid,
        [thread for thread in threads if not thread.anchor.block],
        sum(not thread.comment.is_resolved for thread in threads),
        sum(thread.comment.is_resolved for thread in threads),
    )


class _MarginWriter(BlockWriter):
    """Writes the comments on each top-level block beside it, with a link to add one."""

    def __init__(self, document: Document, material: Material, threads: list[Thread], may_comment: bool) -> None:
        super().__init__(material, "page")
        self._document, self._may_comment = document, may_comment
        self._threads: dict[str, list[Thread]] = {}
        for thread in threads:
            self._threads.setdefault(thread.anchor.block, []).append(thread)
        self._depth = 0

    def block(self, node: Content) -> str:
        self._depth += 1
        try:
            written = super().block(node)
        finally:
            self._depth -= 1
        if self._depth:
            return written
        inside = [(inner.get("attrs") or {}).get("id", "") for inner in walk(node)]
        threads = [thread for identity in inside if identity for thread in self._threads.get(identity, ())]
        identity = (node.get("attrs") or {}).get("id", "")
        margin = self._margin(identity, threads)
        return (
            format_html('<div class="reviewed-block" data-block="{}"><div class="reviewed-text">', identity)
            + f"{written}</div>{margin}</div>"
        )

    def _margin(self, identity: str, threads: list[Thread]) -> str:
        number = self.numbering.paragraphs.get(identity) or self.numbering.headings.get(identity)
        place = _("paragraph %(number)s") % {"number": number} if number else _("this paragraph")
        threads_shown = ""
        if threads:
            context: dict[str, Any] = {"threads": threads, "document": self._document, "may": self._may_comment}
            threads_shown = render_to_string("documents/_review_threads.html", context)
        link = ""
        if self._may_comment and identity:
            place_of = {"pk": self._document.pk, "language": self.language}
            address = f"{reverse('documents:comment-new', kwargs=place_of)}?block={identity}"
            link = format_html(
                '<p class="review-add no-print"><a href="{}" data-comment-on="{}">{}<span class="visually-hidden"> '
                "{}</span></a></p>",
                address,
                _("Comment on the selected words"),
                _("Comment"),
                _("on %(place)s") % {"place": place},
            )
        label = _("Comments on %(place)s") % {"place": place}
        tag = "aside" if threads else "div"
        named = format_html(' aria-label="{}"', label) if threads else ""
        return f'<{tag} class="review-margin"{named}>{threads_shown}{link}</{tag}>'
