"""Translations sent out as Word files: pages for staff, and the page that a translator opens by personal link."""

import functools
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import Document, TranslationAssignment
from documents.permissions import EDITORS, TRANSLATORS, has_role
from documents.translating import external
from foundation.editing.submissions import View, sent_once
from foundation.pages.languages import OWN_NAMES
from foundation.pages.wrong_links import WINDOW, count_wrong, is_slowed
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.uploads.bodies import takes_files
from foundation.uploads.forms import UploadField
from foundation.uploads.kinds import LARGEST_WORD_FILE, WORD_FILES
from foundation.uploads.responses import file_response
from membership.permissions import personal_link, role_required


class AskForm(forms.Form):
    """Request a translation: language, due date, translator and message."""

    language = forms.ChoiceField(label=gettext_lazy("Target language"))
    due_on = forms.DateField(
        label=gettext_lazy("Due on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    translator_name = forms.CharField(label=gettext_lazy("Translator"), max_length=200)
    translator_email = forms.EmailField(
        label=gettext_lazy("Email address"),
        required=False,
        help_text=gettext_lazy(
            "The translator receives a personal link by email and needs no account. Leave blank "
            "to send the file yourself."
        ),
    )
    message = forms.CharField(
        label=gettext_lazy("Message to the translator"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, document: Document, for_oneself: bool = False, **kwargs: Any) -> None:
        """With `for_oneself`, leave out the fields about the recipient: translators take the file themselves."""
        super().__init__(*args, **kwargs)
        if for_oneself:
            for name in ("translator_name", "translator_email", "message"):
                del self.fields[name]
        others = [code for code in LANGUAGES if code != document.original_language]
        self.fields["language"].choices = [(code, OWN_NAMES[code]) for code in others]


class ReturnForm(forms.Form):
    """Upload the translated file."""

    file = UploadField(
        label=gettext_lazy("Translated Word file"), kinds=WORD_FILES, largest=LARGEST_WORD_FILE, is_served=False
    )


def _document(request: HttpRequest, pk: int) -> Document:
    return get_object_or_404(Document.objects.visible_to(request.viewer, timezone.now()).in_force(), pk=pk)


def _assignment(request: HttpRequest, pk: int, assignment: int) -> TranslationAssignment:
    rows = TranslationAssignment.objects.select_related("document", "job", "file")
    return get_object_or_404(rows, document=_document(request, pk), pk=assignment)


def file_name(assignment: TranslationAssignment) -> str:
    """Return the name of the file for the translator, for example `IC-2010-9 EN-FR.docx`."""
    named = (assignment.document.symbol or f"draft {assignment.document_id}").replace("/", "-")
    return f"{named} {assignment.document.original_language.upper()}-{assignment.language.upper()}.docx"


@role_required(*TRANSLATORS)
@require_http_methods(["GET", "POST"])
@sent_once
def assignment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List the document's translations, with the form that sends another; translators take a file themselves."""
    document = _document(request, pk)
    posted = request.POST if request.method == "POST" else None
    sends = has_role(request.viewer, *EDITORS)
    form = AskForm(posted, document=document, for_oneself=not sends)
    if form.is_valid():
        values = form.cleaned_data if sends else {**form.cleaned_data, "translator_name": str(request.viewer)}
        try:
            asked = external.request_translation(document=document, actor=request.viewer, **values)
            return redirect("documents:assignment", pk=pk, assignment=asked.pk)
        except Refused as refused:
            refused.add_to(form)
    rows = document.translation_assignments.select_related("job").prefetch_related("returns")
    context = {"document": document, "form": form, "rows": rows, "names": OWN_NAMES, "sends": sends}
    return render(request, "documents/translating/assignment_list.html", context, status=400 if form.is_bound else 200)


@role_required(*TRANSLATORS)
@require_http_methods(["GET", "POST"])
@sent_once
@takes_files
def assignment_page(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Show one translation: its file, what was returned and what did not align, and the form to return a file."""
    found = _assignment(request, pk, assignment)
    form = ReturnForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and _return_file(form, found, request.viewer):
        return redirect("documents:assignment", pk=pk, assignment=assignment)
    template = "documents/translating/assignment_page.html" + ("#state" if request.htmx else "")
    context = _context(found, form) | {"sends": has_role(request.viewer, *EDITORS)}
    return render(request, template, context, status=400 if form.is_bound else 200)


def _context(found: TranslationAssignment, form: forms.Form) -> dict[str, Any]:
    return {
        "assignment": found,
        "document": found.document,
        "source_name": OWN_NAMES[found.document.original_language],
        "target_name": OWN_NAMES[found.language],
        "file_name": file_name(found),
        "returns": found.returns.select_related("job"),
        "is_open": external.is_open(found, timezone.now()),
        "form": form,
    }


def _return_file(form: forms.Form, found: TranslationAssignment, actor: Any) -> bool:
    try:
        external.return_file(assignment=found, file=form.cleaned_data["file"], actor=actor)
    except Refused as refused:
        form.add_error(None, str(refused))
    return form.is_valid()


@role_required(*TRANSLATORS)
@require_safe
def assignment_file(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Download the file for the translator."""
    found = _assignment(request, pk, assignment)
    if found.file is None:
        raise Http404
    return file_response(found.file, name=file_name(found))


@role_required(*EDITORS)
@require_POST
def assignment_close(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Close the translation."""
    external.close_translation(assignment=_assignment(request, pk, assignment), actor=request.viewer)
    return redirect("documents:assignment", pk=pk, assignment=assignment)


# --- By the personal link ---------------------------------------------------------------------------------------------
def _by_link_only(view: View) -> View:
    """Let a view ignore the session: somebody who is signed in acts here only as the holder of the link."""

    @functools.wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.viewer = None
        return view(request, *args, **kwargs)

    return entered


@personal_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_by_link_only
@sent_once
@takes_files
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of a personal link: download the file, return the translated one.

    It needs no account and no cookie: knowing the address is the permission.
    """
    found = _found_or_refused(request, token)
    if isinstance(found, HttpResponse):
        return found
    form = ReturnForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and _return_file(form, found, None):
        return redirect("documents:translation-link", token=token)
    template = "documents/translating/translation_link.html" + ("#state" if request.htmx else "")
    return render(request, template, _context(found, form) | {"token": token}, status=400 if form.is_bound else 200)


@personal_link
@require_safe
def link_file(request: HttpRequest, token: str) -> HttpResponse:
    """Download the file by personal link."""
    request.viewer = None
    found = _found_or_refused(request, token)
    if isinstance(found, HttpResponse):
        return found
    if found.file is None:
        return _not_in_use(request)
    return file_response(found.file, name=file_name(found))


def _found_or_refused(request: HttpRequest, token: str) -> TranslationAssignment | HttpResponse:
    """Return the translation behind the link, or the response that refuses it.

    After too many wrong links, every link from that network is refused for a while, so that tokens cannot be guessed.
    """
    if is_slowed(request):
        return _slowed(request)
    found = external.open_by_link(token)
    if found is None:
        count_wrong(request)
        return _not_in_use(request)
    return found


def _slowed(request: HttpRequest) -> HttpResponse:
    sentence = _("Too many invalid links were opened from your network. Wait a minute, then try again.")
    response = render(request, "documents/translating/assignment_not_in_use.html", {"sentence": sentence}, status=429)
    response["Retry-After"] = str(WINDOW)
    return response


def _not_in_use(request: HttpRequest) -> HttpResponse:
    """Answer in the same way for a wrong, a closed and an expired link."""
    sentence = _("This link is not valid. Ask the secretariat for a new one.")
    return render(request, "documents/translating/assignment_not_in_use.html", {"sentence": sentence}, status=404)
