"""Pages of drafts for editors: overview, masthead, annexes, files and issuing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import draft_page, progress, services
from documents.assembly import NothingToShow
from documents.draft_status import status_of
from documents.forms.drafts import AnnexForm, EmptyAnnexForm, LanguageForm, MastheadForm
from documents.models import Document, Part, Rendition, Text
from documents.permissions import EDITORS, PUBLISHERS, has_role
from documents.renditions import request_rendition
from documents.services import MASTHEAD
from documents.services.symbols import pattern_for
from documents.translating.services import start_translation
from documents.translating.side_by_side import progress_of
from documents.versions import draft_key
from foundation.editing import Clash
from foundation.editing.merging import save_merged
from foundation.editing.pages import say_merged
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from foundation.text import LANGUAGES, Language
from foundation.uploads.responses import file_response
from membership.permissions import role_required
from texts.schema import plain_text


def _drafts(request: HttpRequest) -> Any:
    return Document.objects.visible_to(request.viewer, timezone.now()).drafts()


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
@sent_once
def draft_new(request: HttpRequest) -> HttpResponse:
    form = MastheadForm(request.POST or None, initial={"dated": timezone.now().date()})
    if form.is_valid():
        try:
            return redirect(services.create_document(actor=request.viewer, **form.cleaned_data))
        except Refused as refused:
            refused.add_to(form)
    return render(request, "documents/draft_masthead.html", {"form": form, "document": None})


@role_required(*EDITORS)
@require_safe
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    document = _issued_elsewhere(request, pk)
    if isinstance(document, HttpResponse):
        return document
    return render(request, "documents/draft.html", _draft_context(request, document))


def _issued_elsewhere(request: HttpRequest, pk: int) -> Document | HttpResponse:
    """Return the draft, or a redirect to its permanent address if it has been issued."""
    document = get_object_or_404(Document.objects.visible_to(request.viewer, timezone.now()), pk=pk)
    return redirect(document) if not document.is_draft else document


def _draft_context(request: HttpRequest, document: Document, **more: Any) -> dict[str, Any]:
    overview = draft_page.overview_of(document)
    return {
        "document": document,
        "overview": overview,
        "compare_keys": [(draft_key(document, row.code), row.name, row.code) for row in overview.languages],
        "makers": draft_page.makers(request.viewer),
        "missing_languages": draft_page.languages_without_text(document),
        "translations": progress_of([document]).get(document.pk, []),
        "empty_annex": EmptyAnnexForm(),
        "may_publish": has_role(request.viewer, *PUBLISHERS),
        "status": status_of(document, request.viewer, {row.code: row.problems for row in overview.languages}),
        "pattern": None if document.symbol else pattern_for(document),
        "proposed": "" if document.symbol else services.proposed_symbol(document),
        **more,
    }


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
def draft_masthead(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(_drafts(request), pk=pk)
    form = MastheadForm(request.POST or None, instance=document)
    if form.is_valid():

        def save() -> None:
            services.change_masthead(
                document=Document.objects.get(pk=pk),
                expected=form.cleaned_data["edit_version"] or 0,
                actor=request.viewer,
                **{name: form.cleaned_data[name] for name in MASTHEAD if name in form.changed_data},
            )

        try:
            row = save_merged(form, save)
        except Refused as refused:
            refused.add_to(form)
        except Clash as clash:
            return clash_response(request, clash, form=form, cancel_url=document.draft_url)
        else:
            if row is not None:
                say_merged(request, row)
            return redirect(Document.objects.get(pk=pk))
    return render(request, "documents/draft_masthead.html", {"form": form, "document": document})


@role_required(*EDITORS)
@require_POST
@sent_once
def draft_language(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a language to the main text, starting from a copy of the original."""
    document = get_object_or_404(_drafts(request), pk=pk)
    form = LanguageForm(request.POST)
    main = document.parts.filter(kind=Part.Kind.MAIN).first()
    if form.is_valid() and main is not None:
        language = form.cleaned_data["language"]
        if not Text.objects.filter(part=main, language=language).exists():
            try:
                start_translation(part=main, language=language, actor=request.viewer)
            except Refused:
                # There is no original to copy, so start with an empty text.
                services.set_text(part=main, language=language, content=services.EMPTY, actor=request.viewer)
    return redirect(document)


@role_required(*EDITORS)
@require_POST
@sent_once
def draft_annex(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an annex: generated from the rows of an app, or empty with a title."""
    document = get_object_or_404(_drafts(request), pk=pk)
    reasons: list[str] = []
    try:
        if "title" in request.POST:
            empty = EmptyAnnexForm(request.POST)
            if empty.is_valid():
                language = document.original_language
                titles = {language: empty.cleaned_data["title"]}
                part = services.add_annex(document=document, actor=request.viewer, titles=titles)
                services.set_text(part=part, language=language, content=services.EMPTY, actor=request.viewer)
                return redirect(document)
            reasons = [_("Enter a title for the annex.")]
        else:
            form = AnnexForm(request.POST)
            if form.is_valid():
                maker, subject = form.cleaned_data["source"]
                language = form.cleaned_data["language"] or document.original_language
                services.make_annex(
                    document=document, maker=maker, subject=subject, language=language, actor=request.viewer
                )
                return redirect(document)
            reasons = [_("Choose the source of the annex.")]
    except Refused as refused:
        reasons = refused.sentences
    return render(request, "documents/draft.html", _draft_context(request, document, reasons=reasons), status=400)


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
def draft_annex_remove(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    document = get_object_or_404(_drafts(request), pk=pk)
    annex = get_object_or_404(document.parts.filter(kind=Part.Kind.ANNEX), key=part)
    return removal_page(
        request,
        annex,
        lambda version: services.remove_annex(part=annex, expected=version, actor=request.viewer),
        heading=lambda held: _("Remove annex: %(title)s") % {"title": held.title},
        consequences=[_("The annex and its texts in all languages will be deleted.")],
        action_label=_("Remove annex"),
        crumbs=[(str(document), document.draft_url)],
        back_url=document.draft_url,
        version_of=services.annex_version,
        content_of=_annex_content,
    )


def _annex_content(annex: Part) -> dict[str, str]:
    texts = {}
    for text in annex.texts.order_by("language"):
        label = _("Text in %(language)s") % {"language": Language(text.language).label}
        texts[label] = "\n".join(plain_text(block) for block in text.content.get("content", ()))[:2000]
    return {f"title_{language}": getattr(annex, f"title_{language}") or "" for language in LANGUAGES} | texts


@role_required(*EDITORS)
@require_POST
def draft_render(request: HttpRequest, pk: int, language: str, format: str) -> HttpResponse:
    """Request the file of the present draft."""
    document = get_object_or_404(_drafts(request), pk=pk)
    try:
        rendition = request_rendition(document=document, language=language, format=format, actor=request.viewer)
    except NothingToShow as nothing:
        raise Http404 from nothing
    if request.htmx:
        return render(request, "documents/_rendition_status.html", {"rendition": rendition})
    return redirect("documents:draft-rendition", pk=document.pk, rendition=rendition.pk)


def _renditions(request: HttpRequest, pk: int) -> Any:
    document = get_object_or_404(_drafts(request), pk=pk)
    return Rendition.objects.select_related("job", "file", "document").filter(document=document)


@role_required(*EDITORS)
@require_safe
def draft_rendition(request: HttpRequest, pk: int, rendition: int) -> HttpResponse:
    """Show whether the file has been made; htmx gets only the status fragment."""
    found = get_object_or_404(_renditions(request, pk), pk=rendition)
    template = "documents/_rendition_status.html" if request.htmx else "documents/rendition_page.html"
    return render(request, template, {"rendition": found, "document": found.document, "language": found.language})


@role_required(*EDITORS)
@require_safe
def draft_file(request: HttpRequest, pk: int, rendition: int) -> HttpResponse:
    found = get_object_or_404(_renditions(request, pk).exclude(file=None), pk=rendition)
    return file_response(found.file, name=found.file_name, inline=found.format == "pdf")


@role_required(*PUBLISHERS)
@require_http_methods(["GET", "POST"])
def draft_issue(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show what issuing will do and what prevents it, and issue the document. Also used for further languages."""
    document = get_object_or_404(Document.objects.visible_to(request.viewer, timezone.now()), pk=pk)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            services.issue_document(document=document, language=language, actor=request.viewer)
            document.refresh_from_db()
            return redirect(document)
        except Refused as refused:
            reasons = refused.sentences
    context = {
        "document": document,
        "language": language,
        "reasons": reasons or draft_page.obstacles(document, language),
        "unresolved": progress.unresolved_words(document) if document.is_draft else "",
        "unwritten": progress.unwritten_words(document, language),
    }
    return render(request, "documents/draft_issue.html", context, status=409 if reasons else 200)
