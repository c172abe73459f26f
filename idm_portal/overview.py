"""Content of the home page, and news for returning visitors."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from council.models import Meeting
from documents.models import Document
from foundation.text import labelled
from foundation.time import formats
from foundation.time.clock import database_now
from schedule.models import Release
from votes.models import Ballot
from workshops.models import IDMYear, Theme, Workshop

ROWS = 5
_OCCASION = ("occasion__place", "occasion__begins_on", "occasion__ends_on")


@dataclass(frozen=True)
class Row:
    title: str
    url: str
    facts: str = ""


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    rows: list[Row]
    more: str
    more_url: str


@dataclass(frozen=True)
class News:
    title: str
    url: str
    what: str
    at: dt.datetime


def public_overview(language: str) -> dict[str, list[Section]]:
    """Return the sections that are not empty, in the order in which they are shown."""
    now = database_now()
    sections = [_consultations(now), _years(), _workshops(), _meetings(), _documents(now)]
    return {"sections": [section for section in sections if section.rows]}


def _consultations(now: dt.datetime) -> Section:
    ballots = Ballot.objects.open_at(now).for_audiences({"public"}).order_by("closes_at")
    ballots = ballots.only("question", "slug", "closes_at", "zone")[:ROWS]
    rows = [
        Row(b.question, b.get_absolute_url(), _("open until %(when)s") % {"when": formats.zoned(b.closes_at, b.zone)})
        for b in ballots
    ]
    return Section("consultations", _("Open consultations"), rows, _("All consultations"), reverse("votes:list"))


def _years() -> Section:
    themes = Prefetch("themes", Theme.objects.selected().only("title", "year").order_by("pk"))
    years = IDMYear.objects.prefetch_related(themes).only("year").order_by("-year")[:2]
    rows = []
    for year in years:
        theme = next((theme.title for theme in year.themes.all()), "")
        rows.append(Row(labelled(f"IDM {year.year}", theme) if theme else f"IDM {year.year}", year.get_absolute_url()))
    return Section("years", _("Overarching themes"), rows, _("All years"), reverse("workshops:years"))


def _workshops() -> Section:
    workshops = Workshop.objects.public().select_related("year", "occasion").exclude(occasion=None)
    rows = [
        Row(w.title, w.get_absolute_url(), _place_and_days(w.occasion))
        for w in workshops.only("title", "slug", "year__year", *_OCCASION).order_by("-occasion__begins_on")[:ROWS]
    ]
    return Section("workshops", _("Workshops"), rows, _("All workshops"), reverse("workshops:years"))


def _meetings() -> Section:
    meetings = Meeting.objects.select_related("occasion").only("title", "slug", *_OCCASION)
    rows = [
        Row(m.title, m.get_absolute_url(), _place_and_days(m.occasion))
        for m in meetings.order_by("-occasion__begins_on")[:ROWS]
    ]
    return Section("meetings", _("Council and consultations"), rows, _("All meetings"), reverse("council:list"))


def _documents(now: dt.datetime) -> Section:
    documents = Document.objects.visible_to(None, now).in_force().order_by("-dated", "symbol")
    documents = documents.only("title", "symbol", "dated", "issued_at", "original_language")[:ROWS]
    rows = [Row(d.title, d.get_absolute_url(), f"{d.symbol}, {formats.long_date(d.dated)}") for d in documents]
    return Section("documents", _("Documents"), rows, _("All documents"), reverse("documents:list"))


def _place_and_days(occasion: Any) -> str:
    days = formats.date_range(occasion.begins_on, occasion.ends_on)
    return f"{occasion.place}, {days}" if occasion.place else days


def begin_visit(person: Any, session: Any, now: dt.datetime) -> dt.datetime:
    """Record the visit and return the time of the previous one.

    Both happen once in a session, so reloading the dashboard does not hide its news.
    """
    if "news_since" not in session:
        session["news_since"] = (person.dashboard_seen_at or person.joined_at).isoformat()
        person.__class__.objects.filter(pk=person.pk).update(dashboard_seen_at=now)
    return dt.datetime.fromisoformat(session["news_since"])


def news_since(person: Any, since: dt.datetime, now: dt.datetime) -> list[News]:
    """Return what was published after that moment and this person may see, latest first."""
    documents = Document.objects.visible_to(person, now).filter(released_at__gt=since, released_at__lte=now)
    found = [
        News(" ".join(filter(None, (d.symbol, d.title))), d.get_absolute_url(), _("released"), d.released_at)
        for d in documents[:20]
    ]
    releases = Release.objects.filter(released_at__gt=since, occasion__workshop__in=Workshop.objects.public())
    for release in releases.select_related("occasion__workshop__year")[:20]:
        workshop = release.occasion.workshop
        url = f"{workshop.get_absolute_url()}programme/"
        found.append(News(workshop.title, url, _("new version of the programme"), release.released_at))
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:20]
