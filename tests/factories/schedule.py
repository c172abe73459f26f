"""Occasions with slots, for tests. The days are 19 and 20 July 2010 by default."""

import datetime as dt

from schedule import services
from schedule.models import Occasion, Room, Slot

FIRST_DAY = dt.date(2010, 7, 19)


def make_occasion(
    begins_on: dt.date = FIRST_DAY, days: int = 2, *, zone: str = "Europe/Zurich", place: str = "Geneva"
) -> Occasion:
    ends_on = begins_on + dt.timedelta(days=days - 1)
    return services.create_occasion(begins_on=begins_on, ends_on=ends_on, zone=zone, place=place)


def at(occasion: Occasion, clock: str, day: int = 1) -> dt.datetime:
    """Return `09:30` on the first, second … day in the occasion's time zone."""
    return occasion.moment(occasion.begins_on + dt.timedelta(days=day - 1), dt.time.fromisoformat(clock))


def make_slot(
    occasion: Occasion, title: str, starts: str, ends: str, *, day: int = 1, room: Room | None = None, **more: object
) -> Slot:
    return services.add_slot(
        occasion=occasion,
        title=title,
        starts_at=at(occasion, starts, day),
        ends_at=at(occasion, ends, day),
        room=room,
        **more,
    )


def make_day(occasion: Occasion) -> list[Slot]:
    """Create an opening 9–10, a coffee break 10.15–10.30 and a panel 10.30–12."""
    return [
        make_slot(occasion, "Opening", "09:00", "10:00"),
        make_slot(occasion, "Coffee", "10:15", "10:30"),
        make_slot(occasion, "Panel", "10:30", "12:00"),
    ]
