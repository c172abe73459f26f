"""Who may, and when. Each a sentence."""

import datetime as dt
from typing import Any

from membership.audience import audiences_of_standing
from membership.models import RoleName, Standing
from surveys.models import Survey, SurveyAudience

# Editors write questionnaires and read comments; publishers, who bring the editor's rights, open and close.
EDITORS = (RoleName.EDITOR.value,)
PUBLISHERS = (RoleName.PUBLISHER.value,)


def may_edit(standing: Standing) -> bool:
    return standing.has_role(*EDITORS)


def may_publish(standing: Standing) -> bool:
    return standing.has_role(*PUBLISHERS)


def may_see_results(survey: Survey, standing: Standing) -> bool:
    """Once settled: staff at once, others when the results have been opened to them."""
    return survey.is_settled and survey.results_audience in audiences_of_standing(standing)


def may_answer(survey: Survey, delegation: Any, now: dt.datetime) -> bool:
    """A delegate of a Member State that was asked, while the questionnaire is open."""
    if survey.audience != SurveyAudience.MEMBER_STATES or not survey.is_open(now) or delegation is None:
        return False
    return survey.invitations.filter(entity_id=delegation.entity_id).exists()
