"""Moderation, and the export of contributions for staff."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from dialogue import services
from dialogue.forms import DecisionForm
from dialogue.imports import EXPORTED
from dialogue.models import Contribution, ContributionState, Dialogue
from dialogue.permissions import READERS
from dialogue.services.moderation import DECISIONS
from dialogue.views.common_pages import dialogue_crumbs, staff_dialogue
from foundation.editing import Clash
from foundation.refusals import Refused
from foundation.tables.exports import table_response
from membership.permissions import role_required

ON_A_PAGE = 25
moderators = role_required("moderator")
readers = role_required(*READERS)
WORDS = {
    ContributionState.APPROVED: gettext_lazy("Approve: publish it"),
    ContributionState.DECLINED: gettext_lazy("Decline: do not publish it"),
    ContributionState.HIDDEN: gettext_lazy("Hide: remove it from the page"),
}


def _of(dialogue: Dialogue) -> Any:
    return Contribution.objects.filter(topic__dialogue=dialogue).select_related("topic", "moderated_by")


@moderators
@require_safe
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """List contributions to moderate, oldest first, or decided ones by `?state=`."""
    dialogue = staff_dialogue(slug)
    counts = dict(_of(dialogue).order_by().values_list("state").annotate(Count("pk")))
    asked = request.GET.get("state", "")
    state = asked if asked in ContributionState.values else ContributionState.SUBMITTED
    rows = _of(dialogue).filter(state=state).order_by("submitted_at", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "dialogue": dialogue,
        "crumbs": dialogue_crumbs(dialogue),
        "states": [(value, capfirst(label), counts.get(value, 0)) for value, label in ContributionState.choices],
        "shown_state": state,
        "page": page,
        "contributions": list(page.object_list),
    }
    return render(request, "dialogue/moderation.html", context)


@moderators
@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, slug: str, contribution_id: int) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    row = get_object_or_404(_of(dialogue), pk=contribution_id)
    choices = [(decision, WORDS[decision]) for decision in DECISIONS[row.state]]
    form = DecisionForm(request.POST or None, contribution=row, choices=choices)
    list_url = reverse("dialogue:moderation", args=[slug])
    decided_meanwhile = False
    if request.method == "POST":
        if request.POST.get("edit_version") != str(row.edit_version):
            decided_meanwhile = True
        elif form.is_valid():
            try:
                values = form.cleaned_data
                services.moderate(
                    contribution=row,
                    decision=values["decision"],
                    reason=values["reason"],
                    expected=values["edit_version"],
                    actor=request.viewer,
                )
            except Clash:
                decided_meanwhile = True
            except Refused as refusal:
                refusal.add_to(form)
            else:
                messages.success(request, _("Your decision has been recorded."))
                return redirect(list_url)
    if decided_meanwhile:
        # The form is shown again for the current state, with the typed reason.
        row = get_object_or_404(_of(dialogue), pk=contribution_id)
        choices = [(decision, WORDS[decision]) for decision in DECISIONS[row.state]]
        form = DecisionForm(contribution=row, choices=choices, initial={"reason": request.POST.get("reason", "")})
    context = {
        "dialogue": dialogue,
        "crumbs": [*dialogue_crumbs(dialogue), (_("Moderation"), list_url)],
        "contribution": row,
        "form": form,
        "decided_meanwhile": decided_meanwhile,
    }
    return render(request, "dialogue/moderate.html", context, status=409 if decided_meanwhile else 200)


@readers
@require_safe
def contributions_table(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Export contributions without email addresses, as an import reads them again.

    The log records who exported them.
    """
    if kind not in {"csv", "xlsx"}:
        raise Http404
    dialogue = staff_dialogue(slug)
    header = [column.title for column in EXPORTED]
    rows = (
        (
            row.code,
            row.topic.position,
            row.topic.question,
            row.text,
            row.language,
            row.written_on.isoformat(),
            row.author_name,
            row.author_description,
            _("yes") if row.may_quote else _("no"),
            row.get_attribution_display(),
            row.get_state_display(),
            row.reason,
            row.source,
        )
        for row in _of(dialogue).order_by("topic__position", "submitted_at", "pk")
    )
    name = f"{dialogue.slug}-{_('contributions')}"
    return table_response(kind=kind, name=name, header=header, rows=rows, viewer=request.viewer)
