"""Permissions of surveys."""

import datetime as dt
from typing import Any

from membership.audience import audiences_of_rights
from membership.models import Rights, RoleName
from surveys.models import Survey, SurveyAudience

# Editors write questionnaires and read comments. Publishers, who are also editors, open and close surveys.
EDITORS = (RoleName.EDITOR.value,)
PUBLISHERS = (RoleName.PUBLISHER.value,)


def may_edit(rights: Rights) -> bool:
    return rights.has_role(*EDITORS)


def may_publish(rights: Rights) -> bool:
    return rights.has_role(*PUBLISHERS)


def may_see_results(survey: Survey, rights: Rights) -> bool:
    """Return whether results are visible: to staff once processed, to others once published to them."""
    return survey.is_settled and survey.results_audience in audiences_of_rights(rights)


def may_answer(survey: Survey, delegation: Any, now: dt.datetime) -> bool:
    """Return whether the person may answer as a delegate of an invited State while the survey is open."""
    if survey.audience != SurveyAudience.MEMBER_STATES or not survey.is_open(now) or delegation is None:
        return False
    return survey.invitations.filter(entity_id=delegation.entity_id).exists()
