"""Expected answers of the pages of years and workshops, by role."""

from typing import Any

from tests.access import EDITORS, Row, everybody, only
from tests.factories.membership import make_state
from tests.factories.workshops import (
    make_material,
    make_open_workshop,
    make_participant,
    make_topic,
    make_workshop,
    make_year,
)
from workshops import services
from workshops.models import Workshop


def year() -> dict[str, Any]:
    return {"year": make_year().year}


def address(workshop: Workshop, **more: Any) -> dict[str, Any]:
    return {"year": workshop.year.year, "slug": workshop.slug} | more


def workshop() -> dict[str, Any]:
    return address(make_workshop())


def draft() -> dict[str, Any]:
    return address(make_workshop(state="draft"))


def unplanned() -> dict[str, Any]:
    return address(make_workshop(occasion=None))


def open_workshop() -> dict[str, Any]:
    return address(make_open_workshop())


def table() -> dict[str, Any]:
    return address(make_workshop(), kind="csv")


def material(audience: str = "public") -> dict[str, Any]:
    row = make_material(make_workshop(), audience=audience)
    return address(row.workshop, material_id=row.pk)


def closed_material() -> dict[str, Any]:
    return material("participants")


def participant(state: str = "confirmed") -> dict[str, Any]:
    row = make_participant(make_workshop(), state=state)
    return address(row.workshop, participant_id=row.pk)


def waiting() -> dict[str, Any]:
    return participant("registered")


def foreign_participant() -> dict[str, Any]:
    return address(make_workshop(), participant_id=make_participant(make_workshop("other")).pk)


def link() -> dict[str, Any]:
    return {"token": services.issue_link(participant=make_participant(make_workshop()))}


def wrong_link() -> dict[str, Any]:
    make_participant(make_workshop())
    return {"token": "x" * 43}


def link_and_material() -> dict[str, Any]:
    row = make_participant(make_workshop())
    paper = make_material(row.workshop, audience="participants")
    return {"token": services.issue_link(participant=row), "material_id": paper.pk}


def theme() -> dict[str, Any]:
    return {"year": 2010, "slug": services.propose_theme(year=make_year(), slug="theme", title="Theme").slug}


def topic() -> dict[str, Any]:
    return {"year": 2011, "slug": make_topic().slug}


def line() -> dict[str, Any]:
    row = services.add_budget_line(year=make_year(), purpose="other", title="Line", amount=5)
    return {"year": 2010, "line_id": row.pk}


def contribution() -> dict[str, Any]:
    row = services.record_contribution(year=make_year(), donor=make_state("au"))
    return {"year": 2010, "contribution_id": row.pk}


OPEN = everybody(200)
NOBODY = everybody(404)
READ = only(*EDITORS)
DONE = only(*EDITORS, status=302)
CLASH = only(*EDITORS, status=409)
NOT_THERE = only(*EDITORS, status=404)
DRAFT = everybody(404) | dict.fromkeys(EDITORS, 200)
EMPTY = "empty form"
SEEN = {"edit_version": "1"}

PUBLIC = [
    Row("workshops:years", None, "GET", OPEN),
    Row("workshops:year", year, "GET", OPEN),
    Row("workshops:year", lambda: {"year": 1999}, "GET", NOBODY, case="unknown"),
    *(
        Row(f"workshops:{name}", kwargs, "GET", statuses, case=case)
        for name in ("workshop", "programme", "programme_ics", "participants", "materials", "register_sent")
        for kwargs, statuses, case in ((workshop, OPEN, ""), (draft, DRAFT, "draft"))
    ),
    Row("workshops:participants_table", table, "GET", OPEN),
    Row("workshops:material", material, "GET", OPEN),
    Row("workshops:material", closed_material, "GET", DRAFT, case="for participants"),
    Row("workshops:register", open_workshop, "GET", OPEN),
    Row("workshops:register", open_workshop, "POST", OPEN, case=EMPTY),
    Row("workshops:register", workshop, "GET", OPEN, case="closed"),
    Row("workshops:register", draft, "GET", DRAFT, case="draft"),
    Row("workshops:personal", link, "GET", OPEN),
    Row("workshops:personal", link, "POST", everybody(302)),
    Row("workshops:personal", wrong_link, "GET", NOBODY, case="wrong"),
    Row("workshops:personal_material", link_and_material, "GET", OPEN),
]

STAFF_PARTICIPANTS = [
    Row("workshops:manage_participants", workshop, "GET", READ),
    Row("workshops:manage_participants", unplanned, "GET", NOT_THERE, case="without days"),
    Row("workshops:manage_participants_table", table, "GET", READ),
    Row("workshops:attendance", workshop, "POST", DONE),
    Row("workshops:participant_add", workshop, "GET", READ),
    Row("workshops:participant_add", workshop, "POST", READ, case=EMPTY),
    Row("workshops:participant_edit", participant, "GET", READ),
    Row("workshops:participant_edit", participant, "POST", READ, case=EMPTY),
    Row("workshops:participant_edit", foreign_participant, "GET", NOT_THERE, case="of another workshop"),
    Row("workshops:participant_confirm", waiting, "POST", DONE, SEEN),
    Row("workshops:participant_confirm", participant, "POST", CLASH, SEEN, case="confirmed already"),
    Row("workshops:participant_hand_over", participant, "GET", READ),
    Row("workshops:participant_hand_over", participant, "POST", READ, case=EMPTY),
    Row("workshops:participant_cancel", participant, "GET", READ),
    Row("workshops:participant_cancel", participant, "POST", DONE, SEEN),
    Row("workshops:participant_remove", participant, "GET", READ),
    Row("workshops:participant_remove", participant, "POST", DONE, SEEN),
    Row("workshops:participant_remove", participant, "POST", CLASH, {"edit_version": "7"}, case="old version"),
]


def form(name: str, kwargs: Any) -> list[Row]:
    """Return rows for an editors' form: GET shows it, and an empty POST shows it again."""
    return [
        Row(f"workshops:{name}", kwargs, "GET", READ),
        Row(f"workshops:{name}", kwargs, "POST", READ, case=EMPTY),
    ]


PLANNING = [
    *form("year_edit", year),
    *form("theme_add", year),
    *form("theme_edit", theme),
    *form("topic_add", year),
    *form("topic_edit", topic),
    *form("workshop_add", year),
    *form("workshop_edit", workshop),
    *form("workshop_days", unplanned),
    *form("line_add", year),
    *form("line_edit", line),
    *form("contribution_add", year),
    *form("contribution_edit", contribution),
    *form("material_add", workshop),
    *form("material_edit", material),
    Row("workshops:line_remove", line, "GET", READ),
    Row("workshops:line_remove", line, "POST", DONE, SEEN),
    Row("workshops:contribution_remove", contribution, "GET", READ),
    Row("workshops:contribution_remove", contribution, "POST", DONE, SEEN),
    Row("workshops:material_remove", material, "GET", READ),
    Row("workshops:material_remove", material, "POST", DONE, SEEN),
]

ROWS = [*PUBLIC, *STAFF_PARTICIPANTS, *PLANNING]
