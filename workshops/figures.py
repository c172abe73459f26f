"""Figures and exhibits of workshops and years for documents that cite them, in few queries."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from foundation.pages.charts import bar_chart
from foundation.text import LANGUAGES, labelled, semicolon
from foundation.text.money import amount
from membership.models import EntityKind
from membership.names import Name, names_in_languages, names_on
from schedule.contents import texts
from texts.registry import Exhibit, Figure, exhibit_provider, figure_provider, figure_subjects
from workshops.counts import CATEGORIES, FURTHER, HEADINGS, Counts, attendance_counts
from workshops.models import (
    BudgetPurpose,
    Contribution,
    ContributionState,
    IDMYear,
    ProposalState,
    Theme,
    Topic,
    Workshop,
)
from workshops.permissions import sees_drafts

WORKSHOP_NAMES = {
    "participants": gettext_lazy("participants who attended"),
    "states": gettext_lazy("Member and Observer States that attended"),
    "organizations": gettext_lazy("international organizations that attended"),
    "ngos": gettext_lazy("non-governmental organizations that attended"),
    "further_categories": gettext_lazy("further categories that attended"),
    "dates": gettext_lazy("dates"),
    "title": gettext_lazy("title"),
    "theme": gettext_lazy("overarching theme"),
    "donors": gettext_lazy("donors"),
    "place": gettext_lazy("place"),
}
YEAR_NAMES = {
    "budget_total": gettext_lazy("money sought"),
    "budget_per_workshop": gettext_lazy("money sought for each workshop"),
    "officials_share": gettext_lazy("share for the participation of officials from capitals"),
    "theme": gettext_lazy("overarching theme"),
    "alternative_theme": gettext_lazy("theme that was not selected"),
    "themes_proposed": gettext_lazy("themes proposed"),
    "workshops_planned": gettext_lazy("workshops planned"),
    "topics_proposed": gettext_lazy("topics proposed"),
}
_ATTENDANCE = {"participants", "states", "organizations", "ngos", "further_categories"}
_DATED = {"dates", "place"}


# --- Workshops --------------------------------------------------------------------------------------------------------


@figure_provider("workshops.workshop", names=WORKSHOP_NAMES)
def provide_workshops(asked: Mapping[str, set[str]]) -> dict[tuple[str, str], Figure]:
    rows = list(Workshop.objects.by_permanent_ids(list(asked)).select_related("year", "occasion"))
    days = {row.pk: row.occasion.begins_on for row in rows if row.occasion}
    names = set().union(*asked.values())
    counts = attendance_counts(days) if names & _ATTENDANCE else {}
    themes = _themes({row.year_id for row in rows}) if "theme" in names else {}
    donors = _donors(rows) if "donors" in names else {}
    answers: dict[tuple[str, str], Figure] = {}
    for row in rows:
        figures = _workshop_figures(row, counts.get(row.pk), themes.get(row.year_id), donors.get(row.pk, []))
        answers |= {(row.permanent_id, name): figures[name] for name in asked[row.permanent_id] if name in figures}
    return answers


def _workshop_figures(
    row: Workshop, counts: Counts | None, theme: dict[str, str] | None, donors: list[dict[str, str]]
) -> dict[str, Figure]:
    url = row.get_absolute_url()
    source = {"source": row.title, "source_url": url}

    def figure(kind: Any, name: str, value: Any) -> Figure:
        return Figure(kind, value, WORKSHOP_NAMES[name], **source)

    figures = {"title": figure("text", "title", texts(row, "title"))}
    if theme:
        figures["theme"] = figure("text", "theme", theme)
    if donors:
        figures["donors"] = figure("names", "donors", donors)
    if row.occasion is None:
        return figures
    occasion = row.occasion
    figures["dates"] = figure("dates", "dates", [occasion.begins_on.isoformat(), occasion.ends_on.isoformat()])
    if place := texts(occasion, "place"):
        figures["place"] = figure("text", "place", place)
    if counts is not None:
        figures |= _attendance_figures(row, counts)
    return figures


def _attendance_figures(row: Workshop, counts: Counts) -> dict[str, Figure]:
    """Return the attendance figures. There are none before attendance is recorded."""
    source = {
        "source": _("List of participants, %(workshop)s") % {"workshop": row.title},
        "source_url": reverse("workshops:participants", args=[row.year.year, row.slug]),
    }
    values: dict[str, tuple[Any, Any]] = {
        "participants": ("count", counts.participants),
        "states": ("count", counts.states_with_status),
        "organizations": ("count", counts.entities[EntityKind.ORGANIZATION]),
        "ngos": ("count", counts.entities[EntityKind.NGO]),
        "further_categories": ("names", [_in_every_language(FURTHER[kind]) for kind in counts.further]),
    }
    known = counts.participants > 0
    return {
        name: Figure(
            kind, value if known else None, WORKSHOP_NAMES[name], status="ok" if known else "not-yet", **source
        )
        for name, (kind, value) in values.items()
    }


def _in_every_language(label: Any) -> dict[str, str]:
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[language] = str(label)
    return words


def _themes(year_ids: set[int]) -> dict[int, dict[str, str]]:
    chosen = Theme.objects.selected().filter(year_id__in=year_ids)
    return {theme.year_id: texts(theme, "title") for theme in chosen}


def _donors(rows: list[Workshop]) -> dict[int, list[dict[str, str]]]:
    """Return the donors of each workshop, without pledges. Each has one name, that of the day."""
    given: dict[int, list[int]] = {}
    held = Contribution.objects.filter(workshop__in=rows).exclude(state=ContributionState.PLEDGE)
    for workshop_id, donor_id in held.order_by("pk").values_list("workshop_id", "donor_id"):
        given.setdefault(workshop_id, []).append(donor_id)
    donors: dict[int, list[dict[str, str]]] = {}
    by_day: dict[dt.date, list[Workshop]] = {}
    for row in rows:
        if row.pk in given:
            day = row.occasion.begins_on if row.occasion else dt.date(row.year.year, 1, 1)
            by_day.setdefault(day, []).append(row)
    for day, held_then in by_day.items():
        names = names_in_languages({donor for row in held_then for donor in given[row.pk]}, day)
        for row in held_then:
            unique = dict.fromkeys(given[row.pk])
            donors[row.pk] = [{code: name.short for code, name in names.get(donor, {}).items()} for donor in unique]
    return donors


@figure_subjects("workshops.workshop")
def workshop_subjects(person: Any) -> list[tuple[str, str]]:
    rows = Workshop.objects.visible_to(bool(person) and sees_drafts(person)).select_related("year")
    return [(row.permanent_id, labelled(f"IDM {row.year.year}", row.title)) for row in rows]


# --- Years ------------------------------------------------------------------------------------------------------------


def names_of_years(identities: list[str]) -> dict[str, dict[str, Any]]:
    """Return the topics of each year by letter."""
    listed: dict[str, dict[str, Any]] = {}
    for topic in Topic.objects.filter(year__year__in=[int(year) for year in identities]).select_related("year"):
        figures = _topic_figures(topic, {})
        listed.setdefault(str(topic.year.year), {}).update({name: figure.label for name, figure in figures.items()})
    return listed


@figure_provider("workshops.year", names=YEAR_NAMES, names_of=names_of_years)
def provide_years(asked: Mapping[str, set[str]]) -> dict[tuple[str, str], Figure]:
    wanted = [int(identity) for identity in asked if identity.isdecimal() and len(identity) == 4]
    rows = IDMYear.objects.filter(year__in=wanted).prefetch_related("themes", "topics", "budget_lines")
    answers: dict[tuple[str, str], Figure] = {}
    for row in rows:
        figures = _year_figures(row)
        identity = str(row.year)
        answers |= {(identity, name): figures[name] for name in asked[identity] if name in figures}
    return answers


def _year_figures(row: IDMYear) -> dict[str, Figure]:
    source = {"source": f"IDM {row.year}", "source_url": row.get_absolute_url()}

    def figure(kind: Any, name: str, value: Any, **more: Any) -> Figure:
        return Figure(kind, value, YEAR_NAMES.get(name, name), **source, **more)

    themes, topics = list(row.themes.all()), list(row.topics.all())
    proposed = [topic for topic in topics if topic.state != ProposalState.WITHDRAWN]
    figures = {
        "workshops_planned": figure("count", "workshops_planned", row.workshops_planned),
        "topics_proposed": figure("count", "topics_proposed", len(proposed)),
        "themes_proposed": figure("count", "themes_proposed", len(themes)),
        **_budget_figures(row, figure),
    }
    selected = [theme for theme in themes if theme.state == ProposalState.SELECTED]
    figures["theme"] = (
        figure("text", "theme", texts(selected[0], "title")) if selected else _not_yet("text", "theme", source)
    )
    others = [theme for theme in themes if theme.state == ProposalState.NOT_SELECTED]
    if len(others) == 1:
        figures["alternative_theme"] = figure("text", "alternative_theme", texts(others[0], "title"))
    for topic in topics:
        figures |= _topic_figures(topic, source)
    return figures


def _not_yet(kind: Any, name: str, source: dict[str, Any]) -> Figure:
    return Figure(kind, None, YEAR_NAMES[name], status="not-yet", **source)


def _topic_figures(topic: Topic, source: dict[str, Any]) -> dict[str, Figure]:
    stem = f"topic.{topic.letter.lower()}"
    label = _("topic %(letter)s: title") % {"letter": topic.letter}
    rationale = _("topic %(letter)s: rationale") % {"letter": topic.letter}
    return {
        f"{stem}.title": Figure("text", texts(topic, "title"), label, **source),
        f"{stem}.rationale": Figure("text", texts(topic, "rationale"), rationale, **source),
    }


def _budget_figures(row: IDMYear, figure: Any) -> dict[str, Figure]:
    """Return totals in one currency; an amount for each workshop only if it is the same for all."""
    lines = list(row.budget_lines.all())
    currencies = {line.currency for line in lines}
    if len(currencies) != 1:
        return {}
    currency = currencies.pop()
    total = sum((line.amount for line in lines), Decimal())
    officials = sum((line.amount for line in lines if line.purpose == BudgetPurpose.OFFICIALS), Decimal())
    figures = {
        "budget_total": figure("money", "budget_total", _money(total, currency)),
        "officials_share": figure(
            "share", "officials_share", float(officials / total), n=int(officials), total=int(total)
        ),
    }
    by_workshop: dict[int | None, Decimal] = {}
    for line in lines:
        by_workshop[line.workshop_number] = by_workshop.get(line.workshop_number, Decimal()) + line.amount
    if None not in by_workshop and len(set(by_workshop.values())) == 1:
        figures["budget_per_workshop"] = figure(
            "money", "budget_per_workshop", _money(next(iter(by_workshop.values())), currency)
        )
    return figures


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    whole = amount == amount.to_integral_value()
    return {"amount": str(int(amount)) if whole else f"{amount:.2f}", "currency": currency}


@figure_subjects("workshops.year")
def year_subjects(person: Any) -> list[tuple[str, str]]:
    return [(str(year), f"IDM {year}") for year in IDMYear.objects.values_list("year", flat=True)]


# --- Exhibits ---------------------------------------------------------------------------------------------------------


@exhibit_provider(
    "workshops.workshop",
    names={
        "by_category": gettext_lazy("participants by category"),
        "funding": gettext_lazy("contributions to the workshop"),
    },
)
def exhibit(identity: str, name: str, language: str) -> Exhibit | None:
    row = Workshop.objects.by_permanent_ids([identity]).select_related("year", "occasion").first()
    drawn = {"by_category": _by_category, "funding": _funding}.get(name)
    if row is None or row.occasion is None or drawn is None:
        return None
    with override(language):
        return drawn(row, language)


def _by_category(row: Workshop, language: str) -> Exhibit:
    counts = attendance_counts({row.pk: row.occasion.begins_on})[row.pk]
    title = _("Participants by category")
    source = _("List of participants, %(workshop)s") % {"workshop": row.title}
    if not counts.participants:
        return Exhibit("", [], [], title, "", source, status="not-yet")
    people = [(str(HEADINGS[kind]), counts.people[kind]) for kind in CATEGORIES if counts.people[kind]]
    return Exhibit(
        svg=bar_chart(people, title=title, language=language),
        table_header=[_("Category"), _("Entities"), _("Participants")],
        table_rows=[
            [str(HEADINGS[kind]), str(counts.entities[kind]), str(counts.people[kind])]
            for kind in CATEGORIES
            if counts.people[kind]
        ],
        title=title,
        alternative=f"{semicolon()} ".join(labelled(label, number) for label, number in people),
        source=source,
    )


def _funding(row: Workshop, language: str) -> Exhibit:
    held = list(row.contributions.exclude(state=ContributionState.PLEDGE))
    names = names_on((given.donor_id for given in held), row.occasion.begins_on, language)
    title = _("Contributions to the workshop")
    rows = [
        [
            names.get(given.donor_id, Name("", "", "", "")).short,
            amount(given.amount, given.currency, language)
            if given.amount
            else _("partial funding (amount not published)"),
            str(given.get_state_display()),
        ]
        for given in held
    ]
    if not rows:
        return Exhibit("", [], [], title, "", row.title, status="not-yet")
    return Exhibit(
        svg=format_html(""),
        table_header=[_("Donor"), _("Amount"), pgettext("progress", "Status")],
        table_rows=rows,
        title=title,
        alternative=f"{semicolon(language)} ".join(", ".join(cells) for cells in rows),
        source=row.title,
    )
