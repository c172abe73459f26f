"""Services of meetings. Each locks the meeting, records the change and invalidates cached pages."""

from council.services.decisions import edit_decision, record_decision
from council.services.items import add_item, edit_item, remove_item, restore_item
from council.services.meetings import create_meeting, edit_meeting
from council.services.order import Moved, move_item, step_item, undo_move
from council.services.papers import attach_paper, detach_paper
from council.services.speakers import inscribe, withdraw

__all__ = [
    "Moved",
    "add_item",
    "attach_paper",
    "create_meeting",
    "detach_paper",
    "edit_decision",
    "edit_item",
    "edit_meeting",
    "inscribe",
    "move_item",
    "record_decision",
    "remove_item",
    "restore_item",
    "step_item",
    "undo_move",
    "withdraw",
]
