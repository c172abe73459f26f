"""The page for the title and position of an annex."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents import services
from documents.forms.annexes import AnnexPlaceForm
from documents.models import Document, Part
from documents.permissions import EDITORS
from foundation.editing import Clash
from foundation.editing.merging import save_merged
from foundation.editing.pages import say_merged
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from membership.permissions import role_required


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
def annex_edit(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.viewer, timezone.now()).drafts(), pk=pk)
    annexes = document.parts.filter(kind=Part.Kind.ANNEX)
    annex = get_object_or_404(annexes, key=part)
    form = AnnexPlaceForm(request.POST or None, annex=annex, document=document)
    status = 200
    if form.is_valid():
        title = _("Title and position of an annex")
        try:
            row = save_merged(form, lambda: services.change_annex(part=annex, actor=request.viewer, **form.chosen))
        except Clash as clash:
            return clash_response(request, clash, form=form, cancel_url=document.draft_url, title=title)
        except Refused as refused:
            status = 409
            refused.add_to(form)
        else:
            if row is not None:
                say_merged(request, row)
            return redirect(document)
    return render(
        request, "documents/draft_annex.html", {"document": document, "annex": annex, "form": form}, status=status
    )
