"""Answers of States by name, for the secretariat."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from membership.names import names_on
from surveys.models import Answer, Survey


@dataclass(frozen=True)
class EntityRow:
    name: str
    answered: bool


def entity_rows(survey: Survey, day: dt.date) -> list[EntityRow]:
    """Return the invited States in protocol order and whether they have answered."""
    asked = dict(survey.invitations.values_list("entity_id", "mark"))
    names = names_on(asked, day, get_language() or "en")
    return [EntityRow(name.short, asked[pk] is not None) for pk, name in names.items()]


def response_table(survey: Survey, day: dt.date) -> tuple[list[str], list[list[Any]]]:
    """Return a table with a row for each State and a column for each question."""
    questions = list(survey.questions.select_related("section"))
    given: dict[int, dict[int, Any]] = defaultdict(dict)
    rows = Answer.objects.filter(response__survey=survey, response__entity__isnull=False)
    columns = ("response__entity_id", "question_id", "number", "choice__code", "text")
    for entity_id, question_id, number, choice, text in rows.values_list(*columns):
        given[entity_id][question_id] = number if number is not None else choice or text
    names = names_on(survey.responses.values_list("entity_id", flat=True), day, get_language() or "en")
    header = [_("State"), *(question.text for question in questions)]
    return header, [
        [name.short, *(given[pk].get(question.pk, "") for question in questions)] for pk, name in names.items()
    ]
