"""The page behind a personal link. It opens no sign-in, sets no cookie and is written into no log.

The token in the address is the right to answer: a page of another site cannot know it, so the form needs no second
secret against forged requests, and with it no cookie.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from foundation.pages.wrong_links import count_wrong
from foundation.refusals import Refused
from membership.permissions import personal_link
from surveys.answers import AnswersRefused
from surveys.forms import AnswerForm
from surveys.forms.answers import REVIEW, here_of, page_after, page_context, typed_answers
from surveys.models import Invitation
from surveys.personal_links import Opened, look_up
from surveys.questionnaire import Questionnaire, cached_questionnaire
from surveys.services import submit_response

LINK_LANGUAGES = (("en", "English"), ("fr", "Français"), ("es", "Español"))


@personal_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    # Whoever is signed in stays unknown here: the page must not read the session.
    request.viewer = None
    found = look_up(request, token)
    if found.is_slowed:
        return _slowed(request)
    if found.opened is None:
        count_wrong(request)
        return _not_in_use(request)
    opened, asked = found.opened, cached_questionnaire(found.opened.revision)
    if opened.is_answered:
        return _received(request, asked)
    if request.method != "POST":
        return _first_page(request, asked)
    posted = request.POST
    if posted.get("to") == "send":
        return _sent(request, opened, asked)
    form = AnswerForm(asked.survey, posted, sections=asked.sections)
    page = page_after(form, here_of(form, posted.get("here", "1")), posted.get("to", "next"))
    return _form_page(request, form, page)


def _first_page(request: HttpRequest, asked: Questionnaire) -> HttpResponse:
    context = page_context(AnswerForm(asked.survey, sections=asked.sections), 1) | {"first": True}
    return _page(request, "surveys/link_section.html", context)


def _sent(request: HttpRequest, opened: Opened, asked: Questionnaire) -> HttpResponse:
    """Answers in order are taken without a form; one is made only to show what is wrong."""
    invitation = Invitation(pk=opened.invitation_id, survey=asked.survey)
    typed = typed_answers(asked.questions, request.POST)
    try:
        submit_response(invitation=invitation, answers=typed, questions=asked.questions)
    except AnswersRefused:
        form = AnswerForm(asked.survey, request.POST, sections=asked.sections)
        return _form_page(request, form, form.first_fault() or REVIEW)
    except Refused:
        return _not_in_use(request)
    return _received(request, asked)


def _received(request: HttpRequest, asked: Questionnaire) -> HttpResponse:
    return _page(request, "surveys/link_received.html", {"survey": asked.survey})


def _form_page(request: HttpRequest, form: AnswerForm, page: int | str) -> HttpResponse:
    """A section, or the review before sending; 200 even with errors shown, as the page is what was asked for."""
    template = "surveys/link_review.html" if page == REVIEW else "surveys/link_section.html"
    return _page(request, template, page_context(form, page))


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
    """A page made without the request, so that nothing of a session, a cookie or the sender can reach it."""
    html = render_to_string(template, context | {"languages": _languages(_bare_path(request))})
    return HttpResponse(html, status=status)


def _bare_path(request: HttpRequest) -> str:
    """Without its language."""
    current = get_language()
    return request.path if current == "en" else request.path.removeprefix(f"/{current}")


def _languages(bare: str) -> list[dict[str, Any]]:
    """The same link in each language; on a form the buttons carry the answers along."""
    current = get_language()
    return [
        {"code": code, "name": name, "url": bare if code == "en" else f"/{code}{bare}", "is_current": code == current}
        for code, name in LINK_LANGUAGES
    ]
