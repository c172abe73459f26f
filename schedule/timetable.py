"""How slots follow one another on a day. Pure functions over rows: the services and the editor share them."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby

from foundation.time.formats import in_zone
from schedule.models import Occasion, Slot


def day_of(slot: Slot, zone: str | dt.tzinfo) -> dt.date:
    return in_zone(slot.starts_at, zone).date()


def by_day(occasion: Occasion, slots: Iterable[Slot]) -> dict[dt.date, list[Slot]]:
    """The slots in order under their days; every day of the occasion has its place, also when it is empty."""
    days: dict[dt.date, list[Slot]] = {day: [] for day in occasion.days}
    for day, group in groupby(slots, key=lambda slot: day_of(slot, occasion.tzinfo)):
        days.setdefault(day, []).extend(group)
    return dict(sorted(days.items()))


def day_version(slots: Iterable[Slot]) -> str:
    """Changes with every slot that comes, goes, moves or is edited on that day: an order made before is refused."""
    seen = "".join(f"{slot.pk}:{slot.edit_version};" for slot in slots)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def laid_out(slots: Sequence[Slot], order: Sequence[int]) -> list[tuple[Slot, dt.datetime]]:
    """The slots in the new order, each with its new start.

    Every slot keeps its length, every place in the day its gap to the place before. A place that began while the one
    before still ran (a side event, a parallel panel) goes on doing so.
    """
    by_id = {slot.pk: slot for slot in slots}
    placed: list[tuple[Slot, dt.datetime]] = []
    end_before = end_now = slots[0].starts_at if slots else None
    for place, identity in enumerate(order):
        slot, stood = by_id[identity], slots[place]
        if place == 0:
            start = stood.starts_at
        elif stood.starts_at < end_before:
            start = placed[-1][1] + (stood.starts_at - slots[place - 1].starts_at)
        else:
            start = end_now + (stood.starts_at - end_before)
        placed.append((slot, start))
        end_before = max(end_before, stood.ends_at)
        end_now = max(end_now, start + slot.duration)
    return placed
