"""Expected answers of the pages of meetings, by role."""

from typing import Any

from council import services
from tests.access import DELEGATIONS, EDITORS, Row, everybody, only
from tests.factories.council import make_agenda, make_item, make_meeting, make_open_item
from tests.factories.documents import make_issued


def meeting() -> dict[str, Any]:
    return {"slug": make_agenda()[0].slug}


def unknown() -> dict[str, Any]:
    return {"slug": "session-9999"}


def item() -> dict[str, Any]:
    held, items = make_agenda()
    return {"slug": held.slug, "item_id": items["Debate"].pk}


def foreign_item() -> dict[str, Any]:
    return {"slug": make_meeting().slug, "item_id": make_agenda()[1]["Debate"].pk}


def tombstone() -> dict[str, Any]:
    held, items = make_agenda()
    services.remove_item(item=items["Debate"], expected=1, expected_order=held.order_version, reason="Gone")
    return {"slug": held.slug, "item_id": items["Debate"].pk}


def speakers_list(**more: Any) -> dict[str, Any]:
    row = make_open_item(**more)
    return {"slug": row.meeting.slug, "code": row.code}


def without_list() -> dict[str, Any]:
    row = make_item(make_meeting(), "Opening")
    return {"slug": row.meeting.slug, "code": row.code}


def internal_list() -> dict[str, Any]:
    return speakers_list(is_internal=True)


def paper() -> dict[str, Any]:
    held = make_meeting()
    return {"slug": held.slug, "paper_id": services.attach_paper(meeting=held, document=make_issued()).pk}


def foreign_paper() -> dict[str, Any]:
    return paper() | {"slug": make_meeting().slug}


def decision() -> dict[str, Any]:
    held = make_meeting()
    return {"slug": held.slug, "decision_id": services.record_decision(meeting=held, text="Noted").pk}


def foreign_decision() -> dict[str, Any]:
    return decision() | {"slug": make_meeting().slug}


READ = only(*EDITORS)
DONE = only(*EDITORS, status=302)
CLASH = only(*EDITORS, status=409)
NOT_THERE = only(*EDITORS, status=404)
OWN = only(*DELEGATIONS)
OWN_DONE = only(*DELEGATIONS, status=302)
OWN_NOT_THERE = only(*DELEGATIONS, status=404)
STEP = {"move": "down", "edit_version": "7"}

ROWS = [
    Row("council:list", None, "GET", everybody(200)),
    Row("council:meeting", meeting, "GET", everybody(200)),
    Row("council:meeting", unknown, "GET", everybody(404), case="unknown"),
    Row("council:agenda", meeting, "GET", everybody(200)),
    Row("council:agenda", unknown, "GET", everybody(404), case="unknown"),
    Row("council:agenda_ics", meeting, "GET", everybody(200)),
    Row("council:agenda_ics", unknown, "GET", everybody(404), case="unknown"),
    Row("council:agenda_table", lambda: meeting() | {"kind": "csv"}, "GET", everybody(200)),
    Row("council:agenda_table", lambda: meeting() | {"kind": "pdf"}, "GET", everybody(404), case="unknown kind"),
    Row("council:speakers", speakers_list, "GET", OWN),
    Row("council:speakers", without_list, "GET", OWN_NOT_THERE, case="without a list"),
    Row("council:speakers", internal_list, "GET", OWN_NOT_THERE, case="internal"),
    Row("council:speakers_inscribe", speakers_list, "POST", OWN_DONE),
    Row("council:speakers_inscribe", internal_list, "POST", OWN_NOT_THERE, case="internal"),
    Row("council:speakers_withdraw", speakers_list, "POST", OWN_DONE),
    Row("council:speakers_withdraw", internal_list, "POST", OWN_NOT_THERE, case="internal"),
    Row("council:meeting_add", None, "GET", READ),
    Row("council:meeting_add", None, "POST", READ, case="empty form"),
    Row("council:meeting_edit", meeting, "GET", READ),
    Row("council:meeting_edit", meeting, "POST", DONE, {"title_en": "Session", "edit_version": "1"}),
    Row("council:agenda_edit", meeting, "GET", READ),
    Row("council:agenda_edit", unknown, "GET", NOT_THERE, case="unknown"),
    Row("council:agenda_changes", meeting, "GET", NOT_THERE, case="without a version"),
    Row("council:agenda_changes", meeting, "GET", only(*EDITORS, status=204), {"seen": "99"}),
    Row("council:agenda_order", meeting, "POST", NOT_THERE, case="nonsense"),
    Row("council:agenda_undo", meeting, "POST", NOT_THERE, case="nothing was moved"),
    Row("council:item_add", meeting, "GET", READ),
    Row("council:item_add", meeting, "POST", DONE, {"title_en": "Other business", "kind": "item"}),
    Row("council:item_edit", item, "GET", READ),
    Row("council:item_edit", item, "POST", CLASH, {"title_en": "New", "kind": "item", "edit_version": "9"}),
    Row("council:item_edit", foreign_item, "GET", NOT_THERE, case="foreign"),
    Row("council:item_move", item, "POST", DONE, STEP),
    Row("council:item_move", item, "POST", CLASH, STEP | {"edit_version": "1"}, case="old order"),
    Row("council:item_move", foreign_item, "POST", NOT_THERE, STEP, case="foreign"),
    Row("council:item_remove", item, "GET", READ),
    Row("council:item_remove", item, "POST", READ, case="without a reason"),
    Row("council:item_remove", foreign_item, "POST", NOT_THERE, case="foreign"),
    Row("council:item_restore", tombstone, "GET", READ),
    Row("council:item_restore", tombstone, "POST", DONE),
    Row("council:item_restore", item, "GET", NOT_THERE, case="still on the agenda"),
    Row("council:item_speakers", item, "GET", READ),
    Row("council:item_speakers", foreign_item, "GET", NOT_THERE, case="foreign"),
    Row("council:paper_add", meeting, "GET", READ),
    Row("council:paper_add", meeting, "POST", READ, case="empty form"),
    Row("council:paper_remove", paper, "GET", READ),
    Row("council:paper_remove", paper, "POST", DONE),
    Row("council:paper_remove", foreign_paper, "POST", NOT_THERE, case="foreign"),
    Row("council:decision_add", meeting, "GET", READ),
    Row("council:decision_add", meeting, "POST", DONE, {"text_en": "Noted", "state": "noted"}),
    Row("council:decision_edit", decision, "GET", READ),
    Row("council:decision_edit", decision, "POST", DONE, {"text_en": "N", "state": "noted", "edit_version": "1"}),
    Row("council:decision_edit", foreign_decision, "POST", NOT_THERE, case="foreign"),
]
