"""Contribute without an account or JavaScript. Contributions are moderated."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogue import services
from dialogue.forms import ContributionForm
from dialogue.views.common_pages import dialogue_crumbs, found_dialogue
from dialogue.visitor_marks import count_contribution, may_contribute
from foundation.editing.submissions import sent_once
from foundation.pages.access import public
from foundation.refusals import Refused


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def contribute(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = found_dialogue(request, slug)
    context = {"dialogue": dialogue, "crumbs": dialogue_crumbs(dialogue)}
    form = ContributionForm(request.POST or None, dialogue=dialogue, initial=_asked(request, dialogue))
    if not dialogue.takes_contributions(timezone.now()):
        # Text typed before the close is shown again, so that it is not lost.
        return render(request, "dialogue/contribute_closed.html", context | {"typed": request.POST.get("text", "")})
    if form.is_valid():
        if form.is_from_a_program:
            return redirect("dialogue:received", slug)
        if not may_contribute(request):
            form.add_error(None, _("Too many contributions have been sent from your network. Try again in an hour."))
        else:
            try:
                services.submit_contribution(**form.cleaned_data)
            except services.DialogueClosed:
                return render(
                    request, "dialogue/contribute_closed.html", context | {"typed": form.data.get("text", "")}
                )
            except Refused as refusal:
                refusal.add_to(form)
            else:
                count_contribution(request)
                return redirect("dialogue:received", slug)
    return render(request, "dialogue/contribute.html", context | {"form": form})


def _asked(request: HttpRequest, dialogue: object) -> dict[str, object]:
    """Return the question that the link names."""
    asked = request.GET.get("topic", "")
    topic = dialogue.topics.filter(position=int(asked)).first() if asked.isdecimal() and len(asked) < 4 else None
    return {"topic": topic.pk} if topic else {}


@public
@require_safe
def received(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = found_dialogue(request, slug)
    return render(request, "dialogue/received.html", {"dialogue": dialogue, "crumbs": dialogue_crumbs(dialogue)})
