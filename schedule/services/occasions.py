import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import F

from foundation.editing import lock_unchanged
from foundation.editing.checked import save_checked
from foundation.pages import organization
from foundation.refusals import check_row, check_zone
from foundation.text import in_languages
from schedule.models import Occasion, Room, RoomClosure
from schedule.permissions import edited_by

OCCASION_COLUMNS = ("begins_on", "ends_on", "zone", "place_en", "place_fr", "place_es")
ROOM_COLUMNS = ("name_en", "name_fr", "name_es", "capacity", "position")


def bump(occasion: Occasion) -> None:
    """Invalidate all cached pages of the occasion."""
    Occasion.objects.filter(pk=occasion.pk).update(revision=F("revision") + 1)


def create_occasion(
    *,
    begins_on: dt.date,
    ends_on: dt.date,
    zone: str = "",
    place: str | Mapping[str, str] = "",
    actor: Any = None,
) -> Occasion:
    """Create an occasion, by default in the Organization's time zone."""
    zone = zone or organization.current().zone
    occasion = Occasion(begins_on=begins_on, ends_on=ends_on, zone=zone, **in_languages("place", place))
    check_zone(zone)
    check_row(occasion)
    with edited_by(actor):
        occasion.save()
    return occasion


def edit_occasion(*, occasion: Occasion, expected: int, actor: Any = None, **values: Any) -> None:
    """Change dates, zone and place. Slots keep their times; those outside the dates cause warnings."""
    check_zone(values.get("zone", occasion.zone))
    with edited_by(actor):
        save_checked(occasion, expected=expected, allowed=OCCASION_COLUMNS, **values)
        bump(occasion)


def add_room(
    *, occasion: Occasion, name: str | Mapping[str, str], capacity: int | None = None, actor: Any = None
) -> Room:
    room = Room(occasion=occasion, capacity=capacity, position=occasion.rooms.count(), **in_languages("name", name))
    check_row(room)
    with edited_by(actor):
        room.save()
    return room


def edit_room(*, room: Room, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(room, expected=expected, allowed=ROOM_COLUMNS, **values)


def remove_room(*, room: Room, expected: int, actor: Any = None) -> None:
    """Remove a room. Its slots are kept without a room."""
    with edited_by(actor):
        lock_unchanged(room, expected).delete()


def close_room(
    *, room: Room, starts_at: dt.datetime, ends_at: dt.datetime, reason: str = "", actor: Any = None
) -> RoomClosure:
    closure = RoomClosure(room=room, starts_at=starts_at, ends_at=ends_at, reason=reason)
    check_row(closure)
    with edited_by(actor):
        closure.save()
    return closure


def open_room(*, closure: RoomClosure, actor: Any = None) -> None:
    with edited_by(actor):
        closure.delete()
