"""Issued documents: list, overview, page, downloads and actions. Every query is limited by `visible_to`."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents import listing
from documents.acts import ACTS
from documents.forms.drafts import DocumentFilter
from documents.models import Document, Issue, Rendition, ShortAddress
from documents.permissions import EDITORS, PUBLISHERS, TRANSLATORS, has_role
from documents.progress import timeline_of
from documents.renditions import failed, request_rendition
from documents.revisions import revision_of, revision_of_page
from documents.views.reissues import reissues_of
from foundation.editing.submissions import sent_once
from foundation.pages.access import public
from foundation.refusals import Refused
from foundation.uploads.responses import file_response
from membership.permissions import role_required
from texts.masthead import words_in
from texts.rendering.page import set_document

PER_PAGE = 50


def _visible(request: HttpRequest) -> Any:
    return Document.objects.visible_to(getattr(request, "viewer", None), timezone.now())


# --- List -------------------------------------------------------------------------------------------------------------
def _list_revision(request: HttpRequest) -> Any:
    return revision_of(Document.objects.visible_to(None, timezone.now()))


@public(revision=_list_revision)
@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    documents = _visible(request)
    edits = has_role(getattr(request, "viewer", None), *EDITORS)
    form = DocumentFilter(request.GET, years=listing.years(documents), states=listing.states(edits))
    rows = listing.filtered(documents, form.chosen())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": listing.rows(page.object_list, timezone.now()),
        "edits": edits,
        "is_administrator": has_role(getattr(request, "viewer", None), "administrator"),
    }
    return render(request, "documents/document_list.html", context)


# --- One document -----------------------------------------------------------------------------------------------------
def document_revision(request: HttpRequest, symbol: str, **_of_the_page: Any) -> Any:
    """Return the revision of the page, or None for a 404, which is not cached."""
    return revision_of_page(symbol, timezone.now())


def _lookup(request: HttpRequest, symbol: str) -> Document | HttpResponse:
    """Return the issued document, a page that says it was withdrawn, or a 404 page with suggestions."""
    document = _visible(request).filter(symbol=symbol).exclude(issued_at=None).first()
    if document is None:
        return unknown_page(request, symbol)
    if document.is_withdrawn:
        return render(request, "documents/document_withdrawn.html", {"document": document}, status=410)
    return document


def unknown_page(request: HttpRequest, asked: str, document: Document | None = None) -> HttpResponse:
    """Return a 404 page that offers the languages of `document`.

    Without one it offers documents with similar symbols, or the latest documents.
    """
    near, similar = ([], False) if document else listing.similar_documents(_visible(request).issued(), asked)
    context = {
        "asked": asked,
        "document": document,
        "issues": Issue.objects.filter(document=document).order_by("language") if document else [],
        "near": near,
        "near_is_similar": similar,
    }
    return render(request, "documents/document_unknown.html", context, status=404)


@public(revision=document_revision)
@require_safe
def overview(request: HttpRequest, symbol: str) -> HttpResponse:
    document = _lookup(request, symbol)
    return document if isinstance(document, HttpResponse) else overview_page(request, document)


def overview_page(request: HttpRequest, document: Document) -> HttpResponse:
    viewer = getattr(request, "viewer", None)
    now = timezone.now()
    may_publish = has_role(viewer, *PUBLISHERS)
    context = {
        "document": document,
        "state": listing.state_of(document, now),
        "issues": listing.issues_with_files(document),
        "derived": _visible(request).filter(derives_from=document).order_by("dated", "symbol"),
        "original": _visible(request).filter(pk=document.derives_from_id).first(),
        "acts": [entry for name, entry in ACTS.items() if entry.offered(document, now)] if may_publish else [],
        "timeline": timeline_of(document) if may_publish else [],
        "reissues": reissues_of(document) if may_publish else [],
        "may_publish": may_publish,
        "translatable": listing.untranslated_languages(document) if has_role(viewer, *TRANSLATORS) else [],
    }
    return render(request, "documents/document_overview.html", context)


@public(revision=document_revision)
@require_safe
def page(request: HttpRequest, symbol: str, language: str) -> HttpResponse:
    issue = issue_of(request, symbol, language)
    return issue if isinstance(issue, HttpResponse) else issue_page(request, issue.document, issue)


def issue_of(request: HttpRequest, symbol: str, language: str) -> Issue | HttpResponse:
    """Return the last issue in that language, or a page that says why there is none."""
    document = _lookup(request, symbol)
    if isinstance(document, HttpResponse):
        return document
    issue = document.issues.filter(language=language).order_by("-number").first()
    if issue is None:
        return unknown_page(request, symbol, document)
    issue.document = document
    return issue


@public(revision=document_revision)
@require_safe
def earlier(request: HttpRequest, symbol: str, language: str, number: int) -> HttpResponse:
    """Show an issue that was later replaced by a technical reissue."""
    document = _lookup(request, symbol)
    if isinstance(document, HttpResponse):
        return document
    issue = document.issues.filter(language=language, number=number).first()
    return issue_page(request, document, issue) if issue else unknown_page(request, symbol, document)


def issue_page(request: HttpRequest, document: Document, issue: Issue) -> HttpResponse:
    """Show an issue as a web page, with links to documents that correct or replace it."""
    related = _visible(request).issued().in_force()
    rows = listing.issues_with_files(document)
    context = {
        "document": document,
        "issue": issue,
        "m": issue.content,
        "head": issue.content["masthead"],
        "laid": set_document(issue.content, "page"),
        "words": words_in(issue.content),
        "issues": rows,
        "last": next((row.issue for row in rows if row.language == issue.language), issue),
        "derived": related.filter(derives_from=document).order_by("dated", "symbol"),
        "original": related.filter(pk=document.derives_from_id).first(),
        "now_restricted": document.is_restricted(timezone.now()) and not document.is_unsymboled,
    }
    return render(request, "documents/document_page.html", context)


# --- Files ------------------------------------------------------------------------------------------------------------
@public
@require_safe
def download(request: HttpRequest, symbol: str, language: str, format: str) -> HttpResponse:
    """Return the stored file, or a page that shows the progress of its job."""
    document = _lookup(request, symbol)
    if isinstance(document, HttpResponse):
        return document
    return file_answer(request, document, language, format)


def file_answer(request: HttpRequest, document: Document, language: str, format: str) -> HttpResponse:
    if not document.issues.filter(language=language).exists():
        return unknown_page(request, str(document), document)
    rendition = request_rendition(document=document, language=language, format=format)
    if not rendition.is_ready:
        context = {"document": document, "rendition": rendition, "language": language}
        return render(request, "documents/rendition_page.html", context, status=500 if failed(rendition) else 202)
    return _stored(request, rendition)


def _stored(request: HttpRequest, rendition: Rendition) -> HttpResponse:
    etag = f'"{rendition.file.sha256[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = file_response(rendition.file, name=rendition.file_name, inline=rendition.format == "pdf")
    response["ETag"] = etag
    if not getattr(request, "viewer", None):
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        response["Vary"] = "Cookie"
    return response


@public
@require_safe
def earlier_file(request: HttpRequest, symbol: str, language: str, number: int, format: str) -> HttpResponse:
    """Return the file of an earlier issue."""
    document = _lookup(request, symbol)
    if isinstance(document, HttpResponse):
        return document
    made = Rendition.objects.select_related("file", "document", "issue").exclude(file=None)
    rendition = made.filter(document=document, language=language, format=format, issue__number=number).first()
    return _stored(request, rendition) if rendition else unknown_page(request, symbol, document)


@public
@require_safe
def status(request: HttpRequest, symbol: str, language: str, format: str) -> HttpResponse:
    """Return the fragment that the waiting page reloads until the file is ready."""
    document = _lookup(request, symbol)
    if isinstance(document, HttpResponse):
        return document
    return status_fragment(request, document, language, format)


def status_fragment(request: HttpRequest, document: Document, language: str, format: str) -> HttpResponse:
    made = Rendition.objects.select_related("job", "file", "document").filter(document=document, issue__isnull=False)
    rendition = made.filter(language=language, format=format).order_by("-issue__number").first()
    if rendition is None or rendition.job is None:
        raise Http404
    return render(request, "documents/_rendition_status.html", {"rendition": rendition})


# --- Acts -------------------------------------------------------------------------------------------------------------
@role_required(*PUBLISHERS)
@require_http_methods(["GET", "POST"])
@sent_once
def act(request: HttpRequest, symbol: str, act: str) -> HttpResponse:
    """Show the consequences of an action, and carry it out on POST."""
    return act_page(request, get_object_or_404(_visible(request).issued(), symbol=symbol), act)


def act_page(request: HttpRequest, document: Document, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    entry = ACTS[act]
    form = entry.form_for(document, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            target = entry.carry_out(document, request.viewer, form.cleaned_data)
            return redirect(target)
        except Refused as refused:
            refused.add_to(form)
    context = {"document": document, "entry": entry, "form": form, "consequences": entry.consequences(document)}
    return render(request, "documents/document_act.html", context)


# --- Other pages ------------------------------------------------------------------------------------------------------
@public
def unknown(request: HttpRequest, address: str) -> HttpResponse:
    """Answer any other address below /documents/: correct the case of a symbol, or show a 404 page."""
    upper = address.strip("/").upper().replace("REV.", "Rev.").replace("CORR.", "Corr.").replace("ADD.", "Add.")
    document = _visible(request).issued().filter(symbol=upper).first()
    if document is not None:
        return redirect(document)
    # The rest may be a language or file that does not exist: suggest the document itself.
    symbol, _slash, last = upper.rpartition("/")
    suggested = _visible(request).issued().in_force().filter(symbol=symbol).first() if last else None
    return unknown_page(request, address[:100], suggested)


@public
@require_safe
def short_address(request: HttpRequest, alias: str) -> HttpResponse:
    """Redirect `/go/<alias>` to its target. The address has no language prefix, so that it can be printed."""
    address = get_object_or_404(ShortAddress, alias=alias)
    return HttpResponseRedirect(address.target)
