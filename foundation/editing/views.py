"""The page that is shown when two people changed the same row."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.editing.locking import Clash
from foundation.editing.merging import OPENED, VERSION
from foundation.editing.submissions import FIELD


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
    context = {
        "clash": clash,
        "form": form,
        "cancel_url": cancel_url,
        "by": by,
        "title": title,
        "carried": list(_carried(request, form)),
    }
    return render(request, "editing/clash.html", context, status=409)


def _carried(request: HttpRequest, form: BaseForm | None) -> Iterator[tuple[str, str]]:
    """Yield what was sent beside the form: for which delegation a person acts, and the button that was pressed."""
    own = {form.add_prefix(name) for name in form.fields} if form is not None else set()
    for name, values in request.POST.lists():
        if name not in own | {FIELD, VERSION, OPENED, "csrfmiddlewaretoken"}:
            yield from ((name, value) for value in values)
