import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation.editing import Clash, lock_unchanged
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.text import in_languages
from foundation.text.slugs import slug_of
from foundation.time.formats import in_zone
from schedule.models import Occasion, Room, Slot, SlotKind
from schedule.permissions import edited_by
from schedule.services.appearances import write_interpretation
from schedule.timetable import day_version, laid_out

SLOT_COLUMNS = (
    "starts_at",
    "ends_at",
    "room",
    "kind",
    "title_en",
    "title_fr",
    "title_es",
    "description_en",
    "description_fr",
    "description_es",
    "is_internal",
)


def add_slot(
    *,
    occasion: Occasion,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    title: str | Mapping[str, str],
    description: str | Mapping[str, str] = "",
    kind: str = SlotKind.OTHER,
    room: Room | None = None,
    is_internal: bool = False,
    interpretation: Sequence[str] = (),
    code: str = "",
    actor: Any = None,
) -> Slot:
    """Add a slot. `code` is its permanent id; by default it is made from the title."""
    texts = in_languages("title", title) | in_languages("description", description)
    with edited_by(actor):
        _locked(occasion)
        slot = Slot(
            occasion=occasion,
            starts_at=starts_at,
            ends_at=ends_at,
            room=room,
            kind=kind,
            is_internal=is_internal,
            position=occasion.slots.filter(starts_at=starts_at).count(),
            code=code or _free_code(occasion, texts.get("title_en") or kind),
            **texts,
        )
        _check_room(occasion, room)
        check_row(slot)
        slot.save()
        if interpretation:
            write_interpretation(slot, interpretation)
    return slot


def edit_slot(
    *, slot: Slot, expected: int, interpretation: Sequence[str] | None = None, actor: Any = None, **values: Any
) -> None:
    """Change a slot's columns and interpretation languages. Raises `Clash` if it was saved in the meantime."""
    _check_room(slot.occasion, values.get("room", slot.room))
    with edited_by(actor):
        _locked(slot.occasion)
        save_checked(slot, expected=expected, allowed=SLOT_COLUMNS, **values)
        if interpretation is not None:
            write_interpretation(slot, interpretation)


def remove_slot(*, slot: Slot, expected: int, actor: Any = None) -> None:
    """Remove a slot and its appearances from the draft. Releases keep it."""
    with edited_by(actor):
        _locked(slot.occasion)
        lock_unchanged(slot, expected).delete()


def reorder_day(*, occasion: Occasion, day: dt.date, order: Sequence[int], expected: str, actor: Any = None) -> None:
    """Put the slots of a day in that order and compute their times again.

    `expected` is the `day_version` that the editor saw. If the day has changed since, nothing is moved.
    """
    with edited_by(actor):
        _locked(occasion)
        slots = slots_of_day(occasion, day)
        if day_version(slots) != expected:
            raise Clash(occasion, {})
        if sorted(order) != sorted(slot.pk for slot in slots):
            raise Refused(
                _("The order must contain every slot of the day exactly once. Reload the page and try again.")
            )
        for position, (slot, start) in enumerate(laid_out(slots, order)):
            if (slot.starts_at, slot.position) != (start, position):
                Slot.objects.filter(pk=slot.pk).update(
                    starts_at=start,
                    ends_at=start + slot.duration,
                    position=position,
                    edit_version=F("edit_version") + 1,
                )


def move_slot(*, slot: Slot, direction: str, expected: str, actor: Any = None) -> None:
    """Move a slot one step `up` or `down` within its day. At the edge nothing happens."""
    step = {"up": -1, "down": 1}.get(direction)
    if step is None:
        raise Refused(_("A slot can only be moved up or down."))
    with transaction.atomic():
        _locked(slot.occasion)
        day = in_zone(slot.starts_at, slot.occasion.zone).date()
        order = [other.pk for other in slots_of_day(slot.occasion, day)]
        if slot.pk not in order:
            raise Clash(None, {})
        place = order.index(slot.pk)
        if 0 <= place + step < len(order):
            order.insert(place + step, order.pop(place))
        reorder_day(occasion=slot.occasion, day=day, order=order, expected=expected, actor=actor)


def slots_of_day(occasion: Occasion, day: dt.date) -> list[Slot]:
    start = occasion.moment(day, dt.time())
    end = occasion.moment(day + dt.timedelta(days=1), dt.time())
    return list(occasion.slots.filter(starts_at__gte=start, starts_at__lt=end).in_order())


def _locked(occasion: Occasion) -> None:
    """Return the occasion, locked: all changes of a programme's slots wait for each other."""
    Occasion.objects.select_for_update().get(pk=occasion.pk)


def _check_room(occasion: Occasion, room: Room | None) -> None:
    if room is not None and room.occasion_id != occasion.pk:
        raise Refused(room=_("This room belongs to another meeting or workshop. Choose a room of this one."))


def _free_code(occasion: Occasion, words: str) -> str:
    taken = set(occasion.slots.values_list("code", flat=True))
    return slug_of(words, otherwise="slot", longest=54, is_taken=taken.__contains__)
