"""The JSON endpoint for review comments in the editor."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents.models import ReviewComment, Text
from documents.permissions import EDITORS
from documents.services import comment_on, reply_to, resolve_comment
from documents.views.editor import texts_at
from documents.views.editor_responses import Unreadable, body_of, json_refusals, name_from, number_from, words_from
from foundation.refusals import Refused
from foundation.time.formats import short_moment
from membership.permissions import role_required


def threads_shown(text: Text) -> list[dict[str, Any]]:
    """Return the comments of a text with their replies, oldest first, in one query.

    The script finds their places in the text, since only it has the present text.
    """
    rows = text.part.document.review_comments.filter(part=text.part_id, language=text.language)
    threads: dict[int, dict[str, Any]] = {}
    for row in rows.select_related("author", "resolved_by").order_by("made_at", "pk"):
        comment = {"id": row.pk, "who": str(row.author), "when": _when(row.made_at), "words": row.words}
        if row.thread_id is None:
            threads[row.pk] = comment | {
                "block": row.block, "quote": row.quote, "resolved": _resolved(row), "replies": [],
            }  # fmt: skip
        elif row.thread_id in threads:
            threads[row.thread_id]["replies"].append(comment)
    return list(threads.values())


def _when(moment: Any) -> str:
    return f"{short_moment(moment, 'UTC')} UTC"


def _resolved(row: ReviewComment) -> str:
    if row.resolved_at is None:
        return ""
    return _("Resolved by %(who)s, %(day)s") % {"who": row.resolved_by or "–", "day": _when(row.resolved_at)}


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
@json_refusals
def comments(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Return all comments on the text. POST first adds a comment or a reply, or resolves or reopens a thread."""
    text = get_object_or_404(texts_at(pk, part, language))
    if request.method == "POST":
        try:
            _say(body_of(request), text, request.viewer)
        except Refused as refused:
            return JsonResponse({"words": str(refused)}, status=409)
    return JsonResponse({"threads": threads_shown(text)})


def _say(body: dict[str, Any], text: Text, person: Any) -> None:
    words, quote = words_from(body.get("words", "")), words_from(body.get("quote", ""))
    resolved = body.get("resolved")
    if resolved not in (True, False, None):
        raise Unreadable(_("This change could not be applied. Reload the page and try again."))
    document = text.part.document
    if "comment" not in body:
        block = name_from(body.get("block"))
        comment_on(document=document, language=text.language, block=block, words=words, quote=quote, actor=person)
        return
    thread = get_object_or_404(
        document.review_comments,
        pk=number_from(body["comment"]),
        thread=None,
        part=text.part_id,
        language=text.language,
    )
    if words.strip() or resolved is None:
        reply_to(comment=thread, words=words, actor=person)
    if resolved is not None:
        resolve_comment(comment=thread, actor=person, resolved=resolved)
