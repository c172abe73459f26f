"""The editor of one text: its page and the JSON endpoints for its script."""

import functools
import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents import permissions
from documents.changed_sources import changed_sources_of
from documents.editing.authority import (
    BATCH_LIMIT,
    StepsOutdated,
    accept_steps,
    duplicated_blocks,
    editable_texts,
    refuse_closed,
    steps_since,
    text_at,
)
from documents.editing.chips import READ_AT_ONCE, describe_chips
from documents.editing.messages import editor_messages
from documents.editing.outline import outline_of
from documents.editing.picker import cited_in, search_figures
from documents.editing.presence import presence_entries, record_presence, remove_presence, with_people
from documents.models import Document
from documents.reported_figures.services import REVIEWED_AT_ONCE, review_figures
from documents.views.editor_responses import Unreadable, body_of, json_refusals, name_from, number_from
from foundation.pages.access import View
from membership.permissions import role_required


def writer_required(view: View) -> View:
    """Admit editors to every text, and translators to texts that are not in the original language."""

    @functools.wraps(view)
    def entered(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
        is_editor = request.rights.has_role(*permissions.EDITORS)
        if not is_editor and Document.objects.filter(pk=pk, original_language=language).exists():
            raise PermissionDenied
        return view(request, pk, part, language)

    return role_required(*permissions.TRANSLATORS)(entered)


def texts_at(pk: int, part: str, language: str) -> QuerySet:
    """Return the text at that address without its content, which is long and rarely needed."""
    return editable_texts().filter(part__document_id=pk, part__key=part, language=language).defer("content")


@writer_required
@require_GET
def edit(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    text = get_object_or_404(texts_at(pk, part, language))
    context = {
        "text": text,
        "document": text.part.document,
        "is_closed": text.is_issued or text.part.document.is_withdrawn,
        "words": json.dumps(editor_messages()),
        "changed": changed_sources_of(text),
        "may_comment": text.part.document.is_draft and request.rights.has_role(*permissions.EDITORS),
    }
    return render(request, "documents/editing/edit.html", context)


# Compressing an answer that holds both a secret and input from the request can reveal the secret (BREACH). This answer
# holds neither: the CSRF token travels in a cookie, and the body repeats nothing from the request.
@writer_required
@require_GET
@gzip_page
@ensure_csrf_cookie
@json_refusals
def state(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Return everything the editor needs at start, as of one moment. Compressed, because it is long."""
    text = get_object_or_404(with_people(texts_at(pk, part, language).defer(None)))
    refuse_closed(text)
    return JsonResponse(
        {
            "content": text.content,
            "step_number": text.step_number,
            "doubled": duplicated_blocks(text=text),
            "people": presence_entries(text.people),
            "outline": outline_of(text=text),
        }
    )


@writer_required
@require_http_methods(["GET", "POST"])
@json_refusals
def steps(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    text = get_object_or_404(texts_at(pk, part, language))
    if request.method == "GET":
        since = number_from(request.GET.get("since"))
        answer: dict[str, Any] = {"since": since, "steps": steps_since(text_id=text.pk, since=since)}
        if request.GET.get("text"):
            answer["content"] = text_at(text_id=text.pk, number=since)
        return JsonResponse(answer)
    body = body_of(request)
    if body.get("person") != request.viewer.pk:
        words = _("Someone else has signed in on this browser. Sign in again to continue.")
        return JsonResponse({"words": words}, status=401)
    version, client = number_from(body.get("version")), name_from(body.get("client"))
    batch = body.get("steps")
    if not isinstance(batch, list) or not 0 < len(batch) <= BATCH_LIMIT:
        raise Unreadable(_("This change is too large. Insert it in smaller parts."), 413)
    try:
        taken = accept_steps(text_id=text.pk, version=version, client=client, steps=batch, person=request.viewer)
    except StepsOutdated as behind:
        return JsonResponse({"since": behind.since, "steps": behind.missed}, status=409)
    own: list[dict[str, Any]] = [{"client": client}] * len(batch)
    done = [*taken.missed, *own, *taken.added]
    return JsonResponse({"since": version, "steps": done, "step_number": taken.step_number})


@writer_required
@require_GET
@json_refusals
def poll(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Return who is present, and the steps after `since`.

    Every open editor asks every second or two, so this takes one query, and a second one only if there are new steps.
    """
    since = number_from(request.GET.get("since"))
    text = get_object_or_404(with_people(texts_at(pk, part, language)))
    refuse_closed(text)
    answer = {"step_number": text.step_number, "people": presence_entries(text.people)}
    if text.step_number > since:
        answer |= {"since": since, "steps": steps_since(text_id=text.pk, since=since)}
    return JsonResponse(answer)


@writer_required
@require_POST
@json_refusals
def presence(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    text = get_object_or_404(texts_at(pk, part, language))
    body = body_of(request)
    client = name_from(body.get("client"))
    if body.get("leaves") is True:
        remove_presence(text=text, person=request.viewer, client=client)
    else:
        record_presence(
            text=text, person=request.viewer, client=client, block=name_from(body.get("block"), optional=True)
        )
    return JsonResponse({})


@writer_required
@require_POST
@json_refusals
def figures(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Return the present wording of all figures in an editor window, in the language of the text."""
    text = get_object_or_404(texts_at(pk, part, language))
    chips = body_of(request).get("chips")
    if not isinstance(chips, list) or len(chips) > READ_AT_ONCE or not all(isinstance(chip, dict) for chip in chips):
        raise Unreadable(_("You can load at most %(limit)s figures at once.") % {"limit": READ_AT_ONCE}, 413)
    return JsonResponse({"chips": describe_chips(chips, text=text), "at": timezone.now().isoformat()})


@writer_required
@require_GET
@json_refusals
def figure_list(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Return one page of the figures and exhibits that match a search, by app and subject."""
    text = get_object_or_404(texts_at(pk, part, language))
    asked = request.GET
    return JsonResponse(
        search_figures(
            person=request.viewer,
            language=text.language,
            words=asked.get("q", "")[:200],
            app=asked.get("app", "")[:60],
            start=number_from(asked.get("start", "0")),
            exhibits=asked.get("exhibits") != "no",
            cited=cited_in(text),
        )
    )


@writer_required
@require_POST
@json_refusals
def figures_reviewed(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Record that the person has reviewed these figures at their present values.

    With `only_new`, figures that were reviewed before are left as they are.
    """
    text = get_object_or_404(texts_at(pk, part, language))
    refuse_closed(text)
    body = body_of(request)
    keys = body.get("keys")
    if not isinstance(keys, list) or len(keys) > REVIEWED_AT_ONCE or not all(isinstance(key, str) for key in keys):
        raise Unreadable(_("You can load at most %(limit)s figures at once.") % {"limit": REVIEWED_AT_ONCE}, 413)
    count = review_figures(
        document=text.part.document, keys=keys, actor=request.viewer, only_new=body.get("only_new") is True
    )
    return JsonResponse({"reviewed": count})
