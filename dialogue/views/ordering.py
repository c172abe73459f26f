"""Reorder lists by script or by buttons. Both post to the same address."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dialogue.services.rows import order_version
from foundation.editing import Clash
from foundation.editing.pages import posted_version
from foundation.refusals import Refused


def ordered(
    request: HttpRequest, ids: Sequence[int], save: Callable[[list[int], int], None], *, back_url: str
) -> HttpResponse:
    """Save a new order and answer the script with the list's new version.

    `ids` is the current order and `save(ids, expected)` the service. A script posts `order`; a button posts `move`
    with the row in the address (`?row=`).
    """
    given = request.POST.getlist("order")
    by_script = bool(given)
    wanted = [int(pk) for pk in given if pk.isdecimal()] if by_script else _moved(request, list(ids))
    try:
        save(wanted, posted_version(request))
    except (Clash, Refused):
        return render(request, "dialogue/order_clash.html", {"back_url": back_url}, status=409)
    if not by_script:
        return redirect(back_url)
    return HttpResponse(status=204, headers={"X-Edit-Version": str(order_version(wanted))})


def _moved(request: HttpRequest, ids: list[int]) -> list[int]:
    """Move a row one step up or down, unless it is already at the end."""
    row, step = request.GET.get("row", ""), {"up": -1, "down": 1}.get(request.POST.get("move", ""), 0)
    if row.isdecimal() and int(row) in ids:
        at = ids.index(int(row))
        to = min(max(at + step, 0), len(ids) - 1)
        ids.insert(to, ids.pop(at))
    return ids
