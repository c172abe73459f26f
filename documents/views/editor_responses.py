"""Reading requests from the editor's script, and answering them with JSON."""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from documents.editing.authority import BATCH_BYTES, StepsRefused, TextClosed
from foundation.pages.letters import is_of_letters
from foundation.text.letters import clean


class Unreadable(Exception):
    """Raised when a request is not one that the editor sends; the message is shown to the user."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def json_refusals(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer refused requests with JSON whose `words` give the reason, because the script cannot use an HTML page."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Unreadable as error:
            return JsonResponse({"words": str(error)}, status=error.status)
        except StepsRefused as error:
            return JsonResponse({"words": str(error)}, status=422)
        except TextClosed as error:
            return JsonResponse({"words": str(error)}, status=410)
        except Http404:
            return JsonResponse({"words": _("This text no longer exists. Go back to the draft.")}, status=404)
        except (ValueError, DataError) as error:
            if not is_of_letters(error):
                raise
            return JsonResponse(
                {"words": _("This change could not be applied. Reload the page and try again.")}, status=400
            )

    return answered


def body_of(request: HttpRequest) -> dict[str, Any]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > BATCH_BYTES:
        raise Unreadable(_("This change is too large. Insert it in smaller parts."), 413)
    try:
        body = json.loads(request.body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This change could not be applied. Reload the page and try again.")) from error
    if not isinstance(body, dict):
        raise Unreadable(_("This change could not be applied. Reload the page and try again."))
    return body


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def number_from(value: Any) -> int:
    """Return a step number from a body or an address. Raises `Unreadable` for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if type(value) is not int or not 0 <= value < 2**31:
        raise Unreadable(_("This change could not be applied. Reload the page and try again."))
    return value


def words_from(value: Any) -> str:
    """Return text from a body, cleaned as text from a form is. Raises `Unreadable` for anything else."""
    if not isinstance(value, str):
        raise Unreadable(_("This change could not be applied. Reload the page and try again."))
    return clean(value)


def name_from(value: Any, *, optional: bool = False) -> str:
    """Return the name of a window or the id of a block. Raises `Unreadable` for anything else."""
    if optional and value in (None, ""):
        return ""
    if not isinstance(value, str) or not 0 < len(value) <= 40 or not value.replace("-", "").replace("_", "").isalnum():
        raise Unreadable(_("This change could not be applied. Reload the page and try again."))
    return value
