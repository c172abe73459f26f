"""Figures of meetings for documents, and the agenda as a table: `council.meeting:<slug>:<name>`."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from council.models import AgendaItem, Meeting
from council.tree import Node, full_numbers, tree_of, walk
from foundation.time.formats import weekday_date
from schedule.contents import text_in, texts
from schedule.models import Appearance, AppearanceCapacity
from texts.registry import Exhibit, Figure, exhibit_provider, figure_provider, figure_subjects

NAMES = {
    "ordinal": gettext_lazy("number of the session"),
    "title": gettext_lazy("title"),
    "dates": gettext_lazy("dates"),
    "date": gettext_lazy("first day"),
    "place": gettext_lazy("place"),
    "highlights": gettext_lazy("highlights"),
}
# `chair.<code>` is the item's lead or, if there is none, the person who opens it.
_LEADS = (
    AppearanceCapacity.CHAIR,
    AppearanceCapacity.MODERATOR,
    AppearanceCapacity.KEYNOTE,
    AppearanceCapacity.SPEAKER,
)


def names_of(slugs: list[str]) -> dict[str, dict[str, Any]]:
    """Return the title, day and lead of every item on each agenda."""
    meetings = list(Meeting.objects.filter(slug__in=slugs).select_related("occasion"))
    nodes = nodes_of(meetings)
    return {
        meeting.slug: {
            name: figure.label
            for name, figure in _agenda_figures(meeting, nodes.get(meeting.pk, []), {}).items()
            if name not in NAMES
        }
        for meeting in meetings
    }


@figure_provider("council.meeting", names=NAMES, names_of=names_of)
def provide(asked: Mapping[str, set[str]]) -> dict[tuple[str, str], Figure]:
    """Return the figures in at most three queries. Removed and internal items are missing."""
    meetings = list(Meeting.objects.filter(slug__in=list(asked)).select_related("occasion"))
    names = set().union(*asked.values())
    of_items = any(name == "highlights" or name.startswith(("item.", "chair.")) for name in names)
    nodes = nodes_of(meetings) if of_items else {}
    leads = _leads(nodes) if any(name.startswith("chair.") for name in names) else {}
    answers: dict[tuple[str, str], Figure] = {}
    for meeting in meetings:
        figures = _meeting_figures(meeting)
        if of_items:
            figures |= _agenda_figures(meeting, nodes.get(meeting.pk, []), leads)
        answers |= {(meeting.slug, name): figures[name] for name in asked[meeting.slug] if name in figures}
    return answers


def _meeting_figures(meeting: Meeting) -> dict[str, Figure]:
    occasion = meeting.occasion
    source = {"source": meeting.title, "source_url": meeting.get_absolute_url()}
    days = [occasion.begins_on.isoformat(), occasion.ends_on.isoformat()]
    figures = {
        "title": Figure("text", texts(meeting, "title"), NAMES["title"], **source),
        "dates": Figure("dates", days, NAMES["dates"], **source),
        "date": Figure("date", days[0], NAMES["date"], **source),
    }
    if meeting.number:
        figures["ordinal"] = Figure("ordinal", meeting.number, NAMES["ordinal"], **source)
    if place := texts(occasion, "place"):
        figures["place"] = Figure("text", place, NAMES["place"], **source)
    return figures


def _agenda_figures(meeting: Meeting, nodes: list[Node], leads: Mapping[int, Appearance]) -> dict[str, Figure]:
    url = reverse("council:agenda", args=[meeting.slug])
    source = _("Agenda, %(meeting)s") % {"meeting": meeting.title}
    shown = [node.item for node in walk(nodes)]
    highlights = sum(item.is_highlight for item in shown)
    figures = {"highlights": Figure("count", highlights, NAMES["highlights"], source=source, source_url=url)}
    for item in shown:
        origin = {"source": source, "source_url": f"{url}#{item.code}"}
        label = _("title of the item “%(title)s”") % {"title": item.title}
        figures[f"item.{item.code}.title"] = Figure("text", texts(item, "title"), label, **origin)
        label = _("day of the item “%(title)s”") % {"title": item.title}
        day = item.day.isoformat() if item.day else None
        status = "ok" if day else "not-yet"
        figures[f"item.{item.code}.date"] = Figure("date", day, label, status=status, **origin)
        lead = leads.get(item.slot_id)
        label = _("lead speaker on the item “%(title)s”") % {"title": item.title}
        name = _name_and_function(lead) if lead else None
        status = "ok" if name else "not-yet"
        figures[f"chair.{item.code}"] = Figure("text", name, label, status=status, **origin)
    return figures


def nodes_of(meetings: list[Meeting]) -> dict[int, list[Node]]:
    held: dict[int, list[AgendaItem]] = {}
    for item in AgendaItem.objects.active().filter(meeting__in=meetings):
        held.setdefault(item.meeting_id, []).append(item)
    return {pk: tree_of(items, with_internal=False) for pk, items in held.items()}


def _leads(nodes: Mapping[int, list[Node]]) -> dict[int, Appearance]:
    slots = {node.item.slot_id for level in nodes.values() for node in walk(level)} - {None}
    expected = Appearance.objects.expected().filter(slot__in=slots, capacity__in=_LEADS)
    rank = {capacity.value: place for place, capacity in enumerate(_LEADS)}
    leads: dict[int, Appearance] = {}
    for appearance in sorted(expected, key=lambda row: (rank[row.capacity], row.position, row.pk)):
        leads.setdefault(appearance.slot_id, appearance)
    return leads


def _name_and_function(appearance: Appearance) -> dict[str, str]:
    """Return `Ms. N. N., High Commissioner` in each language in which the function is given."""
    functions = texts(appearance, "function")
    if not functions:
        return {"en": appearance.name}
    return {language: f"{appearance.name}, {function}" for language, function in functions.items()}


@figure_subjects("council.meeting")
def subjects(person: Any) -> list[tuple[str, str]]:
    return [(row.slug, row.title) for row in Meeting.objects.in_order()]


# --- The agenda as a table and as an annex ----------------------------------------------------------------------------


@exhibit_provider("council.meeting", names={"agenda": gettext_lazy("agenda"), "highlights": gettext_lazy("highlights")})
def exhibit(meeting_slug: str, name: str, language: str) -> Exhibit | None:
    meeting = Meeting.objects.select_related("occasion").filter(slug=meeting_slug).first()
    if meeting is None or name not in {"agenda", "highlights"}:
        return None
    nodes = nodes_of([meeting]).get(meeting.pk, [])
    numbers = full_numbers(nodes)
    shown = [node.item for node in walk(nodes) if name == "agenda" or node.item.is_highlight]
    with override(language):
        what = _("Agenda") if name == "agenda" else _("Highlights")
        title = f"{text_in(texts(meeting, 'title'), language)}: {what}"
        return Exhibit(
            svg="",
            table_header=[_("Number"), _("Item"), _("Day")],
            table_rows=[
                [
                    numbers[item.pk],
                    text_in(texts(item, "title"), language),
                    weekday_date(item.day, language) if item.day else "",
                ]
                for item in shown
            ],
            title=title,
            alternative=_("Agenda items with their numbers and days"),
            source=title,
            status="ok" if shown else "not-yet",
        )
