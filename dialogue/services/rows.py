from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from django.db.models import F
from django.utils.translation import gettext as _

from dialogue.models import Dialogue, DialogueState
from foundation.editing import Clash
from foundation.refusals import Refused
from workshops.services.years import bump_workshop


def locked(dialogue_id: int) -> Dialogue:
    """Return the dialogue, locked until the transaction ends."""
    rows = Dialogue.objects.select_for_update(of=("self",)).select_related("workshop__year")
    return rows.get(pk=dialogue_id)


def bump(dialogue: Dialogue) -> None:
    """Invalidate cached pages that show the dialogue, including its workshop's page."""
    Dialogue.objects.filter(pk=dialogue.pk).update(revision=F("revision") + 1)
    if dialogue.workshop is not None:
        bump_workshop(dialogue.workshop)


def refuse_concluded(dialogue: Dialogue) -> None:
    if dialogue.state == DialogueState.CONCLUDED:
        raise Refused(_("You cannot change a dialogue that has been concluded."))


def order_version(ids: Iterable[int]) -> int:
    """Return a version of the list's current order."""
    return crc32(",".join(map(str, ids)).encode())


def put_in_order(rows: Sequence[Any], ids: Sequence[int], *, expected: int) -> None:
    """Write positions from 1 in one statement. Raises `Clash` if the order was made from another list."""
    now = [row.pk for row in rows]
    if order_version(now) != expected:
        raise Clash(None, {})
    if sorted(now) != sorted(ids):
        raise Refused(_("The list has changed. Reload the page and try again."))
    by_id = {row.pk: row for row in rows}
    for position, pk in enumerate(ids, start=1):
        by_id[pk].position = position
    if rows:
        type(rows[0])._default_manager.bulk_update(by_id.values(), ["position"])


def close_ranks(rows: Iterable[Any]) -> None:
    """Renumber positions from 1 after a row was deleted."""
    held = list(rows)
    moved = [(row, place) for place, row in enumerate(held, start=1) if row.position != place]
    for row, place in moved:
        row.position = place
    if moved:
        type(held[0])._default_manager.bulk_update([row for row, _place in moved], ["position"])
