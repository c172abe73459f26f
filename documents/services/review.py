"""Review of a draft: comments on its words, replies, and resolving them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.assembly import assemble
from documents.models import Act, Document, ReviewComment, Text
from documents.permissions import EDITORS, NotAllowed, may_be_edited, may_review, require_role
from documents.quotes import contains_quote, words_by_block
from documents.services.log import record
from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.time.clock import database_now
from texts.schema import walk


@transaction.atomic
def open_review(
    *, document: Document, actor: Any, people: Iterable[Any] = (), note: str = "", now: dt.datetime | None = None
) -> Document:
    """Open the draft for comments and notify `people`. Raises `Refused` if it is already in review."""
    require_role(actor, *EDITORS)
    locked = _locked_draft(document)
    if locked.review_opened_at is not None:
        raise Refused(_("This draft is already in review."))
    locked.review_opened_at = now or database_now()
    locked.save(update_fields=["review_opened_at"])
    act = record(locked, Act.Kind.REVIEW_OPENED, actor, locked.review_opened_at, note.strip())
    for person in people:
        request_mail(
            kind="documents.review",
            key=f"documents.review:{act.pk}:{person.pk}",
            recipient=person.email,
            language=person.language,
            arguments={"document_id": locked.pk, "act_id": act.pk},
        )
    return locked


@transaction.atomic
def close_review(*, document: Document, actor: Any, note: str = "", now: dt.datetime | None = None) -> Document:
    """Close the review; its comments stay. Raises `Refused` if the draft is not in review."""
    require_role(actor, *EDITORS)
    locked = _locked_draft(document)
    if locked.review_opened_at is None:
        raise Refused(_("This draft is not in review."))
    locked.review_opened_at = None
    locked.save(update_fields=["review_opened_at"])
    record(locked, Act.Kind.REVIEW_CLOSED, actor, now or database_now(), note.strip())
    return locked


@transaction.atomic
def comment_on(
    *,
    document: Document,
    language: str,
    block: str,
    words: str,
    actor: Any,
    quote: str = "",
    now: dt.datetime | None = None,
) -> ReviewComment:
    """Comment on the words `quote` of a block, or on the whole block.

    The block must contain the words now. Without `quote`, the words of the block are stored, so that later readers see
    what the comment was about. Raises `NotAllowed` if the actor may not review, and `Refused` if the block or the words
    do not exist or the comment is empty or too long.
    """
    _require_reviewer(actor, document)
    _locked_draft(document)
    checked = _checked_words(words)
    text = _text_with(document, language, block)
    if text is None:
        raise Refused(_("This paragraph no longer exists. Reload the page."))
    quoted = " ".join(quote.split())
    present = words_by_block(assemble(document, language)).get(block, "")
    if quoted and not contains_quote(present, quoted):
        raise Refused(_("The paragraph does not contain “%(words)s”.") % {"words": quoted[:80]})
    return ReviewComment.objects.create(
        document=document,
        part_id=text.part_id,
        language=language,
        block=block,
        quote=(quoted or present)[:1000],
        words=checked,
        author=actor,
        made_at=now or database_now(),
    )


@transaction.atomic
def reply_to(*, comment: ReviewComment, words: str, actor: Any, now: dt.datetime | None = None) -> ReviewComment:
    """Reply in the thread of a comment; a resolved thread is reopened."""
    _require_reviewer(actor, comment.document)
    _locked_draft(comment.document)
    thread = ReviewComment.objects.select_for_update().get(pk=comment.thread_id or comment.pk)
    if thread.is_resolved:
        _set_resolved(thread, None, None)
    return ReviewComment.objects.create(
        document=thread.document,
        part_id=thread.part_id,
        language=thread.language,
        block=thread.block,
        thread=thread,
        words=_checked_words(words),
        author=actor,
        made_at=now or database_now(),
    )


@transaction.atomic
def resolve_comment(
    *, comment: ReviewComment, actor: Any, resolved: bool = True, now: dt.datetime | None = None
) -> ReviewComment:
    """Resolve the thread of a comment, or with `resolved=False` reopen it."""
    _require_reviewer(actor, comment.document)
    _locked_draft(comment.document)
    thread = ReviewComment.objects.select_for_update().get(pk=comment.thread_id or comment.pk)
    if thread.is_resolved != resolved:
        _set_resolved(thread, (now or database_now()) if resolved else None, actor if resolved else None)
    return thread


def _set_resolved(thread: ReviewComment, at: dt.datetime | None, by: Any) -> None:
    thread.resolved_at, thread.resolved_by = at, by
    thread.save(update_fields=["resolved_at", "resolved_by"])


def _require_reviewer(actor: Any, document: Document) -> None:
    if not may_review(actor, document):
        raise NotAllowed("only for editors and those who clear the draft")


def _locked_draft(document: Document) -> Document:
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if not may_be_edited(locked):
        raise Refused(_("Only drafts can be reviewed and cleared."))
    return locked


def _checked_words(words: str) -> str:
    """Return the comment without surrounding spaces. Raises `Refused` if it is empty or too long."""
    checked = words.strip()
    if not checked:
        raise Refused(_("Enter your comment."))
    if len(checked) > 5000:
        raise Refused(_("Shorten the comment to 5,000 characters or fewer."))
    return checked


def _text_with(document: Document, language: str, block: str) -> Text | None:
    """Return the text that contains the block: in that language, or in another for an annex that lacks it."""
    texts = Text.objects.filter(part__document=document).order_by("part__position")
    holding = [text for text in texts if any(_has_id(node, block) for node in walk(text.content))]
    return next((text for text in holding if text.language == language), holding[0] if holding else None)


def _has_id(node: dict[str, Any], block: str) -> bool:
    return bool(block) and (node.get("attrs") or {}).get("id") == block
