import datetime as dt

import pytest

from council import services
from council.editor import planned_by_day
from council.models import AgendaItem, Meeting
from council.tree import tree_of
from schedule import services as schedule
from tests.factories.council import FIRST_DAY, is_whole, make_agenda, make_item, make_meeting, outline
from tests.factories.documents import make_issued
from tests.factories.membership import make_staff

pytestmark = pytest.mark.django_db
EDIT = "/council/99/agenda/edit/"


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


@pytest.fixture
def agenda():
    return make_agenda(make_meeting(99))


def sent_order(items, moved, parent, order, version):
    return {
        "moved": items[moved].pk,
        "parent": items[parent].pk if parent else "",
        "order": [items[title].pk for title in order],
        "edit_version": version,
    }


def item_form(**more):
    return {"title_en": "Opening", "kind": "item", "edit_version": "1"} | more


# --- Order ------------------------------------------------------------------------------------------------------------


def test_an_order_sent_by_a_script_is_saved_and_answered_with_the_numbered_list(client, agenda):
    meeting, items = agenda
    data = sent_order(items, "Debate", "Segment", ["Keynotes", "Debate", "Launch"], meeting.order_version)
    answer = client.post(f"{EDIT}order/", data, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert (answer.status_code, "2.2 Debate" in page) == (200, True)
    assert f'data-version="{meeting.order_version + 1}"' in page
    assert outline(meeting) == ["1 Opening", "2 Segment", "2.1 Keynotes", "2.2 Debate", "2.3 Launch", "3 Closing"]


def test_an_order_made_from_an_older_one_is_refused_with_the_list_as_it_is(client, agenda):
    meeting, items = agenda
    services.remove_item(item=items["Debate"], expected=1, expected_order=meeting.order_version, reason="Gone")
    data = sent_order(items, "Closing", None, ["Closing", "Opening", "Segment", "Debate"], meeting.order_version)
    answer = client.post(f"{EDIT}order/", data, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert (answer.status_code, "data-clash-message" in page, 'id="agenda"' in page) == (409, True, True)
    assert (outline(meeting)[0], is_whole(meeting)) == ("1 Opening", True)


@pytest.mark.parametrize("field", ["moved", "parent", "order"])
def test_nonsense_in_an_order_is_not_found(client, agenda, field):
    meeting, items = agenda
    data = sent_order(items, "Opening", None, ["Opening"], meeting.order_version) | {field: "nonsense"}
    assert client.post(f"{EDIT}order/", data).status_code == 404


def test_an_item_of_another_meeting_is_not_found(client, agenda):
    meeting, _items = agenda
    _other, foreign = make_agenda()
    data = sent_order(foreign, "Opening", None, ["Opening"], meeting.order_version)
    assert client.post(f"{EDIT}order/", data).status_code == 404
    for page in ("", "move/", "remove/", "restore/", "speakers/"):
        assert client.get(f"{EDIT}items/{foreign['Opening'].pk}/{page}").status_code in {404, 405}
    assert client.post(f"{EDIT}items/{foreign['Opening'].pk}/move/", {"move": "down"}).status_code == 404


def test_buttons_move_without_a_script_and_the_move_is_taken_back(client, agenda):
    meeting, items = agenda
    before = outline(meeting)
    address = f"{EDIT}items/{items['Debate'].pk}/move/"
    answer = client.post(address, {"move": "in", "edit_version": meeting.order_version})
    assert answer.url == f"{EDIT}#item-{items['Debate'].pk}"
    assert outline(meeting)[4] == "2.3 Debate"
    assert "Undo last move" in client.get(EDIT).content.decode()
    assert client.post(f"{EDIT}undo/").status_code == 302
    assert outline(meeting) == before


def test_undo_is_refused_once_somebody_else_has_moved(client, agenda):
    meeting, items = agenda
    client.post(f"{EDIT}items/{items['Debate'].pk}/move/", {"move": "up", "edit_version": meeting.order_version})
    meeting.refresh_from_db()
    services.move_item(item=items["Closing"], parent=None, position=0, expected=meeting.order_version)
    before = outline(meeting)
    assert "Undo last move" not in client.get(EDIT).content.decode()
    assert (client.post(f"{EDIT}undo/").status_code, outline(meeting)) == (409, before)
    assert client.post(f"{EDIT}undo/").status_code == 404


@pytest.mark.parametrize(("title", "direction"), [("Opening", "up"), ("Closing", "down"), ("Opening", "in")])
def test_at_the_edge_nothing_happens(client, agenda, title, direction):
    meeting, items = agenda
    before = outline(meeting)
    data = {"move": direction, "edit_version": meeting.order_version}
    assert client.post(f"{EDIT}items/{items[title].pk}/move/", data).status_code == 302
    assert outline(meeting) == before


# --- Texts ------------------------------------------------------------------------------------------------------------


def test_a_second_editor_is_shown_both_texts_and_by_whom_and_can_then_save(client, agenda):
    _meeting, items = agenda
    other = make_staff("editor", email="ana@idm.example")
    services.edit_item(item=items["Opening"], expected=1, title_en="Opening address", actor=other)
    address = f"{EDIT}items/{items['Opening'].pk}/"
    answer = client.post(address, item_form(title_en="Words of welcome", description_en="By the Chair"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [word in page for word in ("address", "Words", "welcome", "By the Chair", "ana@idm.example")] == [True] * 5
    assert client.post(address, item_form(title_en="Words of welcome", edit_version="2")).status_code == 302
    assert AgendaItem.objects.get(pk=items["Opening"].pk).title_en == "Words of welcome"


def test_what_was_typed_into_an_item_that_was_taken_off_meanwhile_is_shown(client, agenda):
    meeting, items = agenda
    services.remove_item(item=items["Opening"], expected=1, expected_order=meeting.order_version, reason="Gone")
    address = f"{EDIT}items/{items['Opening'].pk}/"
    answer = client.post(address, item_form(title_en="A long new title"))
    page = answer.content.decode()
    assert (answer.status_code, "A long new title" in page, "This was deleted" in page) == (409, True, True)
    assert client.get(address).status_code == 404


def test_form_in_the_row_is_only_the_form(client, agenda):
    _meeting, items = agenda
    page = client.get(f"{EDIT}items/{items['Opening'].pk}/", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in page, 'name="title_en"' in page) == (False, True)


def test_extra_fields_of_a_form_are_ignored(client, agenda):
    _meeting, items = agenda
    other = make_meeting()
    data = item_form(title_en="New", code="x", state="deleted", position="9", meeting=other.pk, parent="")
    client.post(f"{EDIT}items/{items['Opening'].pk}/", data)
    row = AgendaItem.objects.get(pk=items["Opening"].pk)
    assert (row.title_en, row.code, row.state, row.position) == ("New", "opening", "active", 0)


def test_an_item_is_added_below_another(client, agenda):
    meeting, items = agenda
    data = {
        "title_en": "Statements",
        "kind": "item",
        "parent": items["Debate"].pk,
        "day": "2010-12-01",
        "inscription_opens_at": "2010-11-01T09:00",
        "inscription_closes_at": "2010-11-26T18:00",
    }
    assert client.post(f"{EDIT}items/add/", data).status_code == 302
    item = meeting.items.get(code="statements")
    assert (item.parent, item.day) == (items["Debate"], dt.date(2010, 12, 1))
    assert item.inscription_closes_at == dt.datetime(2010, 11, 26, 17, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "wrong",
    [{"title_en": ""}, {"day": "2011-01-01"}, {"inscription_opens_at": "2010-11-01T09:00"}, {"duration": "0"}],
)
def test_a_wrong_form_comes_back_with_what_is_wrong(client, agenda, wrong):
    _meeting, items = agenda
    answer = client.post(f"{EDIT}items/{items['Opening'].pk}/", item_form(**wrong))
    assert (answer.status_code, "invalid-feedback" in answer.content.decode()) == (200, True)
    assert AgendaItem.objects.get(pk=items["Opening"].pk).edit_version == 1


# --- Removing and restoring -------------------------------------------------------------------------------------------


def test_taking_off_asks_why_and_refuses_what_it_did_not_show(client, agenda):
    meeting, items = agenda
    address = f"{EDIT}items/{items['Segment'].pk}/remove/"
    assert "2 sub-items will also be removed." in client.get(address).content.decode()
    form = {"reason": "Next year", "edit_version": "1", "order_version": meeting.order_version}
    services.move_item(item=items["Debate"], parent=items["Segment"], position=0, expected=meeting.order_version)
    answer = client.post(address, form)
    page = answer.content.decode()
    assert (answer.status_code, "3 sub-items will also be removed." in page, 'value="Next year"' in page) == (
        409,
        True,
        True,
    )
    assert meeting.items.tombstones().count() == 0
    assert client.post(address, form | {"order_version": meeting.order_version + 1}).status_code == 302
    assert outline(meeting) == ["1 Opening", "2 Closing"]
    client.post(f"{EDIT}items/{items['Debate'].pk}/restore/")
    assert outline(meeting) == ["1 Opening", "2 Closing", "3 Debate"]


def test_two_take_off_the_same_item(client, agenda):
    meeting, items = agenda
    services.remove_item(item=items["Opening"], expected=1, expected_order=meeting.order_version, reason="First")
    form = {"reason": "Second", "edit_version": "1", "order_version": meeting.order_version}
    assert client.post(f"{EDIT}items/{items['Opening'].pk}/remove/", form).status_code == 409
    assert meeting.items.get(code="opening").reason == "First"


# --- Others at work ---------------------------------------------------------------------------------------------------


def test_editor_sees_changes_by_others_in_one_query(client, editor, agenda, django_assert_max_num_queries):
    meeting, items = agenda
    address = f"{EDIT}changes/?seen={meeting.agenda_version}"
    assert client.get(address).status_code == 204
    services.edit_item(item=items["Opening"], expected=1, title_en="Welcome", actor=editor)
    assert client.get(address).status_code == 204
    services.edit_item(
        item=items["Debate"], expected=1, title_en="Discussion", actor=make_staff(email="ana@idm.example")
    )
    with django_assert_max_num_queries(6):  # session, person, roles, accreditations, meeting, change
        page = client.get(address).content.decode()
    assert ("ana@idm.example" in page, "“Discussion” (edited)" in page) == (True, True)
    assert client.get(f"{EDIT}changes/?seen=x").status_code == 404


# --- Papers, decisions, meetings --------------------------------------------------------------------------------------


def test_a_paper_is_put_before_an_item_by_its_symbol(client, agenda):
    meeting, items = agenda
    make_issued(symbol="MC/7")
    form = {"symbol": "MC/7", "item": items["Debate"].pk}
    assert (
        "No document has this symbol" in client.post(f"{EDIT}papers/add/", form | {"symbol": "MC/8"}).content.decode()
    )
    assert client.post(f"{EDIT}papers/add/", form).status_code == 302
    assert "already" in client.post(f"{EDIT}papers/add/", form).content.decode()
    paper = meeting.papers.get()
    assert (paper.document.symbol, paper.item) == ("MC/7", items["Debate"])
    client.post(f"{EDIT}papers/{paper.pk}/remove/")
    assert meeting.papers.count() == 0


def test_a_decision_is_recorded_and_a_second_editor_sees_both_texts(client, agenda):
    meeting, _items = agenda
    client.post(f"{EDIT}decisions/add/", {"text_en": "The Council took note", "state": "noted"})
    decision = meeting.decisions.get()
    services.edit_decision(decision=decision, expected=1, text_en="The Council adopted it")
    form = {"text_en": "The Council deferred it", "state": "noted", "edit_version": "1"}
    answer = client.post(f"{EDIT}decisions/{decision.pk}/", form)
    page = answer.content.decode()
    assert (answer.status_code, "adopted" in page, "deferred" in page) == (409, True, True)


def test_a_meeting_is_added_and_named(client):
    form = {
        "kind": "session",
        "number": "100",
        "title_en": "Hundredth Session",
        "begins_on": "2011-12-05",
        "ends_on": "2011-12-07",
    }
    assert "Enter the number of the session" in client.post("/council/add/", form | {"number": ""}).content.decode()
    assert client.post("/council/add/", form).status_code == 302
    client.post("/council/100/edit/", {"title_en": "Hundredth Session of the Council", "edit_version": "1"})
    assert Meeting.objects.get(slug="session-100").title_en == "Hundredth Session of the Council"


# --- Totals -----------------------------------------------------------------------------------------------------------


def test_lengths_add_up_by_day_and_a_length_holds_for_all_below():
    meeting, items = make_agenda()
    second = FIRST_DAY + dt.timedelta(days=1)
    for title, values in {
        "Opening": {"day": FIRST_DAY, "duration": 30},
        "Segment": {"day": FIRST_DAY},
        "Keynotes": {"duration": 60},
        "Launch": {"day": second, "duration": 45},
        "Debate": {"day": second, "duration": 100},
    }.items():
        services.edit_item(item=items[title], expected=1, **values)
    make_item(meeting, "Statements", items["Debate"], duration=90, day=second)
    sums = planned_by_day(tree_of(meeting.items.all(), with_internal=True))
    assert sums == {FIRST_DAY: dt.timedelta(minutes=90), second: dt.timedelta(minutes=145)}


def test_a_day_that_is_too_long_and_a_slot_that_is_too_short_are_said(client):
    meeting = make_meeting(99)
    occasion = meeting.occasion
    slot = schedule.add_slot(
        occasion=occasion,
        starts_at=occasion.moment(FIRST_DAY, dt.time(10)),
        ends_at=occasion.moment(FIRST_DAY, dt.time(11)),
        title="Morning",
    )
    make_item(meeting, "Debate", day=FIRST_DAY, duration=90, slot=slot)
    page = client.get(EDIT).content.decode()
    assert "30 minutes over" in page
    assert "The items in “Morning” need 1 hour 30 minutes, but the slot lasts 1 hour." in page
