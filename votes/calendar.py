"""Calendar of a person's deadlines as iCalendar, with full time zone definitions."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from foundation.mail.services import absolute
from foundation.time.formats import in_zone, zoned
from membership.models import Person
from votes.models import Ballot, Entitlement
from votes.permissions import day_of

KEPT = dt.timedelta(days=60)


def ballots_of(person: Person, now: dt.datetime) -> list[Ballot]:
    """Return announced ballots of the person's States, including recently closed ones.

    Answers are left out, because calendars are easily shared.
    """
    states = [held.entity_id for held in person.rights_on(day_of(now)).member_states]
    if not states:
        return []
    ballots = list(Ballot.objects.announced().filter(closes_at__gte=now - KEPT).order_by("closes_at", "slug"))
    taking_part = set(
        Entitlement.objects.filter(ballot__in=ballots, entity__in=states, is_entitled=True).values_list(
            "ballot_id", flat=True
        )
    )
    return [ballot for ballot in ballots if ballot.opened_at is None or ballot.pk in taking_part]


def deadlines_ics(ballots: Sequence[Ballot]) -> bytes:
    """Return an event without duration for each deadline.

    The description names the first deadline if it was extended.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//IDM portal//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _("Consultations: deadlines"))
    calendar.add("x-wr-calname", _("Consultations: deadlines"))
    host = urlsplit(settings.PUBLIC_ADDRESS).hostname
    for ballot in ballots:
        calendar.add_component(_event(ballot, host))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(ballot: Ballot, host: str | None) -> Event:
    event = Event()
    event.add("uid", f"ballot-{ballot.slug}@{host}")
    # A fixed creation time keeps the bytes the same.
    event.add("dtstamp", ballot.opens_at)
    event.add("sequence", ballot.revision)
    event.add("summary", _("Closes: %(question)s") % {"question": ballot.question})
    at = in_zone(ballot.closes_at, ballot.zone)
    event.add("dtstart", at)
    event.add("dtend", at)
    words = [str(ballot.get_kind_display()).capitalize()]
    if ballot.first_closes_at:
        words.append(_("First deadline: %(when)s") % {"when": zoned(ballot.first_closes_at, ballot.zone)})
    event.add("description", "\n".join(words))
    event.add("url", absolute(ballot.get_absolute_url()))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", ballot.question)
    alarm.add("trigger", dt.timedelta(days=-1))
    event.add_component(alarm)
    return event
