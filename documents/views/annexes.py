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
from foundation.refusals import Refused
from membership.permissions import role_required


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
def annex_edit(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.viewer, timezone.now()).drafts(), pk=pk)
    annexes = document.parts.filter(kind=Part.Kind.ANNEX)
    annex = get_object_or_404(annexes, key=part)
    form = AnnexPlaceForm(request.POST or None, annex=annex, document=document, places=annexes.count())
    status = 200
    if form.is_valid():
        try:
            services.change_annex(part=annex, actor=request.viewer, **form.chosen)
            return redirect(document)
        except Clash:
            status = 409
            form = form.after_clash(Part.objects.get(pk=annex.pk), Document.objects.get(pk=pk))
            form.add_error(
                None,
                _(
                    "Somebody else changed this draft while you were editing it. Check the current text "
                    "beside yours, then save again."
                ),
            )
        except Refused as refused:
            status = 409
            refused.add_to(form)
    return render(
        request, "documents/draft_annex.html", {"document": document, "annex": annex, "form": form}, status=status
    )
