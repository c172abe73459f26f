import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.time.clock import database_now
from membership.models import Accreditation
from surveys.answers import clean_answers
from surveys.models import Answer, HeldResponse, Invitation, Mark, Question, Response, Survey
from surveys.services.mixing import answer_rows, mix_held
from surveys.services.refusals import Refused, SurveyClosed


def submit_response(*, invitation: Invitation, answers: Mapping[str, Any], now: dt.datetime | None = None) -> bool:
    """Takes the answers of one personal link. False: the link had answered before, and nothing was written.

    Sent twice, even at once, it is one response. Refuses answers that do not fit (`AnswersRefused`) and a survey that
    is not open (`SurveyClosed`).
    """
    survey = invitation.survey
    if not survey.anonymous:
        raise Refused(_("This survey is answered by delegations, after signing in."))
    cleaned = clean_answers(questions_of(survey), answers)
    with transaction.atomic():
        _hold_open(survey, now)
        _mark, created = Mark.objects.get_or_create(invitation_id=invitation.pk, defaults={"survey_id": survey.pk})
        if created:
            HeldResponse.objects.create(survey_id=survey.pk, answers=cleaned)
            transaction.on_commit(functools.partial(mix_held, survey_id=survey.pk), robust=True)
    return created


def submit_for_entity(
    *, survey: Survey, delegation: Accreditation, answers: Mapping[str, Any], now: dt.datetime | None = None
) -> Response:
    """A delegation's answers in its State's own name. A second response of a State is refused, not written over."""
    if survey.anonymous:
        raise Refused(_("This survey is answered through personal links."))
    cleaned = clean_answers(questions_of(survey), answers)
    with transaction.atomic():
        _hold_open(survey, now)
        invitation = Invitation.objects.filter(survey=survey, entity_id=delegation.entity_id).first()
        if invitation is None:
            raise Refused(_("Your State was not asked: it was not a Member State when the questionnaire was sent."))
        response, created = Response.objects.get_or_create(
            survey=survey, entity_id=delegation.entity_id, defaults={"submitted_by_id": delegation.person_id}
        )
        if not created:
            raise Refused(_("Your delegation has answered already; that answer stands."))
        Answer.objects.bulk_create(answer_rows(survey, response, cleaned))
        Mark.objects.create(invitation=invitation, survey=survey)
    return response


def questions_of(survey: Survey) -> list[Question]:
    return list(Question.objects.filter(survey=survey).select_related("section").prefetch_related("choices"))


def _hold_open(survey: Survey, now: dt.datetime | None) -> None:
    """Holds the survey's row in shared mode and then looks at the clock: an answer taken is an answer counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT opens_at, closes_at FROM surveys_survey WHERE id = %s FOR SHARE", [survey.pk])
        survey.opens_at, survey.closes_at = cursor.fetchone()
    if not survey.is_open(now or database_now()):
        raise SurveyClosed(_("This survey is closed. Your answers were not taken."))
