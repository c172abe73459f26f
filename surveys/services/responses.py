import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.anonymity.batches import BATCH
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Accreditation
from surveys.answers import clean_answers
from surveys.models import Invitation, Mark, Question, Response, Survey
from surveys.models.questionnaires import IS_OPEN_SQL
from surveys.sealed import longest, seal_answers
from surveys.services.batches import mix_held
from surveys.services.refusals import SurveyClosed
from surveys.services.rows import write_answers

# One statement, so that a submission is one transaction and one round trip. It locks the survey's row in shared mode
# before it reads the clock: a response is therefore accepted only while the survey is open, and every accepted one is
# counted. (PostgreSQL reads a row again after waiting for its lock, and `open` is computed after that.) If the same
# link is submitted twice at once, the second finds the mark and writes nothing.
_SUBMIT = f"""
WITH survey AS MATERIALIZED (
    SELECT id, is_set, opens_at, closes_at FROM surveys_survey WHERE id = %(survey)s FOR SHARE
),
open AS MATERIALIZED (
    SELECT id FROM survey WHERE {IS_OPEN_SQL.format(now="coalesce(%(now)s::timestamptz, clock_timestamp())")}
),
mark AS (
    INSERT INTO surveys_mark (invitation_id, survey_id) SELECT %(invitation)s::bigint, id FROM open
    ON CONFLICT (invitation_id) DO NOTHING RETURNING survey_id
),
held AS (
    INSERT INTO surveys_heldresponse (id, survey_id, answers, key)
    SELECT gen_random_uuid(), survey_id, to_jsonb(%(answers)s::text), %(key)s FROM mark RETURNING survey_id
)
SELECT (SELECT count(*) FROM open), (SELECT count(*) FROM held),
    (SELECT count(*) FROM surveys_heldresponse WHERE survey_id = %(survey)s AND NOT is_mixed)
"""  # noqa: S608 - nothing but a constant is put in


def submit_response(
    *,
    invitation: Invitation,
    answers: Mapping[str, Any],
    questions: Iterable[Question] | None = None,
    now: dt.datetime | None = None,
) -> bool:
    """Submit the answers of a personal link. Return False, without writing, if it has already answered.

    Simultaneous submissions count once. Raises `AnswersRefused` for invalid answers, `SurveyClosed` if the survey is
    not open, and `KeyProblem` if answers cannot be sealed. `questions` are those of the survey, if the caller has them
    cached.
    """
    survey = invitation.survey
    if not survey.anonymous:
        raise Refused(_("Sign in as a delegate to answer this survey."))
    asked = questions_of(survey) if questions is None else list(questions)
    cleaned = clean_answers(asked, answers)
    sealed = seal_answers(survey.pk, cleaned, size=longest(asked))
    values: dict[str, int | str | dt.datetime | None] = {
        "survey": survey.pk,
        "invitation": invitation.pk,
        "answers": sealed.text,
        "key": sealed.key,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUBMIT, values)
        is_open, written, waited = cursor.fetchone()
    if not is_open:
        raise SurveyClosed(_("This survey is closed. Your answers were not saved."))
    # Two simultaneous answers may each see only nine; then the next one or the periodic task mixes them.
    if waited + written >= BATCH:
        transaction.on_commit(functools.partial(mix_held, survey_id=survey.pk), robust=True)
    return bool(written)


def submit_for_entity(
    *, survey: Survey, delegation: Accreditation, answers: Mapping[str, Any], now: dt.datetime | None = None
) -> Response:
    """Submit a delegation's answers for its State. A second response of a State is refused."""
    if survey.anonymous:
        raise Refused(_("Use the personal link in your invitation to answer this survey."))
    cleaned = clean_answers(questions_of(survey), answers)
    with transaction.atomic():
        _hold_open(survey, now)
        invitation = Invitation.objects.filter(survey=survey, entity_id=delegation.entity_id).first()
        if invitation is None:
            raise Refused(
                _("Your State was not invited because it was not a Member State when the questionnaire was sent.")
            )
        response, created = Response.objects.get_or_create(
            survey=survey, entity_id=delegation.entity_id, defaults={"submitted_by_id": delegation.person_id}
        )
        if not created:
            raise Refused(_("Your delegation has already answered. You cannot change its answer."))
        write_answers(survey_id=survey.pk, responses=[(response.pk, cleaned)])
        Mark.objects.create(invitation=invitation, survey=survey)
    return response


def questions_of(survey: Survey) -> list[Question]:
    return list(Question.objects.filter(survey=survey).select_related("section").prefetch_related("choices"))


def _hold_open(survey: Survey, now: dt.datetime | None) -> None:
    """Lock the survey row in shared mode, then read the clock, so that every accepted answer is counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT opens_at, closes_at FROM surveys_survey WHERE id = %s FOR SHARE", [survey.pk])
        survey.opens_at, survey.closes_at = cursor.fetchone()
    if not survey.is_open(now or database_now()):
        raise SurveyClosed(_("This survey is closed. Your answers were not saved."))
