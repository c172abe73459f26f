"""Separate anonymous responses from their invitations.

A submission writes a mark and a held response in one transaction, so they share a transaction number. When there are
ten, they move together under new random IDs in random order, and all marks of the survey are rewritten in random
order. At the close everything is rewritten once more, so that batches cannot be distinguished. Invitations never
change. Nothing is timed, logged or queued.

All of this runs inside the database, in statements over whole sets, which write rows in sorted order. Responses and
answers are sorted by new IDs from PostgreSQL's strong random source, marks by a hash with a key drawn for the
statement. Neither order depends on the previous one.
"""

import datetime as dt

from django.db import connection, transaction

from foundation.batches import BATCH, taken_with_new_ids
from foundation.time.clock import database_now
from surveys.models import Survey
from surveys.services.rows import ANSWERS_OF_INCOMING, bump, locked

_MOVE_HELD = f"""{taken_with_new_ids("surveys_heldresponse", owner="survey_id", column="answers")},
responses AS (
    INSERT INTO surveys_response (id, survey_id) SELECT id, survey_id FROM incoming ORDER BY id RETURNING 1
),
answers AS ({ANSWERS_OF_INCOMING} RETURNING 1)
SELECT count(*) FROM responses
"""  # noqa: S608 - nothing but a constant is put in

_SHUFFLE_MARKS = """
WITH drawn AS MATERIALIZED (SELECT uuid_send(gen_random_uuid()) AS key),
taken AS (DELETE FROM surveys_mark WHERE survey_id = %(survey)s RETURNING invitation_id, survey_id)
INSERT INTO surveys_mark (invitation_id, survey_id)
SELECT taken.* FROM taken, drawn ORDER BY sha256(drawn.key || int8send(taken.invitation_id))
"""

# New IDs: otherwise a single response in the last batch could be recognized.
_WRITE_ANEW = """
WITH incoming AS MATERIALIZED (
    SELECT id AS before, gen_random_uuid() AS id FROM surveys_response WHERE survey_id = %(survey)s
),
taken AS (
    DELETE FROM surveys_answer USING incoming WHERE response_id = incoming.before
    RETURNING incoming.id, question_id, number, choice_id, text
),
gone AS (DELETE FROM surveys_response USING incoming WHERE surveys_response.id = incoming.before),
responses AS (INSERT INTO surveys_response (id, survey_id) SELECT id, %(survey)s FROM incoming ORDER BY id)
INSERT INTO surveys_answer (response_id, question_id, number, choice_id, text)
SELECT * FROM taken ORDER BY taken.id, question_id
"""


@transaction.atomic
def mix_held(*, survey_id: int) -> int:
    """Move held responses if there are at least ten, and return how many."""
    with connection.cursor() as cursor:
        # Commit without waiting for the disk. If a crash undoes the move, the periodic task repeats it.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SELECT id FROM surveys_survey WHERE id = %s FOR UPDATE", [survey_id])
        cursor.execute("SELECT count(*) FROM surveys_heldresponse WHERE survey_id = %s", [survey_id])
        if cursor.fetchone()[0] < BATCH:
            return 0
        cursor.execute(_MOVE_HELD, {"survey": survey_id})
        moved: int = cursor.fetchone()[0]
        cursor.execute(_SHUFFLE_MARKS, {"survey": survey_id})
    return moved


@transaction.atomic
def settle(*, survey: Survey, now: dt.datetime | None = None) -> bool:
    """Process a closed survey: move the last responses and shuffle everything. Return False if it is not closed.

    Submissions lock the survey row in shared mode, so none is in progress once this has the lock.
    """
    survey = locked(survey)
    if survey.is_settled:
        return True
    if survey.state(now or database_now()) != "closed":
        return False
    if survey.anonymous:
        with connection.cursor() as cursor:
            for statement in (_MOVE_HELD, _WRITE_ANEW, _SHUFFLE_MARKS):
                cursor.execute(statement, {"survey": survey.pk})
    Survey.objects.filter(pk=survey.pk).update(is_settled=True)
    bump(survey)
    return True
