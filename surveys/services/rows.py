import json
import uuid
from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import F

from surveys.models import Survey
from workshops.services.years import bump_workshop

# Insert a row for each answer in `incoming` (response id, survey_id, cleaned answers), in the order of the random ids.
# Unknown codes of questions or choices violate a constraint, so that nothing is left out silently.
_WRITE_ANSWERS = """
WITH incoming AS (
    SELECT %s::bigint AS survey_id, given.* FROM unnest(%s::uuid[], %s::jsonb[]) AS given (id, answers)
)
INSERT INTO surveys_answer (response_id, question_id, number, choice_id, text)
SELECT incoming.id, question.id,
    CASE WHEN question.kind NOT IN ('text', 'choice') THEN given.value::smallint END,
    choice.id,
    CASE WHEN question.kind = 'text' THEN given.value ELSE '' END
FROM incoming CROSS JOIN LATERAL jsonb_each_text(incoming.answers) AS given (code, value)
LEFT JOIN surveys_question AS question ON question.survey_id = incoming.survey_id AND question.code = given.code
LEFT JOIN surveys_choice AS choice
    ON question.kind = 'choice' AND choice.question_id = question.id AND choice.code = given.value
ORDER BY incoming.id, question.id
"""


def write_answers(*, survey_id: int, responses: Iterable[tuple[uuid.UUID, Mapping[str, int | str]]]) -> None:
    """Write cleaned answers of existing responses: (ID, {question code: answer})."""
    pairs = [(str(response_id), json.dumps(answers)) for response_id, answers in responses]
    ids, answers = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_ANSWERS, [survey_id, ids, answers])


def locked(survey: Survey) -> Survey:
    """Return the survey, locked until the transaction ends."""
    return Survey.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=survey.pk)


def bump(survey: Survey) -> None:
    """Invalidate cached pages that show the survey, including its workshop's page."""
    Survey.objects.filter(pk=survey.pk).update(revision=F("revision") + 1)
    if survey.workshop is not None:
        bump_workshop(survey.workshop)
