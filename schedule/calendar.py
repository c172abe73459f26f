"""Programmes as iCalendar files. Time zones are written in full, so that every program shows the same times."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from foundation.time.formats import in_zone, zone_of
from schedule.contents import text_in
from schedule.models import Occasion, Release


def ics(occasion: Occasion, *, name: str, url: str, language: str, release: Release | None) -> bytes:
    """Return the release as one event per slot or, without a release, the occasion as one event.

    `url` is the page's full address. The same release always gives the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//IDM portal//Programme//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("url", url)
    host = urlsplit(settings.PUBLIC_ADDRESS).hostname
    if release is None:
        calendar.add_component(_days_event(occasion, name=name, url=url, host=host))
    else:
        calendar.add("x-wr-timezone", release.content["zone"])
        for slot in release.content["slots"]:
            calendar.add_component(_slot_event(occasion, release, slot, url=url, language=language, host=host))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _days_event(occasion: Occasion, *, name: str, url: str, host: str | None) -> Event:
    event = Event()
    event.add("uid", f"occasion-{occasion.pk}@{host}")
    # Time stamp of the file. The occasion has none, and a fixed one keeps the bytes the same.
    event.add("dtstamp", dt.datetime.combine(occasion.begins_on, dt.time(), tzinfo=dt.UTC))
    event.add("sequence", occasion.edit_version)
    event.add("summary", name)
    event.add("dtstart", occasion.begins_on)
    event.add("dtend", occasion.ends_on + dt.timedelta(days=1))
    event.add("location", occasion.place)
    event.add("url", url)
    return event


def _slot_event(
    occasion: Occasion, release: Release, slot: dict, *, url: str, language: str, host: str | None
) -> Event:
    zone = zone_of(release.content["zone"])
    event = Event()
    event.add("uid", f"occasion-{occasion.pk}-{slot['code']}@{host}")
    event.add("dtstamp", release.released_at)
    event.add("sequence", release.number)
    event.add("summary", text_in(slot["title"], language))
    event.add("dtstart", in_zone(dt.datetime.fromisoformat(slot["starts_at"]), zone))
    event.add("dtend", in_zone(dt.datetime.fromisoformat(slot["ends_at"]), zone))
    places = (text_in(slot["room"], language), text_in(release.content["place"], language))
    event.add("location", ", ".join(place for place in places if place))
    description = text_in(slot["description"], language)
    if description:
        event.add("description", description)
    event.add("url", url)
    return event
