"""How an anonymous response loses its path to the invitation it came by.

A submission writes a mark and a held response in one transaction, which therefore share a transaction number and a
moment. When ten wait, they move together, in random order and under new random ids, and all marks of the survey are
written anew in random order. At the close everything is written anew once more, so that no batch can be told from
another. Invitations are never touched. No time is kept, logged or queued for any of this.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterable

from django.db import transaction

from foundation.time.clock import database_now
from surveys.models import Answer, Choice, HeldResponse, Mark, Question, QuestionKind, Response, Survey
from surveys.services.rows import bump, locked

BATCH = 10
ROWS_AT_ONCE = 2000
# The system's source of randomness: an order that nobody can work out again.
_random = random.SystemRandom()


@transaction.atomic
def mix_held(*, survey_id: int) -> int:
    """Moves what waits if ten or more do. Returns how many moved."""
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey_id)
    held = list(HeldResponse.objects.filter(survey=survey))
    if len(held) < BATCH:
        return 0
    _write(survey, [response.answers for response in held])
    HeldResponse.objects.filter(pk__in=[response.pk for response in held]).delete()
    _shuffle_marks(survey)
    return len(held)


@transaction.atomic
def settle(*, survey: Survey, now: dt.datetime | None = None) -> bool:
    """What follows from the close: the last held responses move and everything is shuffled. False: not closed yet.

    Submissions hold the survey's row in shared mode, so none is still under way when this has it.
    """
    survey = locked(survey)
    if survey.is_settled:
        return True
    if survey.state(now or database_now()) != "closed":
        return False
    if survey.anonymous:
        said = _moved_answers(survey) + [held.answers for held in HeldResponse.objects.filter(survey=survey)]
        Answer.objects.filter(response__survey=survey).delete()
        Response.objects.filter(survey=survey).delete()
        HeldResponse.objects.filter(survey=survey).delete()
        _write(survey, said)
        _shuffle_marks(survey)
    Survey.objects.filter(pk=survey.pk).update(is_settled=True)
    bump(survey)
    return True


def _moved_answers(survey: Survey) -> list[dict[str, int | str]]:
    """The responses that moved before, as they were held."""
    said: dict[uuid.UUID, dict[str, int | str]] = {
        pk: {} for pk in Response.objects.filter(survey=survey).values_list("pk", flat=True)
    }
    rows = Answer.objects.filter(response__survey=survey)
    for response_id, code, number, choice, text in rows.values_list(
        "response_id", "question__code", "number", "choice__code", "text"
    ):
        said[response_id][code] = number if number is not None else choice or text
    return list(said.values())


def _write(survey: Survey, said: Iterable[dict[str, int | str]]) -> None:
    """Responses and answers in random order. One with no answer at all is a response too."""
    pairs = [(Response(survey=survey), answers) for answers in said]
    _random.shuffle(pairs)
    Response.objects.bulk_create([response for response, _answers in pairs], batch_size=ROWS_AT_ONCE)
    rows = [row for response, answers in pairs for row in answer_rows(survey, response, answers)]
    _random.shuffle(rows)
    Answer.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def answer_rows(survey: Survey, response: Response, answers: dict[str, int | str]) -> list[Answer]:
    """Unsaved rows of cleaned answers; the survey keeps its questions once they have been read."""
    questions, choices = _questionnaire(survey)
    rows = []
    for code, value in answers.items():
        question = questions[code]
        row = Answer(response=response, question=question)
        if question.kind == QuestionKind.TEXT:
            row.text = str(value)
        elif question.kind == QuestionKind.CHOICE:
            row.choice_id = choices[question.pk, str(value)]
        else:
            row.number = int(value)
        rows.append(row)
    return rows


def _questionnaire(survey: Survey) -> tuple[dict[str, Question], dict[tuple[int, str], int]]:
    kept = survey.__dict__.get("_questionnaire")
    if kept is None:
        questions = {question.code: question for question in Question.objects.filter(survey=survey)}
        choices = Choice.objects.filter(question__survey=survey).values_list("question_id", "code", "pk")
        kept = survey.__dict__["_questionnaire"] = (
            questions,
            {(question_id, code): pk for question_id, code, pk in choices},
        )
    return kept


def _shuffle_marks(survey: Survey) -> None:
    marks = [Mark(invitation_id=pk, survey=survey) for pk in survey.marks.values_list("pk", flat=True)]
    _random.shuffle(marks)
    survey.marks.all().delete()
    Mark.objects.bulk_create(marks, batch_size=ROWS_AT_ONCE)
