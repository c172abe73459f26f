"""Import of Word files, for editors: the upload, and its progress and report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from documents.importing import services
from documents.importing.forms import WordImportForm
from documents.models import WordImport
from documents.permissions import EDITORS
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from foundation.uploads.bodies import takes_files
from membership.permissions import role_required


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
@sent_once
@takes_files
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a Word file, and list the person's ten latest imports."""
    form = WordImportForm(request.POST, request.FILES) if request.method == "POST" else WordImportForm()
    if form.is_valid():
        try:
            word_import = services.request_import(actor=request.viewer, **form.cleaned_data)
            return redirect("documents:import", pk=word_import.pk)
        except Refused as refused:
            refused.add_to(form)
    earlier = WordImport.objects.filter(requested_by=request.viewer).select_related("job", "document")[:10]
    status = 400 if form.is_bound else 200
    return render(request, "documents/importing/new.html", {"form": form, "earlier": earlier}, status=status)


@role_required(*EDITORS)
@require_safe
def import_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the progress and the report: a page, or only the part that changes for htmx."""
    imports = WordImport.objects.select_related("job", "document", "file").filter(requested_by=request.viewer)
    word_import = get_object_or_404(imports, pk=pk)
    template = "documents/importing/status.html" + ("#state" if request.htmx else "")
    return render(request, template, {"word_import": word_import})
