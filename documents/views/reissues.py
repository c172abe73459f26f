"""Technical reissue: start it with a reason, preview it, issue it again or cancel it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import services
from documents.forms.lifecycle import ReissueForm
from documents.masthead import reissue_note
from documents.models import Document, Part, Reissue, Rendition
from documents.permissions import PUBLISHERS, open_reissue
from documents.renditions import failed, request_preview
from foundation.editing.submissions import sent_once
from foundation.pages.languages import OWN_NAMES
from foundation.refusals import Refused
from foundation.uploads.responses import file_response
from membership.permissions import role_required
from texts.masthead import words_in
from texts.material import Material
from texts.problems import problems_of
from texts.rendering.page import set_document


@dataclass(frozen=True)
class ReissueRow:
    """An issued language, and its technical reissue if one is in progress."""

    language: str
    own_name: str
    under_way: Reissue | None


def reissues_of(document: Document) -> list[ReissueRow]:
    if document.is_withdrawn:
        return []
    rows = {row.language: row for row in document.reissues.filter(issue=None, given_up_at=None)}
    issued = set(document.issues.values_list("language", flat=True))
    return [ReissueRow(code, name, rows.get(code)) for code, name in OWN_NAMES.items() if code in issued]


def _issued(request: HttpRequest, symbol: str, language: str) -> Document:
    visible = Document.objects.visible_to(request.viewer, timezone.now()).issued().in_force()
    document = get_object_or_404(visible, symbol=symbol)
    if not document.issues.filter(language=language).exists():
        raise Http404
    return document


@role_required(*PUBLISHERS)
@require_http_methods(["GET", "POST"])
@sent_once(unless="issue")
def reissue(request: HttpRequest, symbol: str, language: str) -> HttpResponse:
    """Start a technical reissue, then show its texts and problems, then issue or cancel it."""
    document = _issued(request, symbol, language)
    row = open_reissue(document, language)
    form = ReissueForm(request.POST if request.method == "POST" and row is None else None)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            if row is None and "issue" not in request.POST:
                if form.is_valid():
                    services.begin_reissue(
                        document=document, language=language, actor=request.viewer, **form.cleaned_data
                    )
                    return redirect(request.path)
            elif "give_up" in request.POST:
                services.cancel_reissue(document=document, language=language, actor=request.viewer)
                return redirect(document)
            elif "issue" in request.POST:
                services.reissue_document(document=document, language=language, actor=request.viewer)
                return redirect(document)
            else:
                # Somebody else has started the reissue since the form was opened. Show it instead.
                return redirect(request.path)
        except Refused as refused:
            reasons = refused.sentences
    parts = Part.objects.filter(document=document, texts__language=language).order_by("position")
    context = {
        "document": document,
        "language": language,
        "own_name": OWN_NAMES[language],
        "row": row,
        "form": form,
        "parts": parts,
        "reasons": reasons,
        "problems": problems_of(services.reissue_material(document, language)) if row else [],
    }
    return render(request, "documents/reissue.html", context, status=409 if reasons else 200)


def _under_way(request: HttpRequest, symbol: str, language: str) -> tuple[Document, Material]:
    """Return the document and the material that would be issued; 404 if no reissue is in progress."""
    document = _issued(request, symbol, language)
    row = open_reissue(document, language)
    if row is None:
        raise Http404
    number = document.issues.filter(language=language).count() + 1
    note = reissue_note(number, row.reason, timezone.now(), language)
    return document, {**services.reissue_material(document, language), "reissue": note}


@role_required(*PUBLISHERS)
@require_safe
def reissue_preview(request: HttpRequest, symbol: str, language: str) -> HttpResponse:
    """Show the reissue as a web page, with its asterisk and reason."""
    document, material = _under_way(request, symbol, language)
    context = {
        "document": document,
        "title": _("Preview of the reissue"),
        "m": material,
        "head": material["masthead"],
        "laid": set_document(material, "page"),
        "words": words_in(material),
    }
    return render(request, "documents/reissue_preview.html", context)


@role_required(*PUBLISHERS)
@require_safe
def reissue_preview_file(request: HttpRequest, symbol: str, language: str) -> HttpResponse:
    """Return the preview as a PDF, or a page that shows the progress of its job."""
    document, material = _under_way(request, symbol, language)
    rendition = request_preview(document=document, material=material, actor=request.viewer)
    if rendition.is_ready:
        return file_response(rendition.file, name=f"preview {rendition.file_name}", inline=True)
    context = {"document": document, "rendition": rendition, "language": language}
    return render(request, "documents/rendition_page.html", context, status=500 if failed(rendition) else 202)


@role_required(*PUBLISHERS)
@require_safe
def reissue_preview_status(request: HttpRequest, symbol: str, language: str, rendition: int) -> HttpResponse:
    """Return the fragment that the waiting page reloads until the file is ready."""
    document = _issued(request, symbol, language)
    previews = Rendition.objects.select_related("job", "file", "document")
    found = get_object_or_404(previews, pk=rendition, document=document, language=language, issue=None)
    return render(request, "documents/_rendition_status.html", {"rendition": found})
