"""Services of votes. Each runs in its own transaction, locks the ballot if order matters, and repeats all checks."""

from votes.services.casting import cast_vote
from votes.services.closing import ensure_closed, extend_ballot, publish_result
from votes.services.confidential_mail import delete_prepared_material, remind_heads_of_positions
from votes.services.delegations import (
    end_calendar_link,
    make_calendar_link,
    set_delegation_settings,
)
from votes.services.opening import ensure_opened
from votes.services.positions import (
    clear_position,
    delete_position,
    delete_positions_of_closed_ballots,
    refer_to_capital,
    save_position,
)
from votes.services.preparation import (
    add_options_of_year,
    checklist,
    create_ballot,
    edit_ballot,
    remove_option,
    save_option,
    set_ballot,
    take_back_ballot,
)
from votes.services.printouts import request_brief, request_result_printout, send_held_brief
from votes.services.proposals import (
    admit_proposal,
    decline_proposal,
    merge_proposal,
    propose_option,
    record_proposal,
    support_proposal,
)
from votes.services.received_votes import record_vote
from votes.services.reminders import send_reminders
from votes.services.results import apply_result, certify_result
from votes.services.run_off import hold_run_off
from votes.services.statements import make_statement, record_statement, withdraw_statement

__all__ = [
    "add_options_of_year",
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
    "delete_prepared_material",
    "edit_ballot",
    "end_calendar_link",
    "ensure_closed",
    "ensure_opened",
    "extend_ballot",
    "hold_run_off",
    "make_calendar_link",
    "make_statement",
    "merge_proposal",
    "propose_option",
    "publish_result",
    "record_proposal",
    "record_statement",
    "record_vote",
    "refer_to_capital",
    "remind_heads_of_positions",
    "remove_option",
    "request_brief",
    "request_result_printout",
    "save_option",
    "save_position",
    "send_held_brief",
    "send_reminders",
    "set_ballot",
    "set_delegation_settings",
    "support_proposal",
    "take_back_ballot",
    "withdraw_statement",
]
