"""Helpers of staff pages: access, forms of rows, confirmations and results of acts."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.editing import Clash
from foundation.editing.pages import confirm_page, posted_version, saved_form
from foundation.editing.removing import removal_page
from foundation.refusals import Refused
from membership.permissions import role_required
from surveys.models import Survey
from surveys.permissions import EDITORS, PUBLISHERS

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
editors = role_required(*EDITORS)
publishers = role_required(*PUBLISHERS)


def survey_or_404(slug: str) -> Survey:
    return get_object_or_404(Survey.objects.select_related("workshop__year"), slug=slug)


def crumbs_of(survey: Survey | None = None) -> Sequence[tuple[str, str]]:
    crumbs = [(_("Surveys"), reverse("surveys:list"))]
    return [*crumbs, (survey.title, survey.get_absolute_url())] if survey else crumbs


def saved_page(
    request: HttpRequest,
    survey: Survey,
    form: Any,
    save: Callable[[], object],
    *,
    title: str,
    done_url: str = "",
    remove_url: str = "",
) -> HttpResponse:
    done_url = done_url or reverse("surveys:edit", args=[survey.slug])
    return saved_form(
        request, form, save, title=title, crumbs=crumbs_of(survey), done_url=done_url, remove_url=remove_url
    )


def removed_page(
    request: HttpRequest,
    survey: Survey,
    row: Any,
    remove: Callable[[int], object],
    *,
    consequences: Sequence[str],
    done_url: str = "",
) -> HttpResponse:
    done_url = done_url or reverse("surveys:edit", args=[survey.slug])
    return removal_page(
        request,
        row,
        remove,
        consequences=consequences,
        action_label=_("Remove"),
        crumbs=crumbs_of(survey),
        back_url=done_url,
    )


def moved_page(request: HttpRequest, survey: Survey, move: Callable[[bool, int], object]) -> HttpResponse:
    try:
        move(request.POST.get("move") == "up", posted_version(request))
    except Clash:
        messages.error(request, _("Someone else changed this list at the same time. Nothing was moved. Try again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("surveys:edit", survey.slug)


def act_page(
    request: HttpRequest,
    survey: Survey,
    act: Callable[[], object],
    *,
    action_label: str,
    consequences: Sequence[str],
) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            act()
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(survey)
    return confirm_page(
        request,
        heading=survey.title,
        consequences=consequences,
        action_label=action_label,
        crumbs=crumbs_of(survey),
        cancel_url=survey.get_absolute_url(),
        problem=problem,
    )


def run_act(request: HttpRequest, survey: Survey, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("surveys:invitations", survey.slug)
