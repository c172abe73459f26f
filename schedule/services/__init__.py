"""Services of programmes. Only `release_programme` and `edit_occasion` change what the public sees."""

from schedule.services.appearances import add_appearance, edit_appearance, remove_appearance, set_interpretation
from schedule.services.occasions import (
    add_room,
    bump,
    close_room,
    create_occasion,
    edit_occasion,
    edit_room,
    open_room,
    remove_room,
)
from schedule.services.releases import NothingNew, record_release, release_programme
from schedule.services.slots import add_slot, edit_slot, move_slot, remove_slot, reorder_day

__all__ = [
    "NothingNew",
    "add_appearance",
    "add_room",
    "add_slot",
    "bump",
    "close_room",
    "create_occasion",
    "edit_appearance",
    "edit_occasion",
    "edit_room",
    "edit_slot",
    "move_slot",
    "open_room",
    "record_release",
    "release_programme",
    "remove_appearance",
    "remove_room",
    "remove_slot",
    "reorder_day",
    "set_interpretation",
]
