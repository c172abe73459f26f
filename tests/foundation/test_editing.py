"""Two people edit the same row: what is saved, what is refused, and what the second person sees."""

import lxml.html
import pytest
from django import forms
from django.http import HttpResponse
from django.test import RequestFactory

from foundation.editing import Clash, save_versioned
from foundation.editing.checked import save_checked
from foundation.editing.merging import as_opened, shown
from foundation.editing.pages import posted_version, saved_form
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from schedule.forms import RoomForm, SlotForm
from schedule.models import Room, Slot
from schedule.services import add_room, edit_room, edit_slot
from tests.factories.schedule import make_occasion, make_slot

pytestmark = pytest.mark.django_db


class NameForm(forms.Form):
    name_en = forms.CharField(label="Name")
    capacity = forms.IntegerField(label="Seats", required=False)
    edit_version = forms.IntegerField(widget=forms.HiddenInput)


@pytest.fixture
def room() -> Room:
    return add_room(occasion=make_occasion(), name="Main room", capacity=200)


def sent(data: dict | None = None):
    request = RequestFactory().post("/somewhere/", data or {})
    request.viewer = None
    request.htmx = False
    return request


def test_a_save_against_the_version_it_was_made_from_counts_on(room):
    save_versioned(room, expected=1, name_en="Room A")
    assert (room.name_en, room.edit_version) == ("Room A", 2)
    room.refresh_from_db()
    assert (room.name_en, room.edit_version) == ("Room A", 2)


def test_a_later_save_writes_nothing_and_holds_both_texts(room):
    save_versioned(Room.objects.get(pk=room.pk), expected=1, name_en="Room A", capacity=100)
    with pytest.raises(Clash) as caught:
        save_versioned(room, expected=1, name_en="Room B", capacity=100)
    assert caught.value.differences() == [("name_en", "Room A", "Room B")]
    assert Room.objects.get(pk=room.pk).name_en == "Room A"


def test_a_save_of_what_was_deleted_holds_what_was_typed(room):
    Room.objects.filter(pk=room.pk).delete()
    with pytest.raises(Clash) as caught:
        save_versioned(room, expected=1, name_en="Room B")
    assert caught.value.differences() == [("name_en", None, "Room B")]


def test_checked_save_applies_the_models_rules_and_accepts_only_known_columns(room):
    with pytest.raises(Refused):
        save_checked(room, expected=1, allowed=("capacity",), capacity=-1)
    with pytest.raises(TypeError):
        save_checked(room, expected=1, allowed=("capacity",), occasion_id=5)
    assert Room.objects.get(pk=room.pk).edit_version == 1


def test_the_page_of_a_clash_shows_both_texts_and_who_saved_and_sends_the_version_shown(room):
    save_versioned(Room.objects.get(pk=room.pk), expected=1, name_en="Room <A>")
    form = NameForm({"name_en": "Room <B>", "capacity": "150", "edit_version": "1"})
    clash = Clash(Room.objects.get(pk=room.pk), {"name_en": "Room <B>"})
    answer = clash_response(sent(), clash, form=form, cancel_url="/back/", by="Ana Pérez", title="Main room")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ana Pérez saved another version" in page
    assert ("<A>" in page, "<B>" in page, "&lt;" in page) == (False, False, True)
    assert 'value="Room &lt;B&gt;"' in page
    assert '<input type="hidden" name="edit_version" value="2">' in page
    assert 'name="capacity" value="150"' in page
    assert 'href="/back/"' in page


def test_the_page_of_a_clash_with_a_deletion_shows_the_text_and_offers_no_save():
    page = clash_response(sent(), Clash(None, {"name_en": "Room B"})).content.decode()
    assert ("Room B" in page, "This was deleted" in page, "btn-primary" in page) == (True, True, False)


def test_a_form_saves_or_answers_with_the_clash_and_names_who_was_faster(room):
    request = sent({"name_en": "Room B", "edit_version": "1"})
    saved = []

    def answer(save):
        form = NameForm(request.POST)
        return saved_form(request, form, save, title="Room", crumbs=[], done_url="/done/", by=lambda clash: "Ana Pérez")

    def clash() -> None:
        raise Clash(room, {"name_en": "Room B"})

    def refuse() -> None:
        raise Refused(capacity="Too many")

    assert answer(lambda: saved.append(True)).url == "/done/"
    assert saved == [True]
    refused = answer(clash)
    assert (refused.status_code, "Ana Pérez" in refused.content.decode()) == (409, True)
    wrong = answer(refuse)
    assert (wrong.status_code, "Too many" in wrong.content.decode()) == (200, True)


@pytest.mark.parametrize(("typed", "version"), [("3", 3), ("", 0), ("x", 0), ("-1", 0), ("1 or 1", 0)])
def test_a_version_that_is_nonsense_is_one_that_no_row_has(typed, version):
    assert posted_version(sent({"edit_version": typed})) == version


# --- Two editors of one form ------------------------------------------------------------------------------------------


def opened_form(room: Room) -> dict[str, str]:
    """Return the form of this row as a browser holds it now."""
    form = RoomForm(instance=Room.objects.get(pk=room.pk))
    return {name: form[name].value() or "" for name in form.fields}


def save_form(room: Room, data: dict[str, str]) -> HttpResponse:
    form = RoomForm(sent(data).POST, instance=Room.objects.get(pk=room.pk))

    def save() -> None:
        edit_room(room=form.instance, expected=form.expected, actor=None, **form.values)

    return saved_form(sent(data), form, save, title="Room", crumbs=[], done_url="/done/")


def of_the_room(room: Room) -> tuple[str, str, int | None]:
    held = Room.objects.get(pk=room.pk)
    return held.name_en, held.name_fr, held.capacity


def test_changes_of_two_editors_in_different_fields_are_saved_together(room):
    first, second = opened_form(room), opened_form(room)
    assert save_form(room, first | {"name_fr": "Salle A"}).url == "/done/"
    assert save_form(room, second | {"capacity": "90"}).url == "/done/"
    assert of_the_room(room) == ("Main room", "Salle A", 90)


def test_the_same_change_by_two_editors_is_no_clash(room):
    first, second = opened_form(room), opened_form(room)
    save_form(room, first | {"name_en": "Room A"})
    assert save_form(room, second | {"name_en": "Room A ", "capacity": "90"}).url == "/done/"
    assert of_the_room(room) == ("Room A", "", 90)


def test_only_the_field_that_both_changed_is_asked_about_and_the_answer_takes_nothing_back(room):
    first, second = opened_form(room), opened_form(room)
    save_form(room, first | {"name_en": "Room A", "name_fr": "Salle A"})
    asked = save_form(room, second | {"name_en": "Room B", "capacity": "90"})
    page = lxml.html.fromstring(asked.content.decode())
    form = next(form for form in page.forms if "edit_version" in form.fields)
    legends = [legend.text_content() for legend in page.iter("legend")]
    assert (asked.status_code, legends) == (409, ["Name in English"])
    assert "Room A" in asked.content.decode()
    answer = {name: value or "" for name, value in form.fields.items()}
    assert (answer["name_en"], answer["name_fr"], answer["capacity"]) == ("Room B", "Salle A", "90")
    assert save_form(room, answer).url == "/done/"
    assert of_the_room(room) == ("Room B", "Salle A", 90)


def test_an_answer_to_a_clash_meets_the_version_check_again(room):
    first, second = opened_form(room), opened_form(room)
    save_form(room, first | {"name_en": "Room A"})
    page = lxml.html.fromstring(save_form(room, second | {"name_en": "Room B"}).content.decode())
    form = next(form for form in page.forms if "edit_version" in form.fields)
    answer = {name: value or "" for name, value in form.fields.items()}
    save_form(room, opened_form(room) | {"name_en": "Room C"})
    asked = save_form(room, answer)
    assert (asked.status_code, of_the_room(room)[0]) == (409, "Room C")


def test_without_what_the_form_held_every_difference_is_asked_about(room):
    second = opened_form(room) | {"opened": "nonsense", "capacity": "90"}
    save_form(room, opened_form(room) | {"name_fr": "Salle A"})
    asked = save_form(room, second)
    legends = {legend.text_content() for legend in lxml.html.fromstring(asked.content.decode()).iter("legend")}
    assert (asked.status_code, len(legends), of_the_room(room)[2]) == (409, 2, 200)


def test_each_change_is_right_and_both_together_are_not(room):
    occasion = make_occasion()
    slot = make_slot(occasion, "Opening", "09:00", "10:00")
    first, second = (SlotForm(instance=Slot.objects.get(pk=slot.pk), occasion=occasion) for _editor in "ab")
    held = [
        sent({**shown(form), "edit_version": "1", "opened": as_opened(shown(form))}).POST for form in (first, second)
    ]
    later, earlier = (data.copy() for data in held)
    later["starts_at"], later["ends_at"] = "2010-07-19T09:45", "2010-07-19T10:30"
    earlier["ends_at"] = "2010-07-19T09:30"
    answers = []
    for data in (later, earlier):
        form = SlotForm(data, instance=Slot.objects.get(pk=slot.pk), occasion=occasion)

        def save(form: SlotForm = form) -> None:
            edit_slot(slot=form.instance, expected=form.expected, actor=None, **form.values)

        answers.append(saved_form(sent(data), form, save, title="Slot", crumbs=[], done_url="/done/"))
    assert [answer.status_code for answer in answers] == [302, 409]
