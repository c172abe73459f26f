"""The verbs: `preparation` (questionnaires), `inviting`, `answering`, `mixing` (anonymity), `reading` (comments)."""

from surveys.services.answering import submit_for_entity, submit_response
from surveys.services.inviting import invite, remind, send_invitations
from surveys.services.mixing import mix_held, settle
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
from surveys.services.reading import (
    code_comment,
    delete_outcome,
    delete_theme,
    save_outcome,
    save_theme,
)
from surveys.services.refusals import Refused, SurveyClosed

__all__ = [
    "Refused",
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
