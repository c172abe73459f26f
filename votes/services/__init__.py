"""The verbs of the room. Each takes its own transaction, locks the ballot where order matters, repeats every check."""

from votes.services.applying import apply_result
from votes.services.casting import cast_vote
from votes.services.certifying import certify_result
from votes.services.closing import ensure_closed, extend_ballot, publish_result
from votes.services.opening import ensure_opened
from votes.services.positions import (
    clear_position,
    delete_position,
    delete_positions_of_closed_ballots,
    refer_to_capital,
    save_position,
    set_casting_rule,
)
from votes.services.preparation import (
    checklist,
    create_ballot,
    edit_ballot,
    remove_option,
    save_option,
    set_ballot,
    take_back_ballot,
)
from votes.services.proposals import admit_proposal, decline_proposal, propose_option
from votes.services.refusals import Refused
from votes.services.statements import make_statement, record_statement, withdraw_statement

__all__ = [
    "Refused",
    "admit_proposal",
    "apply_result",
    "cast_vote",
    "certify_result",
    "checklist",
    "clear_position",
    "create_ballot",
    "decline_proposal",
    "delete_position",
    "delete_positions_of_closed_ballots",
    "edit_ballot",
    "ensure_closed",
    "ensure_opened",
    "extend_ballot",
    "make_statement",
    "propose_option",
    "publish_result",
    "record_statement",
    "refer_to_capital",
    "remove_option",
    "save_option",
    "save_position",
    "set_ballot",
    "set_casting_rule",
    "take_back_ballot",
    "withdraw_statement",
]
