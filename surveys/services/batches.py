"""Separate anonymous responses from their invitations.

A submission writes a mark and a held response in one transaction, so they share a transaction number. Until the close
the response is sealed to a key outside the database (`surveys.sealed`), and all are of one length. When ten wait, they
are written again under new random IDs in random order, and so are all marks of the survey.

At the close all responses are opened and written as one set, in random order, in one transaction, and the marks once
more. Nobody can therefore tell which of them belong together, however many copies of the database they have.
Afterwards the tables of held responses and marks get new files without the deleted rows. Invitations never change.
Nothing is timed, logged or queued.

Marks are sorted by a hash with a key drawn for the statement. No order depends on the previous one.
"""

import datetime as dt
import logging
import secrets
import uuid
from collections.abc import Iterator

from django.db import connection, transaction

from foundation.anonymity.batches import BATCH, mixed_again
from foundation.anonymity.rewriting import request_rewrite
from foundation.anonymity.sealing import KeyProblem, Sealed
from foundation.time.clock import database_now
from surveys.models import HeldResponse, Response, Survey
from surveys.sealed import unseal_answers
from surveys.services.rows import bump, locked, write_answers

log = logging.getLogger(__name__)

# Rows opened and written by one statement. A sealed response has up to some tens of kilobytes.
AT_ONCE = 200

_MIX_HELD = mixed_again("surveys_heldresponse", owner="survey_id", columns="answers, key", flag="is_mixed")

_SHUFFLE_MARKS = """
WITH drawn AS MATERIALIZED (SELECT uuid_send(gen_random_uuid()) AS key),
taken AS (DELETE FROM surveys_mark WHERE survey_id = %(survey)s RETURNING invitation_id, survey_id)
INSERT INTO surveys_mark (invitation_id, survey_id)
SELECT taken.* FROM taken, drawn ORDER BY sha256(drawn.key || int8send(taken.invitation_id))
"""

# Responses that an earlier version moved before the close. New IDs: otherwise those written last could be recognized.
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
    """Mix held responses if at least ten are new, and return how many."""
    with connection.cursor() as cursor:
        # Commit without waiting for the disk. If a crash undoes this, the periodic task repeats it.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SELECT id FROM surveys_survey WHERE id = %s FOR UPDATE", [survey_id])
        fresh = HeldResponse.objects.filter(survey=survey_id, is_mixed=False).count()
        if fresh < BATCH:
            return 0
        cursor.execute(_MIX_HELD, {"survey": survey_id})
        cursor.execute(_SHUFFLE_MARKS, {"survey": survey_id})
    return fresh


def settle(*, survey: Survey, now: dt.datetime | None = None) -> bool:
    """Process a closed survey: open the held responses, write them and shuffle everything.

    Return False if it is not closed, or if a response cannot be opened. Then nothing changes, so that no answer is
    lost; the periodic task tries again, and a system check names the missing key.
    """
    try:
        return _settle(survey, now)
    except KeyProblem as problem:
        log.error("the answers to survey %s wait: %s", survey.slug, problem)
        return False


@transaction.atomic
def _settle(survey: Survey, now: dt.datetime | None) -> bool:
    # Submissions lock the survey row in shared mode, so none is in progress once this has the lock.
    survey = locked(survey)
    if survey.is_settled:
        return True
    if survey.state(now or database_now()) != "closed":
        return False
    if survey.anonymous:
        _write_responses(survey)
        with connection.cursor() as cursor:
            cursor.execute(_SHUFFLE_MARKS, {"survey": survey.pk})
    Survey.objects.filter(pk=survey.pk).update(is_settled=True)
    bump(survey)
    return True


def _write_responses(survey: Survey) -> None:
    moved_before = Response.objects.filter(survey=survey).exists()
    responses = list(_taken(survey))
    # The order in which they were taken must not be that in which they are written.
    secrets.SystemRandom().shuffle(responses)
    # `uuid4` is random; the order of the rows is that of the ids.
    rows = list(zip(sorted(uuid.uuid4() for _response in responses), responses, strict=True))
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        Response.objects.bulk_create(Response(pk=pk, survey=survey) for pk, _answers in some)
        write_answers(survey_id=survey.pk, responses=some)
    tables = ["surveys_heldresponse", "surveys_mark"]
    if moved_before:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_ANEW, {"survey": survey.pk})
        tables += ["surveys_response", "surveys_answer"]
    request_rewrite(*tables)


def _taken(survey: Survey) -> Iterator[dict[str, int | str]]:
    """Delete the held responses of a survey and return them, opened."""
    held = HeldResponse.objects.filter(survey=survey)
    while some := list(held[:AT_ONCE]):
        for row in some:
            yield unseal_answers(survey.pk, Sealed(row.key, row.answers)) if row.key else row.answers
        held.filter(pk__in=[row.pk for row in some]).delete()
