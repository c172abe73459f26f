"""Helpers of staff pages: access, ballot, breadcrumbs and confirmation."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.editing.pages import confirm_page
from foundation.refusals import Refused
from membership.permissions import role_required
from votes.models import Ballot
from votes.views.access import Viewer, ballot_for

preparer = role_required("editor", "publisher")
publisher = role_required("publisher")
READ_WRITE = ["GET", "HEAD", "POST"]


def ballot_of(request: HttpRequest, slug: str) -> Ballot:
    return ballot_for(Viewer.of(request), slug)


def crumbs_of(ballot: Ballot | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Consultations"), reverse("votes:list"))]
    return [*crumbs, (ballot.question, ballot.get_absolute_url())] if ballot else crumbs


def confirmed(
    request: HttpRequest, ballot: Ballot, act: Callable[[], object], *, done_url: str, **page: Any
) -> HttpResponse:
    """Show a confirmation page, run the act once confirmed, or show why it was refused."""
    problem = ""
    if request.method == "POST":
        try:
            act()
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(done_url)
    return confirm_page(request, crumbs=crumbs_of(ballot), cancel_url=done_url, problem=problem, **page)
