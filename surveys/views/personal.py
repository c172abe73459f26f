"""The page behind a personal link. It opens no sign-in, sets no cookie and is written into no log.

The token in the address is the right to answer: a page of another site cannot know it, so the form needs no second
secret against forged requests, and with it no cookie.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from foundation.time.clock import database_now
from membership.permissions import personal_link
from surveys.answers import AnswersRefused
from surveys.forms import AnswerForm
from surveys.forms.answering import REVIEW, here_of, page_after, page_context
from surveys.limits import count_wrong, may_try
from surveys.models import Invitation, PersonalLink
from surveys.questionnaire import sections_of
from surveys.services import Refused, submit_response
from surveys.tokens import hash_of

LINK_LANGUAGES = (("en", "English"), ("fr", "Français"), ("es", "Español"))


@personal_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    # Whoever is signed in stays unknown here: the page must not read the session.
    request.viewer = None
    if not may_try(request):
        return _slowed(request)
    invitation = _open_invitation(token)
    if invitation is None:
        count_wrong(request)
        return _not_in_use(request)
    if hasattr(invitation, "mark"):
        return _page(request, "surveys/link_received.html", {"survey": invitation.survey})
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(invitation.survey, posted, sections=sections_of(invitation.survey))
    if posted is None:
        return _form_page(request, form, 1, first=True)
    here, wanted = here_of(form, posted.get("here", "1")), posted.get("to", "next")
    if wanted == "send":
        return _sent(request, invitation, form)
    return _form_page(request, form, page_after(form, here, wanted))


def _sent(request: HttpRequest, invitation: Invitation, form: AnswerForm) -> HttpResponse:
    try:
        submit_response(invitation=invitation, answers=form.raw)
    except AnswersRefused:
        return _form_page(request, form, form.first_fault() or REVIEW)
    except Refused:
        return _not_in_use(request)
    return _page(request, "surveys/link_received.html", {"survey": invitation.survey})


def _open_invitation(token: str) -> Invitation | None:
    """One query, whatever comes of it: a link of a closed survey is not told from one that never was."""
    links = PersonalLink.objects.select_related("invitation__survey__workshop", "invitation__mark")
    link = links.filter(token_hash=hash_of(token)).first()
    now = database_now()
    return link.invitation if link and link.invitation.survey.is_open(now) else None


def _form_page(request: HttpRequest, form: AnswerForm, page: int | str, *, first: bool = False) -> HttpResponse:
    """A section, or the review before sending; 200 even with errors shown, as the page is what was asked for."""
    template = "surveys/link_review.html" if page == REVIEW else "surveys/link_section.html"
    return _page(request, template, page_context(form, page) | {"first": first})


def _not_in_use(request: HttpRequest) -> HttpResponse:
    """The same for a wrong link and a closed one. What was typed is shown, to be copied: nothing is lost."""
    typed = [value for name, value in request.POST.items() if name.startswith("q-") and len(value) > 20]
    return _page(request, "surveys/link_not_in_use.html", {"typed": typed}, status=404)


def _slowed(request: HttpRequest) -> HttpResponse:
    carried = [(name, value) for name, value in request.POST.items() if name.startswith("q-") or name in {"here", "to"}]
    response = _page(request, "surveys/link_slowed.html", {"carried": carried}, status=429)
    response["Retry-After"] = "60"
    return response


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context |= {"languages": _languages(request)}
    return render(request, template, context, status=status)


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The same link in each language; on a form the buttons carry the answers along."""
    current = get_language()
    bare = request.path.removeprefix(f"/{current}") if current != "en" else request.path
    return [
        {"code": code, "name": name, "url": bare if code == "en" else f"/{code}{bare}", "is_current": code == current}
        for code, name in LINK_LANGUAGES
    ]
