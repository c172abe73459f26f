"""Count visits of dialogues on this portal. The definition is shown with every number."""

import datetime as dt
import logging
import re
import secrets
import time
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dialogue.models import DayOfVisits, Dialogue, DialogueState, Platform, VisitMark
from dialogue.services.rows import bump
from dialogue.visitor_marks import mark_of
from foundation.time.clock import database_now
from foundation.time.formats import in_zone

log = logging.getLogger(__name__)

VISITS_MEAN = _(
    "Each reader of the dialogue’s page is counted once a day, by network address and browser. "
    "Only complete days of the dialogue are counted. Programs that identify themselves as robots "
    "are not counted. Nothing is stored in the browser. The data used to tell readers apart is "
    "deleted at the end of each day."
)
_ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python-|headless", re.IGNORECASE)
# How long a process caches the day of a dialogue. Visits may not be counted for this long after a change.
KNOWN = dt.timedelta(minutes=1)
MARKS_REMEMBERED = 20_000

_counted: dict[str, tuple[float, int, bytes, set[str]]] = {}


def count_visit(request: HttpRequest, slug: str) -> None:
    """Record the visit of a reader who got the page, cached or not. Database errors do not fail the request."""
    if request.method != "GET":
        return
    try:
        note_visit(request, slug)
    except DatabaseError as error:
        log.warning("a visit of %s is not counted: %s", slug, error)


def note_visit(request: HttpRequest, slug: str, now: dt.datetime | None = None) -> None:
    """Store at most one row for each reader and day. A repeated visit needs no query."""
    browser = request.headers.get("User-Agent", "")
    if not browser or _ROBOT.search(browser):
        return
    day_id, secret, seen = _day_of(slug, now)
    if not secret:
        return
    mark = mark_of(request, secret)
    if mark in seen:
        return
    VisitMark.objects.bulk_create([VisitMark(day_id=day_id, mark=mark)], ignore_conflicts=True)
    if len(seen) < MARKS_REMEMBERED:
        seen.add(mark)


def _day_of(slug: str, now: dt.datetime | None) -> tuple[int, bytes, set[str]]:
    """Return the current day of the dialogue with its secret; without a secret visits are not counted."""
    known = _counted.get(slug)
    if known and now is None and time.monotonic() - known[0] < KNOWN.total_seconds():
        return known[1:]
    moment = now or database_now()
    dialogue = Dialogue.objects.filter(slug=slug).exclude(state=DialogueState.DRAFT).first()
    if dialogue is None or not dialogue.is_own or not dialogue.opens_at <= moment < dialogue.closes_at:
        day_id, secret = 0, b""
    else:
        day = _open_day(dialogue, in_zone(moment, dialogue.zone).date())
        day_id, secret = day.pk, bytes(day.secret)
    seen = known[3] if known and known[2] == secret else set()
    if len(_counted) > 100:
        _counted.clear()
    _counted[slug] = (time.monotonic(), day_id, secret, seen)
    return day_id, secret, seen


def _open_day(dialogue: Dialogue, day: dt.date) -> DayOfVisits:
    with transaction.atomic():
        row, _made = DayOfVisits.objects.get_or_create(
            dialogue=dialogue, day=day, defaults={"secret": secrets.token_bytes(32)}
        )
    return row


def close_days(now: dt.datetime) -> int:
    """Store the number of every past day and delete its marks and secret.

    Runs a little after midnight, when no process still uses the day.
    """
    closed = 0
    waiting = DayOfVisits.objects.exclude(secret=b"").select_related("dialogue__workshop")
    for day in waiting:
        if in_zone(now - 2 * KNOWN, day.dialogue.zone).date() <= day.day:
            continue
        with transaction.atomic():
            held = DayOfVisits.objects.select_for_update().exclude(secret=b"").filter(pk=day.pk).first()
            if held is None:
                continue
            held.visits, held.secret = held.marks.count(), b""
            held.save(update_fields=["visits", "secret"])
            held.marks.all().delete()
            bump(day.dialogue)
        closed += 1
    return closed


def counted_visits(dialogue_ids: Iterable[int]) -> dict[int, int]:
    """Return visits by dialogue over complete days, in one query. Dialogues without visits are missing."""
    days = DayOfVisits.objects.filter(dialogue__in=list(dialogue_ids), dialogue__platform=Platform.OWN, secret=b"")
    rows: Any = days.order_by().values("dialogue").annotate(days=Count("pk"), total=Sum("visits"))
    return {row["dialogue"]: row["total"] for row in rows}
