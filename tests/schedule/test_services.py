import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from foundation.editing import Clash
from foundation.refusals import Refused
from schedule import services
from schedule.models import Occasion, Release, Slot
from schedule.timetable import day_version
from tests.factories.membership import make_person, make_state
from tests.factories.schedule import at, make_day, make_occasion, make_slot

pytestmark = pytest.mark.django_db


def running_order(occasion):
    """Return (title, starts, ends) in the occasion's time zone."""
    return [
        (
            slot.title,
            f"{slot.starts_at.astimezone(occasion.tzinfo):%H:%M}",
            f"{slot.ends_at.astimezone(occasion.tzinfo):%H:%M}",
        )
        for slot in occasion.slots.in_order()
    ]


def version(occasion, day=None):
    return day_version(services.slots.slots_of_day(occasion, day or occasion.begins_on))


def test_an_occasion_that_ends_before_it_begins_is_refused_by_service_and_database():
    days = {"begins_on": dt.date(2010, 7, 20), "ends_on": dt.date(2010, 7, 19)}
    with pytest.raises(Refused):
        services.create_occasion(**days)
    with pytest.raises(IntegrityError), transaction.atomic():
        Occasion.objects.create(**days)


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(Refused):
        make_occasion(zone="Mars/Olympus")


def test_editing_an_occasion_bumps_its_revision_and_clashes_on_an_old_version():
    occasion = make_occasion()
    services.edit_occasion(occasion=occasion, expected=1, place_en="Vienna")
    with pytest.raises(Clash) as clash:
        services.edit_occasion(occasion=Occasion.objects.get(), expected=1, place_en="Rome")
    assert clash.value.differences() == [("place_en", "Vienna", "Rome")]
    assert Occasion.objects.values_list("place_en", "revision", "edit_version").get() == ("Vienna", 2, 2)


def test_a_slot_that_ends_when_it_starts_is_refused():
    with pytest.raises(Refused):
        make_slot(make_occasion(), "Nothing", "09:00", "09:00")


def test_two_slots_of_one_title_get_codes_of_their_own():
    occasion = make_occasion()
    make_slot(occasion, "Coffee", "10:00", "10:15")
    make_slot(occasion, "Coffee", "16:00", "16:15")
    assert list(occasion.slots.in_order().values_list("code", flat=True)) == ["coffee", "coffee-2"]


def test_a_room_of_another_occasion_is_refused():
    room = services.add_room(occasion=make_occasion(), name="Elsewhere")
    with pytest.raises(Refused):
        make_slot(make_occasion(), "Opening", "09:00", "10:00", room=room)


def test_a_new_order_keeps_lengths_and_the_gaps_of_the_day():
    occasion = make_occasion()
    opening, coffee, panel = make_day(occasion)
    services.reorder_day(
        occasion=occasion,
        day=occasion.begins_on,
        order=[panel.pk, coffee.pk, opening.pk],
        expected=version(occasion),
    )
    assert running_order(occasion) == [
        ("Panel", "09:00", "10:30"),
        ("Coffee", "10:45", "11:00"),
        ("Opening", "11:00", "12:00"),
    ]


def test_a_parallel_slot_stays_parallel_when_the_day_is_put_in_another_order():
    occasion = make_occasion()
    one = make_slot(occasion, "One", "09:00", "10:00")
    two = make_slot(occasion, "Two", "10:00", "11:00")
    parallel = make_slot(occasion, "Beside two", "10:15", "10:45")
    services.reorder_day(
        occasion=occasion, day=occasion.begins_on, order=[two.pk, one.pk, parallel.pk], expected=version(occasion)
    )
    assert running_order(occasion) == [
        ("Two", "09:00", "10:00"),
        ("One", "10:00", "11:00"),
        ("Beside two", "10:15", "10:45"),
    ]


def test_an_order_made_before_somebody_else_deleted_a_slot_moves_nothing():
    occasion = make_occasion()
    opening, coffee, panel = make_day(occasion)
    seen = version(occasion)
    services.remove_slot(slot=coffee, expected=1)
    before = running_order(occasion)
    with pytest.raises(Clash):
        services.reorder_day(
            occasion=occasion, day=occasion.begins_on, order=[panel.pk, coffee.pk, opening.pk], expected=seen
        )
    assert running_order(occasion) == before == [("Opening", "09:00", "10:00"), ("Panel", "10:30", "12:00")]


def test_an_order_that_misses_or_doubles_a_slot_is_refused():
    occasion = make_occasion()
    opening, coffee, panel = make_day(occasion)
    for order in ([opening.pk, coffee.pk], [opening.pk, coffee.pk, panel.pk, panel.pk], []):
        with pytest.raises(Refused):
            services.reorder_day(occasion=occasion, day=occasion.begins_on, order=order, expected=version(occasion))


def test_a_slot_moves_a_place_and_stays_at_the_edge():
    occasion = make_occasion()
    _opening, coffee, _panel = make_day(occasion)
    for _step in range(2):
        services.move_slot(slot=Slot.objects.get(pk=coffee.pk), direction="up", expected=version(occasion))
    assert running_order(occasion) == [
        ("Coffee", "09:00", "09:15"),
        ("Opening", "09:30", "10:30"),
        ("Panel", "10:30", "12:00"),
    ]


def test_a_slot_edited_in_between_is_a_clash_and_keeps_the_first_text():
    slot = make_slot(make_occasion(), "Opening", "09:00", "10:00")
    services.edit_slot(slot=Slot.objects.get(), expected=1, title_en="Opening address")
    with pytest.raises(Clash) as clash:
        services.edit_slot(slot=slot, expected=1, title_en="Welcome", interpretation=["fr"])
    assert clash.value.differences() == [("title_en", "Opening address", "Welcome")]
    assert list(slot.interpretations.all()) == []


def test_a_column_that_is_not_for_staff_cannot_be_edited():
    slot = make_slot(make_occasion(), "Opening", "09:00", "10:00")
    with pytest.raises(TypeError):
        services.edit_slot(slot=slot, expected=1, code="another")


def test_an_appearance_is_once_a_slot_and_part():
    occasion = make_occasion()
    slot = make_slot(occasion, "Panel", "09:00", "10:00")
    services.add_appearance(occasion=occasion, slot=slot, name="José Núñez", capacity="chair")
    with pytest.raises(Refused):
        services.add_appearance(occasion=occasion, slot=slot, name="Jose  Nunez", capacity="chair")


def test_interpretation_is_set_whole():
    slot = make_slot(make_occasion(), "Panel", "09:00", "10:00", interpretation=["en", "fr"])
    services.set_interpretation(slot=slot, languages=["fr", "es"])
    assert list(slot.interpretations.values_list("language", flat=True)) == ["es", "fr"]
    with pytest.raises(Refused):
        services.set_interpretation(slot=slot, languages=["tlh"])


def test_only_editors_act():
    occasion = make_occasion()
    with pytest.raises(PermissionDenied):
        services.release_programme(occasion=occasion, actor=make_person())


# --- Releases ---------------------------------------------------------------------------------------------------------


def test_releases_are_numbered_say_what_changed_and_bump_the_revision():
    occasion = make_occasion()
    opening, coffee, panel = make_day(occasion)
    first = services.release_programme(occasion=occasion)
    services.edit_slot(slot=panel, expected=1, starts_at=at(occasion, "11:00"), ends_at=at(occasion, "12:30"))
    services.edit_slot(slot=opening, expected=1, title_en="Opening address")
    services.remove_slot(slot=coffee, expected=1)
    make_slot(occasion, "Lunch", "12:30", "14:00")
    second = services.release_programme(occasion=occasion)
    assert (first.number, first.changes, second.number) == (1, [], 2)
    assert [(change["kind"], change["title"]["en"], change.get("fields")) for change in second.changes] == [
        ("changed", "Opening address", ["title"]),
        ("moved", "Panel", ["ends_at", "starts_at"]),
        ("added", "Lunch", None),
        ("removed", "Coffee", None),
    ]
    occasion.refresh_from_db()
    assert occasion.revision == 3


def test_a_release_without_anything_new_is_refused():
    occasion = make_occasion()
    make_day(occasion)
    services.release_programme(occasion=occasion)
    with pytest.raises(services.NothingNew):
        services.release_programme(occasion=occasion)
    assert occasion.releases.count() == 1


def test_internal_slots_and_declined_people_are_not_released():
    occasion = make_occasion()
    make_slot(occasion, "Briefing", "08:00", "09:00", is_internal=True)
    panel = make_slot(occasion, "Panel", "09:00", "10:00")
    for name, state in (("Comes", "confirmed"), ("Asked", "invited"), ("Declined", "declined"), ("Off", "cancelled")):
        services.add_appearance(occasion=occasion, slot=panel, name=name, state=state)
    content = services.release_programme(occasion=occasion).content
    assert [(slot["code"], [a["name"] for a in slot["appearances"]]) for slot in content["slots"]] == [
        ("panel", ["Comes", "Asked"])
    ]


def test_an_empty_programme_is_not_released():
    with pytest.raises(Refused):
        services.release_programme(occasion=make_occasion())


def test_a_release_holds_the_names_of_its_day_in_every_language():
    occasion = make_occasion()
    slot = make_slot(occasion, "Panel", "09:00", "10:00")
    services.add_appearance(occasion=occasion, slot=slot, name="Noor", entity=make_state("au"))
    released = services.release_programme(occasion=occasion).content["slots"][0]["appearances"][0]["entity"]
    assert released == {"en": "State of AU", "fr": "État de AU", "es": "Estado de AU"}


@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_release_cannot_be_changed_or_deleted_even_by_sql(act):
    occasion = make_occasion()
    make_day(occasion)
    services.release_programme(occasion=occasion)
    with pytest.raises(DatabaseError), transaction.atomic():
        if act == "update":
            Release.objects.update(content={})
        else:
            Release.objects.all()._raw_delete("default")
    assert Release.objects.count() == 1
