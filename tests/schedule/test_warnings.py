import pytest

from schedule import services
from schedule.warnings import warnings_for
from tests.factories.schedule import at, make_day, make_occasion, make_slot

pytestmark = pytest.mark.django_db


def test_a_programme_without_trouble_has_no_warning():
    occasion = make_occasion()
    room = services.add_room(occasion=occasion, name="Main")
    make_slot(occasion, "One", "09:00", "10:00", room=room)
    make_slot(occasion, "Two", "10:00", "11:00", room=room)
    assert warnings_for(occasion) == []


def test_overlaps_double_bookings_closed_rooms_and_foreign_days_are_warned_about():
    occasion = make_occasion()
    room = services.add_room(occasion=occasion, name="Main")
    services.close_room(room=room, starts_at=at(occasion, "10:30"), ends_at=at(occasion, "11:00"))
    one = make_slot(occasion, "One", "09:00", "10:00", room=room)
    two = make_slot(occasion, "Two", "09:30", "10:45", room=room)
    late = make_slot(occasion, "Late", "09:00", "10:00", day=4)
    for slot in (one, two):
        services.add_appearance(occasion=occasion, slot=slot, name="José Núñez")
    assert [(warning.kind, warning.sentence, warning.slots) for warning in warnings_for(occasion)] == [
        ("outside-dates", "“Late” is outside the dates of the meeting or workshop.", (late.pk,)),
        ("room-overlap", "“One” and “Two” are both in Main at 09:30.", (one.pk, two.pk)),
        ("room-closed", "Main is closed at 10:30, during “Two”.", (two.pk,)),
        ("speaker-twice", "José Núñez is in “One” and “Two” at the same time.", (one.pk, two.pk)),
    ]


def test_warnings_keep_nobody_from_releasing():
    occasion = make_occasion()
    make_slot(occasion, "Late", "09:00", "10:00", day=4)
    assert services.release_programme(occasion=occasion).number == 1


def test_many_slots_cost_no_more_queries(django_assert_num_queries):
    occasion = make_occasion()
    make_day(occasion)
    with django_assert_num_queries(4):
        warnings_for(occasion)
    room = services.add_room(occasion=occasion, name="Main")
    for hour in range(8, 20):
        make_slot(occasion, f"Slot {hour}", f"{hour:02}:00", f"{hour:02}:40", day=2, room=room)
        make_slot(occasion, f"Slot {hour} too", f"{hour:02}:20", f"{hour:02}:50", day=2, room=room)
    with django_assert_num_queries(4):
        warned = warnings_for(occasion)
    assert len(warned) >= 12
