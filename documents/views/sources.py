"""Copied prose whose source has changed: the differences, and a button to confirm each."""

from dataclasses import dataclass
from html import escape
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from documents import services
from documents.models import Document, Text
from documents.permissions import EDITORS
from foundation.refusals import Refused
from foundation.text.words import Token, compare_words, is_word, split_words
from membership.permissions import role_required
from texts.comparing.writing import marked_runs
from texts.prose import ChangedProse, changed_prose, prose_hash


@dataclass(frozen=True)
class SourceRow:
    taken: ChangedProse
    compared: SafeString
    seen: str


def changed_rows(document: Document, language: str) -> list[SourceRow]:
    """Return the copied prose in one language that differs from its source now."""
    rows: dict[str, SourceRow] = {}
    texts = Text.objects.filter(part__document=document, language=language).order_by("part__position")
    for text in texts:
        for taken in changed_prose(text.content, language):
            # Safe: `_tokens` escapes every word.
            marked = mark_safe(marked_runs(compare_words(_tokens(taken.here), _tokens(taken.now)), ""))  # noqa: S308
            rows.setdefault(taken.key, SourceRow(taken, marked, prose_hash(taken.now)))
    return list(rows.values())


def _tokens(text: str) -> list[Token]:
    return [Token(piece.strip(), escape(piece, quote=False), is_word(piece)) for piece in split_words(text)]


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
def sources(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    drafts = Document.objects.visible_to(request.viewer, timezone.now()).drafts().in_force()
    document = get_object_or_404(drafts, pk=pk)
    if not Text.objects.filter(part__document=document, language=language).exists():
        raise Http404
    reasons: list[str] = []
    if request.method == "POST":
        try:
            services.confirm_source(
                document=document,
                language=language,
                key=request.POST.get("key", ""),
                seen=request.POST.get("seen", ""),
                actor=request.viewer,
            )
            return redirect(request.path)
        except Refused as refused:
            reasons = refused.sentences
    context: dict[str, Any] = {
        "document": document,
        "language": language,
        "rows": changed_rows(document, language),
        "reasons": reasons,
    }
    return render(request, "documents/draft_sources.html", context, status=409 if reasons else 200)
