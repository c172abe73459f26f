"""Load the demonstration's years, themes, topics, workshops, participants and funding through this app's services."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from foundation.refusals import Refused
from foundation.tables.datafiles import DataFileError, read_csv, read_json
from foundation.tables.demodata import DemoLoad
from foundation.uploads.checks import check_file
from foundation.uploads.kinds import LARGEST_PAPER, PAPERS
from membership.models import Entity, EntityKind
from schedule.demodata import load_programme
from schedule.services import create_occasion
from workshops import services
from workshops.counts import attendance_counts
from workshops.figures import provide_years
from workshops.models import Attendance, IDMYear, ProposalState, Theme, Topic, Workshop

COLUMNS = {
    "id",
    "entity",
    "honorific",
    "given_name",
    "surname",
    "function",
    "email",
    "language",
    "registered_at",
    "attendance",
    "consents",
    "note",
}


def load(demo: DemoLoad) -> None:
    path = demo.path("workshops", "cycle.json")
    cycle = read_json(path)
    known = set(IDMYear.objects.values_list("year", flat=True))
    years = {entry["year"]: _year(entry) for entry in cycle["years"]}
    for entry in cycle["themes"]:
        _theme(years[entry["year"]], entry)
    for entry in cycle["topics"]:
        _topic(years[entry["year"]], entry)
    for entry in cycle["workshops"]:
        _workshop(demo, years[entry["year"]], entry)
    for entry in cycle["materials"]:
        _material(demo, entry)
    _money(path, years, cycle)
    _illustrative(demo)
    # Editors may have changed existing years; only newly loaded ones must match.
    for number in years.keys() - known:
        _check_year(demo, number)


def _year(entry: dict[str, Any]) -> IDMYear:
    return IDMYear.objects.filter(year=entry["year"]).first() or services.create_year(**entry)


def _theme(year: IDMYear, entry: dict[str, Any]) -> None:
    if Theme.objects.filter(year=year, slug=entry["slug"]).exists():
        return
    theme = services.propose_theme(year=year, slug=entry["slug"], title=entry["title"], rationale=entry["rationale"])
    if entry["state"] != ProposalState.PROPOSED:
        services.set_theme_state(theme=theme, state=entry["state"])


def _topic(year: IDMYear, entry: dict[str, Any]) -> None:
    if not Topic.objects.filter(year=year, slug=entry["slug"]).exists():
        services.propose_topic(**(entry | {"year": year}))


# --- Workshops --------------------------------------------------------------------------------------------------------


def _workshop(demo: DemoLoad, year: IDMYear, entry: dict[str, Any]) -> None:
    workshop = Workshop.objects.at(year.year, entry["slug"]).select_related("year", "occasion").first()
    if workshop is not None:
        return
    moments = {
        name: demo.moment(entry[name]) for name in ("registration_opens_at", "registration_closes_at") if name in entry
    }
    workshop = services.create_workshop(
        year=year,
        number=entry["number"],
        slug=entry["slug"],
        title=entry["title"],
        description=entry.get("description", ""),
        state=entry["state"],
        occasion=_occasion(entry),
        **moments,
    )
    if "programme" in entry:
        load_programme(demo, workshop.occasion, entry["programme"])
    if "participants" in entry:
        path = demo.path("workshops", entry["participants"])
        _participants(demo, workshop, path)


def _occasion(entry: dict[str, Any]) -> Any:
    if "begins_on" not in entry:
        return None
    return create_occasion(
        begins_on=dt.date.fromisoformat(entry["begins_on"]),
        ends_on=dt.date.fromisoformat(entry["ends_on"]),
        zone=entry["zone"],
        place=entry["place"],
    )


def _illustrative(demo: DemoLoad) -> None:
    """Create a workshop that is always in the future, so that registration can be tried. It begins on a Tuesday."""
    entry = read_json(demo.path("workshops", "illustrative.json"))
    written = entry["workshop"]
    if Workshop.objects.filter(slug=written["slug"]).exists():
        return
    earliest = demo.moment(written["begins_on"]).date()
    begins = earliest + dt.timedelta(days=(1 - earliest.weekday()) % 7)
    ends = begins + dt.timedelta(days=written["days"] - 1)
    year = _year({"year": begins.year, "workshops_planned": 1, "description": entry["year_description"]})
    _workshop(demo, year, written | {"begins_on": begins.isoformat(), "ends_on": ends.isoformat()})


def _participants(demo: DemoLoad, workshop: Workshop, path: Path) -> None:
    try:
        services.register_many(workshop=workshop, rows=_rows(demo, path), is_invented=True)
    except Refused as refusal:
        raise DataFileError(path, None, str(refusal)) from refusal
    _check_workshop(demo, workshop)


def _rows(demo: DemoLoad, path: Path) -> Iterator[dict[str, Any]]:
    entities = {entity.code: entity for entity in Entity.objects.all()}
    names: dict[tuple[str, str, str], int] = {}
    addresses: dict[str, int] = {}
    for row in read_csv(path, columns=COLUMNS, unique=("id",)):
        if row["entity"] not in entities:
            raise row.error(f"the register knows no {row['entity']!r}")
        if row["attendance"] not in Attendance.values:
            raise row.error(f"no such attendance: {row['attendance']!r}")
        person = (row["entity"], row["surname"], row["given_name"])
        for seen, key in ((names, person), (addresses, row["email"])):
            if key in seen:
                raise row.error(f"{row['given_name']} {row['surname']} stands already in line {seen[key]}")
            seen[key] = row.line
        yield {
            "entity": entities[row["entity"]],
            "honorific": row["honorific"],
            "given_name": row["given_name"],
            "surname": row["surname"],
            "function": row["function"],
            "email": row["email"],
            "language": row["language"],
            "registered_at": demo.moment(row["registered_at"]),
            "attendance": row["attendance"],
            "consents_to_listing": row["consents"] == "yes",
        }


def _material(demo: DemoLoad, entry: dict[str, Any]) -> None:
    workshop = Workshop.objects.by_permanent_ids([entry["workshop"]]).select_related("year").get()
    if workshop.materials.filter(name=entry["file"]).exists():
        return
    services.add_material(
        workshop=workshop,
        title=entry["title"],
        file=check_file(
            name=entry["file"],
            content=demo.path("workshops", entry["file"]).read_bytes(),
            kinds=PAPERS,
            largest=LARGEST_PAPER,
        ),
        kind=entry["kind"],
        language=entry["language"],
        audience=entry["audience"],
    )


# --- Money ------------------------------------------------------------------------------------------------------------


def _money(path: Path, years: dict[int, IDMYear], cycle: dict[str, Any]) -> None:
    """Load budget lines and contributions. They have no permanent id, so years that have any are skipped."""
    for kind, add in (("budget_lines", _budget_line), ("contributions", _contribution)):
        entries = cycle["budget" if kind == "budget_lines" else kind]
        for number, year in years.items():
            if not getattr(year, kind).exists():
                for entry in entries:
                    if entry["year"] == number:
                        add(path, year, entry)


def _budget_line(path: Path, year: IDMYear, entry: dict[str, Any]) -> None:
    services.add_budget_line(**(entry | {"year": year, "amount": Decimal(entry["amount"])}))


def _contribution(path: Path, year: IDMYear, entry: dict[str, Any]) -> None:
    donor = Entity.objects.filter(code=entry["donor"]).first()
    if donor is None:
        raise DataFileError(path, _line_of(path, f'"donor": "{entry["donor"]}"'), "the register knows no such donor")
    services.record_contribution(
        year=year,
        workshop=Workshop.objects.by_permanent_ids([entry["workshop"]]).get() if entry["workshop"] else None,
        donor=donor,
        amount=Decimal(entry["amount"]) if entry["amount"] else None,
        state=entry["state"],
        note=entry["note"],
    )


# --- Published totals -------------------------------------------------------------------------------------------------


def _check_workshop(demo: DemoLoad, workshop: Workshop) -> None:
    counts = attendance_counts({workshop.pk: workshop.occasion.begins_on})[workshop.pk]
    counted = {
        "participants": counts.participants,
        "states": counts.states_with_status,
        "organizations": counts.entities[EntityKind.ORGANIZATION],
        "ngos": counts.entities[EntityKind.NGO],
        "further_categories": [str(kind) for kind in counts.further],
    }
    _check(demo, workshop.permanent_id, counted)


def _check_year(demo: DemoLoad, number: int) -> None:
    """Check funding and proposals against the published note."""
    asked = {"budget_total", "budget_per_workshop", "topics_proposed", "themes_proposed"}
    counted = {
        name: f"{Decimal(figure.value['amount']):.2f}" if figure.kind == "money" else figure.value
        for (_identity, name), figure in provide_years({str(number): asked}).items()
    }
    _check(demo, str(number), counted)


def _check(demo: DemoLoad, identity: str, counted: dict[str, Any]) -> None:
    """Check every published total of that subject against the loaded rows."""
    path = demo.path("workshops", "totals.json")
    for name, published in read_json(path).get(identity, {}).items():
        line = _line_of(path, f'"{name}"', after=f'"{identity}"')
        demo.check_total(path, f"{identity}, {name}", counted.get(name), published, line)


def _line_of(path: Path, words: str, *, after: str = "") -> int | None:
    """Return the number of the first line with these words after the line with the others."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next((number for number, line in enumerate(lines) if after in line), 0)
    return next((number + 1 for number, line in enumerate(lines) if number >= start and words in line), None)
