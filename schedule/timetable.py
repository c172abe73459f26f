"""How slots follow each other on a day: pure functions over rows, for the services and the editor."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby

from foundation.time.formats import in_zone
from schedule.models import Occasion, Slot


def day_of(slot: Slot, zone: str | dt.tzinfo) -> dt.date:
    return in_zone(slot.starts_at, zone).date()


def by_day(occasion: Occasion, slots: Iterable[Slot]) -> dict[dt.date, list[Slot]]:
    """Return the slots in order by day. Every day of the occasion is included, even without slots."""
    days: dict[dt.date, list[Slot]] = {day: [] for day in occasion.days}
    for day, group in groupby(slots, key=lambda slot: day_of(slot, occasion.tzinfo)):
        days.setdefault(day, []).extend(group)
    return dict(sorted(days.items()))


def day_version(slots: Iterable[Slot]) -> str:
    """Return a hash of the day's slots. It changes with every change of a slot, so that outdated orders are refused."""
    seen = "".join(f"{slot.pk}:{slot.edit_version};" for slot in slots)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def laid_out(slots: Sequence[Slot], order: Sequence[int]) -> list[tuple[Slot, dt.datetime]]:
    """Return the slots in the new order, each with its new start.

    Every slot keeps its length, and every position in the day keeps its gap to the previous one. A position that began
    while the previous one still ran (a side event, a parallel panel) continues to do so.
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
