"""Expected answers of the timetable editor, by role."""

from typing import Any

from schedule import services
from schedule.models import Appearance, Room, Slot
from tests.access import EDITORS, Row, only
from tests.factories.schedule import make_occasion, make_slot


def occasion() -> dict[str, Any]:
    return {"occasion_id": make_occasion().pk}


def with_slot() -> Slot:
    return make_slot(make_occasion(), "Opening", "09:00", "10:00")


def slot() -> dict[str, Any]:
    row = with_slot()
    return {"occasion_id": row.occasion_id, "slot_id": row.pk}


def foreign_slot() -> dict[str, Any]:
    return {"occasion_id": make_occasion().pk, "slot_id": with_slot().pk}


def released() -> dict[str, Any]:
    return {"occasion_id": with_slot().occasion_id}


def day() -> dict[str, Any]:
    return {"occasion_id": with_slot().occasion_id, "day": "2010-07-19"}


def nonsense_day() -> dict[str, Any]:
    return {"occasion_id": with_slot().occasion_id, "day": "yesterday"}


def room() -> dict[str, Any]:
    row: Room = services.add_room(occasion=make_occasion(), name="Main")
    return {"occasion_id": row.occasion_id, "room_id": row.pk}


def appearance() -> dict[str, Any]:
    row = with_slot()
    person: Appearance = services.add_appearance(occasion=row.occasion, slot=row, name="Noor")
    return {"occasion_id": row.occasion_id, "appearance_id": person.pk}


READ = only(*EDITORS)
DONE = only(*EDITORS, status=302)
CLASH = only(*EDITORS, status=409)
NOT_THERE = only(*EDITORS, status=404)

ROWS = [
    Row("schedule:timetable", occasion, "GET", READ),
    Row("schedule:timetable", lambda: {"occasion_id": 0}, "GET", NOT_THERE, case="unknown"),
    Row("schedule:details", occasion, "GET", READ),
    Row("schedule:details", occasion, "POST", READ, case="empty form"),
    Row("schedule:release", released, "GET", READ),
    Row("schedule:release", released, "POST", DONE),
    Row("schedule:release", occasion, "POST", CLASH, case="nothing to release"),
    Row("schedule:order", day, "POST", CLASH, {"order": []}, case="old version"),
    Row("schedule:order", nonsense_day, "POST", NOT_THERE, case="no day"),
    Row("schedule:slot_add", occasion, "GET", READ),
    Row("schedule:slot_add", occasion, "POST", READ, case="empty form"),
    Row("schedule:slot_edit", slot, "GET", READ),
    Row("schedule:slot_edit", foreign_slot, "GET", NOT_THERE, case="of another occasion"),
    Row("schedule:slot_edit", slot, "POST", READ, case="empty form"),
    Row("schedule:slot_move", slot, "POST", CLASH, {"move": "up"}, case="old version"),
    Row("schedule:slot_move", foreign_slot, "POST", NOT_THERE, {"move": "up"}, case="of another occasion"),
    Row("schedule:slot_remove", slot, "GET", READ),
    Row("schedule:slot_remove", slot, "POST", DONE, {"edit_version": "1"}),
    Row("schedule:slot_remove", slot, "POST", CLASH, {"edit_version": "7"}, case="old version"),
    Row("schedule:appearance_add", slot, "GET", READ),
    Row("schedule:appearance_add", slot, "POST", READ, case="empty form"),
    Row("schedule:appearance_edit", appearance, "GET", READ),
    Row("schedule:appearance_edit", appearance, "POST", READ, case="empty form"),
    Row("schedule:appearance_remove", appearance, "GET", READ),
    Row("schedule:appearance_remove", appearance, "POST", DONE, {"edit_version": "1"}),
    Row("schedule:room_add", occasion, "GET", READ),
    Row("schedule:room_add", occasion, "POST", READ, case="empty form"),
    Row("schedule:room_edit", room, "GET", READ),
    Row("schedule:room_edit", room, "POST", READ, case="empty form"),
    Row("schedule:room_remove", room, "GET", READ),
    Row("schedule:room_remove", room, "POST", DONE, {"edit_version": "1"}),
]
