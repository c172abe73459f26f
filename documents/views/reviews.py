"""Review and clearance of a draft: the text with its comments, and the page on review and clearance."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import progress, services
from documents.assembly import NothingToShow, assemble
from documents.forms.lifecycle import ClearersForm, CommentForm, DecisionForm, NoteOfActForm, ReplyForm, ReviewForm
from documents.margins import reviewed
from documents.models import Document, ReviewComment
from documents.permissions import EDITORS, has_role, may_review
from documents.quotes import words_by_block
from foundation.editing import Clash
from foundation.editing.merging import save_merged
from foundation.editing.pages import say_merged
from foundation.editing.submissions import sent_once
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from membership.permissions import any_role_required, role_required
from texts.masthead import words_in


def _draft_for(request: HttpRequest, pk: int) -> Document:
    """Return a draft that this person may review; 404 otherwise, so that its existence is not revealed."""
    document = get_object_or_404(Document.objects.drafts().in_force(), pk=pk)
    if not may_review(request.viewer, document):
        raise Http404
    return document


def _page(document: Document, language: str) -> str:
    return reverse("documents:draft-page", kwargs={"pk": document.pk, "language": language})


def _life(document: Document) -> str:
    return reverse("documents:draft-life", kwargs={"pk": document.pk})


# --- The text with its comments ---------------------------------------------------------------------------------------
@any_role_required
@require_safe
def draft_page(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show the draft as it would be issued, with live figures, problems in red and comments in the margin."""
    document = _draft_for(request, pk)
    try:
        material = assemble(document, language)
    except NothingToShow as nothing:
        raise Http404 from nothing
    seen = reviewed(document, material, may_comment=True)
    context = {
        "document": document,
        "m": material,
        "head": material["masthead"],
        "laid": seen.laid,
        "seen": seen,
        "words": words_in(material),
        "is_editor": has_role(request.viewer, *EDITORS),
    }
    return render(request, "documents/draft_page.html", context)


@any_role_required
@require_http_methods(["GET", "POST"])
@sent_once
def comment_new(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Add a comment on a block; words selected on the page are passed as `quote` in the address."""
    document = _draft_for(request, pk)
    block = request.GET.get("block", "")[:40]
    try:
        block_text = words_by_block(assemble(document, language)).get(block)
    except NothingToShow as nothing:
        raise Http404 from nothing
    form = CommentForm(request.POST or None, initial={"quote": request.GET.get("quote", "")[:1000]})
    if form.is_valid():
        try:
            comment = services.comment_on(
                document=document, language=language, block=block, actor=request.viewer, **form.cleaned_data
            )
            return redirect(f"{_page(document, language)}#comment-{comment.pk}")
        except Refused as refused:
            refused.add_to(form)
    context = {"document": document, "language": language, "form": form, "block_text": block_text}
    return render(request, "documents/comment_new.html", context, status=200 if block_text is not None else 404)


@any_role_required
@require_http_methods(["GET", "POST"])
@sent_once
def comment_reply(request: HttpRequest, pk: int, comment: int) -> HttpResponse:
    """Reply to a comment, resolve it, or both. A reply to a resolved comment reopens it."""
    document = _draft_for(request, pk)
    thread = get_object_or_404(ReviewComment, document=document, pk=comment, thread=None)
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        try:
            if form.cleaned_data["words"].strip() or "resolved" not in request.POST:
                services.reply_to(comment=thread, words=form.cleaned_data["words"], actor=request.viewer)
            if "resolved" in request.POST:
                services.resolve_comment(comment=thread, actor=request.viewer)
            return redirect(f"{_page(document, thread.language)}#comment-{thread.pk}")
        except Refused as refused:
            refused.add_to(form)
    context = {"document": document, "thread": thread, "form": form, "back": _page(document, thread.language)}
    return render(request, "documents/comment_reply.html", context)


# --- Review and clearance ---------------------------------------------------------------------------------------------
@any_role_required
@require_safe
def draft_life(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the state of review and clearance, what this person is asked to do, and the log."""
    return render(request, "documents/draft_life.html", _life_context(request, _draft_for(request, pk)))


def _life_context(request: HttpRequest, document: Document, **more: Any) -> dict[str, Any]:
    seen = progress.fingerprint(document)
    clearers = progress.clearers_of(document, seen)
    turn = progress.whose_turn(clearers)
    stage = progress.stage_of(document, clearers)
    languages = set(document.parts.filter(kind="main").values_list("texts__language", flat=True))
    return {
        "document": document,
        "stage": stage,
        "stage_label": progress.stage_words()[stage],
        "clearers": clearers,
        "lapsed": [clearer for clearer in clearers if clearer.state in {"returned", "stale"}],
        "my_turn": turn is not None and turn.person_id == request.viewer.pk,
        "decision_form": DecisionForm(initial={"seen": seen}),
        "review_form": ReviewForm(auto_id="review-%s"),
        "clearers_form": ClearersForm(document=document),
        "again_form": NoteOfActForm(auto_id="again-%s"),
        "unresolved": progress.unresolved_words(document),
        "text_languages": [code for code in LANGUAGES if code in languages],
        "timeline": progress.timeline_of(document),
        "is_editor": has_role(request.viewer, *EDITORS),
        **more,
    }


def _refused_page(request: HttpRequest, document: Document, reasons: list[str], **more: Any) -> HttpResponse:
    context = _life_context(request, document, reasons=reasons, **more)
    return render(request, "documents/draft_life.html", context, status=409)


@role_required(*EDITORS)
@require_POST
@sent_once
def draft_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Open or close the review."""
    document = _draft_for(request, pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _refused_page(request, document, [_("Choose one of the people listed.")], review_form=form)
    try:
        if "close" in request.POST:
            services.close_review(document=document, actor=request.viewer, note=form.cleaned_data["note"])
        else:
            services.open_review(document=document, actor=request.viewer, **form.cleaned_data)
    except Refused as refused:
        return _refused_page(request, document, refused.sentences)
    return redirect(_life(document))


@role_required(*EDITORS)
@require_POST
@sent_once
def draft_clearers(request: HttpRequest, pk: int) -> HttpResponse:
    """Set who clears the draft, and in which order."""
    document = _draft_for(request, pk)
    form = ClearersForm(request.POST, document=document)
    if not form.is_valid():
        return _refused_page(request, document, [_("Choose one of the people listed.")], clearers_form=form)

    def save() -> None:
        services.name_clearers(
            document=document, people=form.people, expected=form.expected, actor=request.viewer
        )  # fmt: skip

    try:
        row = save_merged(form, save)
    except Refused as refused:
        return _refused_page(request, document, refused.sentences, clearers_form=form)
    except Clash as clash:
        return clash_response(request, clash, form=form, cancel_url=_life(document), title=_("Clearance"))
    if row is not None:
        say_merged(request, row)
    return redirect(_life(document))


@role_required(*EDITORS)
@require_POST
@sent_once
def draft_ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    document = _draft_for(request, pk)
    form = NoteOfActForm(request.POST)
    form.is_valid()
    try:
        note = form.cleaned_data.get("note", "")
        services.ask_clearance_again(document=document, actor=request.viewer, note=note)
    except Refused as refused:
        return _refused_page(request, document, refused.sentences)
    return redirect(_life(document))


@any_role_required
@require_POST
def draft_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Clear or return the draft. Only for people named to clear it."""
    document = _draft_for(request, pk)
    if not document.clearances.filter(person=request.viewer).exists():
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        reasons = (
            [_("Choose whether to clear or return the draft.")]
            if "decision" in form.errors
            else list(form.errors.get("words", []))
        )
        return _refused_page(request, document, reasons or [_("Reload the page.")], decision_form=form)
    try:
        services.decide_clearance(document=document, actor=request.viewer, **form.cleaned_data)
    except Refused as refused:
        # Keep the typed note, but take the fingerprint of the draft as it is now.
        decision_form = DecisionForm(
            initial={"seen": progress.fingerprint(document), "words": form.cleaned_data["words"]}
        )
        return _refused_page(request, document, refused.sentences, decision_form=decision_form)
    return redirect(_life(document))
