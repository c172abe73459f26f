"""Papers without a symbol, for their named readers and for staff: pages, files, readers and circulation."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import services
from documents.forms.lifecycle import ReadersForm
from documents.models import UNSYMBOLED, Document
from documents.permissions import EDITORS, PUBLISHERS, has_role
from documents.views.public import act_page, file_answer, issue_page, overview_page, status_fragment, unknown_page
from foundation.editing import Clash
from foundation.editing.merging import save_merged
from foundation.editing.pages import say_merged
from foundation.editing.submissions import sent_once
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from membership.permissions import role_required, signed_in_required


def _paper(request: HttpRequest, pk: int) -> Document | HttpResponse:
    """Return the paper, or a page that says it was withdrawn. 404 for people who may not or no longer see it."""
    visible = Document.objects.visible_to(request.viewer, timezone.now()).issued().filter(kind__in=UNSYMBOLED)
    document = get_object_or_404(visible, pk=pk)
    if document.is_withdrawn:
        return render(request, "documents/document_withdrawn.html", {"document": document}, status=410)
    return document


@signed_in_required
@require_safe
def circulated(request: HttpRequest, pk: int) -> HttpResponse:
    document = _paper(request, pk)
    return document if isinstance(document, HttpResponse) else overview_page(request, document)


@signed_in_required
@require_safe
def circulated_page(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    document = _paper(request, pk)
    if isinstance(document, HttpResponse):
        return document
    issue = document.issues.filter(language=language).order_by("-number").first()
    return issue_page(request, document, issue) if issue else unknown_page(request, document.title, document)


@signed_in_required
@require_safe
def circulated_file(request: HttpRequest, pk: int, language: str, format: str) -> HttpResponse:
    document = _paper(request, pk)
    return document if isinstance(document, HttpResponse) else file_answer(request, document, language, format)


@signed_in_required
@require_safe
def circulated_status(request: HttpRequest, pk: int, language: str, format: str) -> HttpResponse:
    document = _paper(request, pk)
    return document if isinstance(document, HttpResponse) else status_fragment(request, document, language, format)


@role_required(*PUBLISHERS)
@require_http_methods(["GET", "POST"])
@sent_once
def circulated_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm and carry out an action on a paper, such as circulation or withdrawal."""
    papers = Document.objects.visible_to(request.viewer, timezone.now()).issued().filter(kind__in=UNSYMBOLED)
    return act_page(request, get_object_or_404(papers, pk=pk), act)


# --- Who reads it -----------------------------------------------------------------------------------------------------
@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the named readers and the end of their access. After circulation only publishers may change them."""
    papers = Document.objects.visible_to(request.viewer, timezone.now()).in_force().filter(kind__in=UNSYMBOLED)
    document = get_object_or_404(papers, pk=pk)
    form = ReadersForm(request.POST or None, document=document)
    may_change = document.is_draft or has_role(request.viewer, *PUBLISHERS)
    if form.is_valid() and may_change:

        def save() -> None:
            services.name_readers(document=document, expected=form.expected, actor=request.viewer, **form.values)

        try:
            row = save_merged(form, save)
        except Refused as refused:
            refused.add_to(form)
        except Clash as clash:
            return clash_response(request, clash, form=form, cancel_url=request.path, title=_("Readers and expiry"))
        else:
            if row is not None:
                say_merged(request, row)
            return redirect(document)
    elif request.method == "POST" and not may_change:
        form.add_error(None, _("After circulation, only publishers can change the readers."))
    return render(request, "documents/readers.html", {"document": document, "form": form})


@role_required(*EDITORS)
@require_POST
@sent_once
def advance_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy the texts of a draft into an advance unedited copy, which is circulated to named readers."""
    drafts = Document.objects.visible_to(request.viewer, timezone.now()).drafts().in_force()
    document = get_object_or_404(drafts, pk=pk)
    try:
        return redirect(services.create_advance_copy(document=document, actor=request.viewer))
    except Refused as refused:
        context: dict[str, Any] = {"document": document, "reasons": refused.sentences}
        return render(request, "documents/refused.html", context, status=409)
