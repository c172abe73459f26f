"""The page that is shown when two people changed the same row."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.editing.locking import Clash


def clash_response(
    request: HttpRequest,
    clash: Clash,
    *,
    form: BaseForm | None = None,
    cancel_url: str = "",
    by: Any = "",
    title: str = "",
) -> HttpResponse:
    """Show both versions side by side, with status 409. Sending the page again overwrites the version it shows.

    `form` is the second editor's bound form, `by` the person who saved in the meantime, if known.
    """
    context = {"clash": clash, "form": form, "cancel_url": cancel_url, "by": by, "title": title}
    return render(request, "editing/clash.html", context, status=409)
