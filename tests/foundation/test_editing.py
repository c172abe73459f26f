"""Two editors of one row: what is saved, what is refused, and what the second is shown."""

import pytest
from django import forms
from django.test import RequestFactory

from foundation.editing import Clash, save_versioned
from foundation.editing.checked import save_checked
from foundation.editing.pages import posted_version, saved_form
from foundation.editing.views import clash_response
from foundation.refusals import Refused
from schedule.models import Room
from schedule.services import add_room
from tests.factories.schedule import make_occasion

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


def test_a_checked_save_keeps_the_models_rules_and_takes_known_columns_alone(room):
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
    assert ("Room B" in page, "This was deleted" in page, "Save text" in page) == (True, True, False)


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
