"""Acts on surveys: `preparation`, `invitations`, `responses`, `batches` (anonymity), `analysis` (comments)."""

from surveys.services.analysis import (
    code_comment,
    delete_outcome,
    delete_theme,
    save_outcome,
    save_theme,
)
from surveys.services.batches import mix_held, settle
from surveys.services.invitations import invite, remind, send_invitations
from surveys.services.preparation import (
    close_now,
    create_survey,
    delete_question,
    delete_section,
    edit_survey,
    extend,
    move_question,
    move_section,
    open_results,
    save_question,
    save_section,
    set_survey,
)
from surveys.services.refusals import SurveyClosed
from surveys.services.responses import submit_for_entity, submit_response

__all__ = [
    "SurveyClosed",
    "close_now",
    "code_comment",
    "create_survey",
    "delete_outcome",
    "delete_question",
    "delete_section",
    "delete_theme",
    "edit_survey",
    "extend",
    "invite",
    "mix_held",
    "move_question",
    "move_section",
    "open_results",
    "remind",
    "save_outcome",
    "save_question",
    "save_section",
    "save_theme",
    "send_invitations",
    "set_survey",
    "settle",
    "submit_for_entity",
    "submit_response",
]
