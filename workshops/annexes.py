"""Annexes from a workshop: its list of participants and its released programme."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from foundation.text import labelled
from foundation.time.formats import date_range
from texts.registry import annex_maker
from workshops.figures import workshop_subjects
from workshops.lists import ListFilter, ParticipantList, listed_entities
from workshops.models import Workshop
from workshops.programme import Day, programme_days

Block = dict[str, Any]


def _workshop(subject_id: str) -> Workshop:
    return Workshop.objects.by_permanent_ids([subject_id]).select_related("year", "occasion").get()


def _heading(level: int, text: str) -> Block:
    return {"type": "heading", "attrs": {"level": level}, "content": [{"type": "text", "text": text}]}


def _text(text: str, *marks: str) -> Block:
    return {"type": "text", "text": text, **({"marks": [{"type": mark} for mark in marks]} if marks else {})}


def _paragraph(*content: Block) -> Block:
    return {"type": "paragraph", "content": list(content)} if content else {"type": "paragraph"}


@annex_maker("workshops.participants")
class ParticipantsAnnex:
    """Builder of the list of participants who agreed to be listed: by State in protocol order, then by category."""

    label = gettext_lazy("List of participants")

    def subjects(self, person: Any) -> list[tuple[str, str]]:
        return workshop_subjects(person)

    def build(self, subject_id: str, language: str) -> list[Block]:
        workshop = _workshop(subject_id)
        with override(language):
            people = ParticipantList(workshop, ListFilter(), listed_entities(workshop, language))
            blocks = [_heading(1, _("List of participants")), *_occasion_line(workshop, language)]
            for group in people.groups():
                if group.heading:
                    blocks.append(_heading(2, group.heading))
                blocks.append(_heading(3, group.name))
                for name, function in group.people:
                    rest = [_text(f", {function}")] if function else []
                    blocks.append(_paragraph(_text(name, "strong"), *rest))
            return blocks


@annex_maker("workshops.programme")
class ProgrammeAnnex:
    """Builder of the latest release as one table per day: time, title and people."""

    label = gettext_lazy("Programme")

    def subjects(self, person: Any) -> list[tuple[str, str]]:
        return workshop_subjects(person)

    def build(self, subject_id: str, language: str) -> list[Block]:
        workshop = _workshop(subject_id)
        with override(language):
            blocks = [_heading(1, _("Programme")), *_occasion_line(workshop, language)]
            release = workshop.occasion.latest_release if workshop.occasion else None
            if release is None:
                return [*blocks, _paragraph(_text(_("The programme has not been published yet.")))]
            for day in programme_days(release, language):
                blocks += [_heading(2, day.heading), _day_table(day)]
            return blocks


def _occasion_line(workshop: Workshop, language: str) -> list[Block]:
    if workshop.occasion is None:
        return []
    days = date_range(workshop.occasion.begins_on, workshop.occasion.ends_on, language)
    words = ", ".join(part for part in (workshop.title, workshop.occasion.place, days) if part)
    return [_paragraph(_text(words))]


def _day_table(day: Day) -> Block:
    header = _row("table_header", [_paragraph(_text(_("Time")))], [_paragraph(_text(_("Programme")))])
    rows = [header]
    for entry in day.entries:
        paragraphs = [_paragraph(_text(entry.title, "strong"))]
        if entry.description:
            paragraphs.append(_paragraph(_text(entry.description)))
        for person in entry.people:
            words = f", {person.words}" if person.words else ""
            paragraphs.append(_paragraph(_text(labelled(person.capacity, f"{person.name}{words}"))))
        rows.append(_row("table_cell", [_paragraph(_text(entry.time))], paragraphs))
    return {"type": "table", "attrs": {"title": day.heading}, "content": rows}


def _row(kind: str, *cells: list[Block]) -> Block:
    return {"type": "table_row", "content": [{"type": kind, "content": cell} for cell in cells]}
