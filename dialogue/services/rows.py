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
    """The dialogue as it is now, held against every other change until the transaction ends."""
    rows = Dialogue.objects.select_for_update(of=("self",)).select_related("workshop__year")
    return rows.get(pk=dialogue_id)


def bump(dialogue: Dialogue) -> None:
    """What kept pages show of the dialogue has changed, its workshop's page among them."""
    Dialogue.objects.filter(pk=dialogue.pk).update(revision=F("revision") + 1)
    if dialogue.workshop is not None:
        bump_workshop(dialogue.workshop)


def refuse_concluded(dialogue: Dialogue) -> None:
    if dialogue.state == DialogueState.CONCLUDED:
        raise Refused(_("You cannot change a dialogue that has been concluded."))


def order_version(ids: Iterable[int]) -> int:
    """Says which list an order was made from; another list, or the same in another order, has another one."""
    return crc32(",".join(map(str, ids)).encode())


def put_in_order(rows: Sequence[Any], ids: Sequence[int], *, expected: int) -> None:
    """Writes positions from 1 on, in one statement. Refuses an order that was made from another list."""
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
    """After one has gone: positions from 1 on, without a gap."""
    held = list(rows)
    moved = [(row, place) for place, row in enumerate(held, start=1) if row.position != place]
    for row, place in moved:
        row.position = place
    if moved:
        type(held[0])._default_manager.bulk_update([row for row, _place in moved], ["position"])
