"""Refuse requests whose body is too large before anything reads it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from foundation.uploads.kinds import LARGEST_UPLOAD

View = Callable[..., HttpResponse]

# A form with a file that is somewhat too large is read, and shows the error beside the field.
LARGEST_FORM_WITH_FILE = 2 * LARGEST_UPLOAD
BODILESS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def takes_files(view: View) -> View:
    """Mark a view whose form has a file. Others refuse bodies above `DATA_UPLOAD_MAX_MEMORY_SIZE`."""
    view.takes_files = True
    return view


class BodyLimitMiddleware:
    """Answer 413, without reading the body, if it is larger than the address may take.

    It runs after LocaleMiddleware, because addresses depend on the language, and before everything that reads forms.
    A body without a length is not read by Django at all. The proxy has limits of its own (docs/operations.md).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in BODILESS and _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            limit = _limit(request)
            if _length(request) > limit:
                return _too_large(request, limit)
        return self.get_response(request)


def _too_large(request: HttpRequest, limit: int) -> HttpResponse:
    if request.content_type == "application/json":  # from the editor, which shows the words
        words = _("This change is too large. Insert it in smaller parts.")
        response: HttpResponse = JsonResponse({"words": words}, status=413)
    else:
        page = render_to_string("errors/413.html", {"megabytes": limit // (1024 * 1024)})
        response = HttpResponse(page, status=413)
    response["Connection"] = "close"  # it cannot be used again, because the rest of the body follows on it
    response["Cache-Control"] = "no-store"
    return response


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request: HttpRequest) -> int:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return LARGEST_FORM_WITH_FILE if hasattr(view, "takes_files") else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
