import pytest

from schedule import services
from schedule.timetable import day_version
from tests.factories.schedule import make_day, make_occasion, make_slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


def edit_url(occasion, rest=""):
    return f"/schedule/{occasion.pk}/edit/{rest}"


def form(**more):
    return {
        "title_en": "Opening",
        "starts_at": "2010-07-19T09:00",
        "ends_at": "2010-07-19T10:00",
        "kind": "opening",
        "edit_version": "1",
    } | more


def test_times_are_written_and_read_on_the_clocks_of_the_occasion(client):
    occasion = make_occasion(zone="America/New_York")
    client.post(edit_url(occasion, "slots/add/"), form(interpretation=["fr"]))
    slot = occasion.slots.get()
    assert slot.starts_at.isoformat() == "2010-07-19T13:00:00+00:00"
    assert 'value="2010-07-19T09:00"' in client.get(edit_url(occasion, f"slots/{slot.pk}/")).content.decode()
    assert [i.language for i in slot.interpretations.all()] == ["fr"]


def test_a_second_editor_is_shown_both_texts_and_can_then_save(client):
    occasion = make_occasion()
    slot = make_slot(occasion, "Opening", "09:00", "10:00")
    services.edit_slot(slot=slot, expected=1, title_en="Opening address")
    url = edit_url(occasion, f"slots/{slot.pk}/")
    answer = client.post(url, form(title_en="Words of welcome"))
    page = answer.content.decode()
    assert (answer.status_code, "address" in page, "welcome" in page) == (409, True, True)
    assert 'name="edit_version" value="2"' in page
    assert client.post(url, form(title_en="Words of welcome", edit_version="2")).status_code == 302
    slot.refresh_from_db()
    assert slot.title_en == "Words of welcome"


def test_the_order_sent_by_a_script_is_saved_and_answered_with_the_list(client):
    occasion = make_occasion()
    opening, coffee, panel = make_day(occasion)
    sent = {
        "moved": panel.pk,
        "parent": "",
        "order": [panel.pk, opening.pk, coffee.pk],
        "edit_version": day_version([opening, coffee, panel]),
    }
    answer = client.post(edit_url(occasion, "2010-07-19/order/"), sent)
    titles = [slot.title for slot in occasion.slots.in_order()]
    assert (answer.status_code, titles) == (200, ["Panel", "Opening", "Coffee"])
    assert f'data-version="{day_version(occasion.slots.in_order())}"' in answer.content.decode()
    again = client.post(edit_url(occasion, "2010-07-19/order/"), sent)
    assert (again.status_code, "data-clash-message" in again.content.decode()) == (409, True)


def test_a_slot_moves_without_a_script(client):
    occasion = make_occasion()
    opening, coffee, panel = make_day(occasion)
    sent = {"move": "up", "edit_version": day_version([opening, coffee, panel])}
    answer = client.post(edit_url(occasion, f"slots/{panel.pk}/move/"), sent)
    assert answer.headers["Location"] == f"{edit_url(occasion)}#slot-{panel.pk}"
    assert [slot.title for slot in occasion.slots.in_order()] == ["Opening", "Panel", "Coffee"]


def test_an_end_before_the_start_is_refused_beside_the_field(client):
    occasion = make_occasion()
    page = client.post(edit_url(occasion, "slots/add/"), form(ends_at="2010-07-19T08:00")).content.decode()
    assert ("The end must be after the start." in page, occasion.slots.count()) == (True, 0)


def test_a_draft_says_how_much_is_not_released(client):
    occasion = make_occasion()
    make_day(occasion)
    assert "has not been published yet" in client.get(edit_url(occasion)).content.decode()
    client.post(edit_url(occasion, "release/"))
    make_slot(occasion, "Lunch", "12:00", "13:00")
    page = client.get(edit_url(occasion)).content.decode()
    assert ("Published: release 1," in page, "1 change has not been published yet" in page) == (True, True)


def test_many_slots_cost_no_more_queries(client, django_assert_max_num_queries):
    occasion = make_occasion()
    url = edit_url(occasion)

    def fill(day, hours):
        for hour in hours:
            slot = make_slot(occasion, f"Slot {day} {hour}", f"{hour:02}:00", f"{hour:02}:30", day=day)
            services.add_appearance(occasion=occasion, slot=slot, name=f"Speaker {day} {hour}")

    fill(1, [9])
    with django_assert_max_num_queries(100) as few:
        client.get(url)
    fill(1, range(10, 20))
    fill(2, range(8, 20))
    with django_assert_max_num_queries(len(few)):
        page = client.get(url).text
    assert [hour for hour in range(8, 20) if f"Speaker 2 {hour}" not in page] == []


def test_a_script_in_a_title_is_shown_as_text(client):
    occasion = make_occasion()
    make_slot(occasion, "<script>alert(1)</script>", "09:00", "10:00")
    page = client.get(edit_url(occasion)).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)
