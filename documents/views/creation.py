"""Creating a document from a blueprint."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents import services
from documents.blueprints import Blueprint, blueprints
from documents.forms.drafts import MastheadForm
from documents.forms.lifecycle import BeginningForm, BeginningSymbolForm
from documents.models import Act
from documents.permissions import EDITORS
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from membership.permissions import role_required


@role_required(*EDITORS)
@require_safe
def beginnings(request: HttpRequest) -> HttpResponse:
    """List the blueprints, and the option of an empty draft."""
    return render(request, "documents/beginnings.html", {"blueprints": blueprints().values()})


@role_required(*EDITORS)
@require_http_methods(["GET", "POST"])
@sent_once
def begin(request: HttpRequest, blueprint: str) -> HttpResponse:
    chosen = blueprints().get(blueprint)
    if chosen is None:
        raise Http404
    form = BeginningForm(request.POST or None, blueprint=chosen, person=request.viewer)
    masthead = MastheadForm(request.POST or None, initial=_initial(chosen))
    # The blueprint sets the kind, and the symbol has its own form.
    for name in ("kind", "symbol"):
        del masthead.fields[name]
    symbol = BeginningSymbolForm(request.POST or None, proposals=services.proposals(chosen.kind, timezone.now().year))
    if all([form.is_valid(), masthead.is_valid(), symbol.is_valid()]):
        try:
            document = services.create_from_blueprint(
                blueprint=chosen, actor=request.viewer, **form.chosen, **symbol.chosen, **masthead.cleaned_data
            )
            note = document.acts.filter(kind=Act.Kind.CREATED).values_list("note", flat=True).first()
            if note:
                messages.warning(request, note)
            return redirect(document)
        except Refused as refused:
            refused.add_to(masthead)
    context = {"blueprint": chosen, "form": form, "masthead": masthead, "symbol": symbol}
    return render(request, "documents/begin.html", context)


def _initial(blueprint: Blueprint) -> dict[str, Any]:
    titles = {f"title_{language}": title for language, title in blueprint.titles.items()}
    return {"dated": timezone.now().date(), "body": blueprint.body, **titles}
