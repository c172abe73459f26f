"""The page of a personal link. It sets no cookie, needs no sign-in and is not logged.

The secret address is the right to answer. Another site cannot know it, so the form needs no CSRF token.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from foundation.pages.cache import PAGES
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

# Placeholder in cached pages for the address of the reader's link. It is secret, so nobody can insert it.
ADDRESS = f"/{secrets.token_hex(16)}/"
LINK_LANGUAGES = (("en", "English"), ("fr", "Français"), ("es", "Español"))


@personal_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    # Do not read the session: the page must not know who is signed in.
    request.viewer = None
    found = look_up(request, token)
    if found.is_slowed:
        return _slowed(request)
    if found.opened is None:
        count_wrong(request)
        return _not_in_use(request)
    opened = found.opened
    if opened.is_answered:
        return _received(request, opened)
    if request.method != "POST":
        return _first_page(request, opened)
    asked = cached_questionnaire(opened.revision)
    posted = request.POST
    if posted.get("to") == "send":
        return _sent(request, opened, asked)
    form = AnswerForm(asked.survey, posted, sections=asked.sections)
    page = page_after(form, here_of(form, posted.get("here", "1")), posted.get("to", "next"))
    return _form_page(request, form, page)


def _first_page(request: HttpRequest, opened: Opened) -> HttpResponse:
    def context() -> dict[str, Any]:
        asked = cached_questionnaire(opened.revision)
        return page_context(AnswerForm(asked.survey, sections=asked.sections), 1) | {"first": True}

    # The page shows the time left in minutes, so it is made again every minute.
    minute = int(timezone.now().timestamp()) // 60
    return _cached_page(request, "surveys/link_section.html", context, revision=(*opened.revision, minute))


def _sent(request: HttpRequest, opened: Opened, asked: Questionnaire) -> HttpResponse:
    """Submit valid answers without a form; build one only to show errors."""
    invitation = Invitation(pk=opened.invitation_id, survey=asked.survey)
    typed = typed_answers(asked.questions, request.POST)
    try:
        submit_response(invitation=invitation, answers=typed, questions=asked.questions)
    except AnswersRefused:
        form = AnswerForm(asked.survey, request.POST, sections=asked.sections)
        return _form_page(request, form, form.first_fault() or REVIEW)
    except Refused:
        return _not_in_use(request)
    return _received(request, opened)


def _received(request: HttpRequest, opened: Opened) -> HttpResponse:
    def context() -> dict[str, Any]:
        return {"survey": cached_questionnaire(opened.revision).survey}

    return _cached_page(request, "surveys/link_received.html", context, revision=opened.revision)


def _form_page(request: HttpRequest, form: AnswerForm, page: int | str) -> HttpResponse:
    """Show a section or the review; status 200 even with errors."""
    template = "surveys/link_review.html" if page == REVIEW else "surveys/link_section.html"
    return _page(request, template, page_context(form, page))


def _not_in_use(request: HttpRequest) -> HttpResponse:
    """Show the same page for a wrong and a closed link, with typed text to be copied."""
    typed = [value for name, value in request.POST.items() if name.startswith("q-") and len(value) > 20]
    return _page(request, "surveys/link_not_in_use.html", {"typed": typed}, status=404)


def _slowed(request: HttpRequest) -> HttpResponse:
    carried = [(name, value) for name, value in request.POST.items() if name.startswith("q-") or name in {"here", "to"}]
    response = _page(request, "surveys/link_slowed.html", {"carried": carried}, status=429)
    response["Retry-After"] = "60"
    return response


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page without the request, so that session, cookies and sender cannot reach it."""
    html = render_to_string(template, context | {"languages": _languages(_bare_path(request))})
    return HttpResponse(html, status=status)


def _cached_page(
    request: HttpRequest, template: str, context: Callable[[], dict[str, Any]], *, revision: tuple[int | None, ...]
) -> HttpResponse:
    """Return a page without typed answers, cached by revision and language, with the link's address inserted."""
    key = ":".join(map(str, (template, get_language(), *revision)))
    html = caches[PAGES].get_or_set(
        key, lambda: str(render_to_string(template, context() | {"languages": _languages(ADDRESS)}))
    )
    return HttpResponse(html.replace(ADDRESS, escape(_bare_path(request))))


def _bare_path(request: HttpRequest) -> str:
    """Return the path without its language."""
    current = get_language()
    return request.path if current == "en" else request.path.removeprefix(f"/{current}")


def _languages(bare: str) -> list[dict[str, Any]]:
    """Return the link in each language; on a form, buttons carry the answers along."""
    current = get_language()
    return [
        {"code": code, "name": name, "url": bare if code == "en" else f"/{code}{bare}", "is_current": code == current}
        for code, name in LINK_LANGUAGES
    ]
