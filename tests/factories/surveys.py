"""Surveys in the states that tests need. Times are relative to the database's clock, which services read."""

import datetime as dt
import itertools
from typing import Any

from foundation.anonymity.sealing import Sealed
from foundation.time.clock import database_now
from surveys import services
from surveys.models import (
    Choice,
    HeldResponse,
    Invitation,
    PersonalLink,
    Question,
    Response,
    Section,
    Survey,
    SurveyAudience,
)
from surveys.sealed import unseal_answers
from surveys.services.rows import write_answers
from surveys.tokens import hash_of, new_token
from tests.factories.membership import make_state
from workshops.models import IDMYear, Participant, Workshop, WorkshopState

_numbers = itertools.count(1)
DAY = dt.timedelta(days=1)


def make_workshop(participants: int = 0, slug: str = "") -> Workshop:
    """Create a workshop that this many people attended, all for one State."""
    number = next(_numbers)
    year, _created = IDMYear.objects.get_or_create(year=2010)
    workshop = Workshop.objects.create(
        year=year,
        number=number,
        slug=slug or f"workshop-{number}",
        title_en=f"Workshop {number}",
        state=WorkshopState.PUBLISHED,
    )
    make_participants(workshop, participants)
    return workshop


def make_participants(workshop: Workshop, number: int) -> list[Participant]:
    entity, now = make_state("au"), database_now()
    return Participant.objects.bulk_create(
        Participant(
            workshop=workshop,
            entity=entity,
            given_name="Person",
            surname=f"Number {place}",
            name_key=f"number {place} person",
            email=f"p{workshop.pk}-{place}@idm.example",
            state="confirmed",
            attendance="present",
            registered_at=now,
        )
        for place in range(number)
    )


def make_draft(
    slug: str = "", *, participants: int = 3, audience: str = SurveyAudience.PARTICIPANTS, **fields: Any
) -> Survey:
    """Create a draft with the sections `general` (scale `overall`, yes or no `again`, comment `remarks`) and `you`.

    `you` contains the choice `from`, by which results can be cut.
    """
    now = database_now()
    of_participants = audience == SurveyAudience.PARTICIPANTS
    values = {
        "title_en": "What did you think?",
        "title_fr": "Qu'en avez-vous pensé ?",
        "title_es": "¿Qué le pareció?",
        "intro_en": "Five minutes.",
        "opens_at": now + DAY,
        "closes_at": now + 10 * DAY,
        "workshop": make_workshop(participants) if of_participants else None,
        **fields,
    }
    survey = Survey.objects.create(
        slug=slug or f"survey-{next(_numbers)}", audience=audience, anonymous=of_participants, **values
    )
    general, you = Section.objects.bulk_create(
        [
            Section(survey=survey, code="general", title_en="General", title_fr="Général", unit_en="Satisfaction"),
            Section(survey=survey, code="you", title_en="You", in_score=False, position=1),
        ]
    )
    kinds = [
        (general, "overall", "scale", {"required": True, "in_score": True, "text_fr": "Dans l'ensemble ?"}),
        (general, "again", "yes-no", {"in_score": True}),
        (general, "remarks", "text", {}),
        (you, "from", "choice", {"is_cut": True}),
    ]
    questions = [
        Question(
            **{"survey": survey, "section": section, "code": code, "kind": kind, "in_score": False}
            | {"text_en": f"Question {code}?", "position": place, **more}
        )
        for place, (section, code, kind, more) in enumerate(kinds)
    ]
    Question.objects.bulk_create(questions)
    Choice.objects.bulk_create(
        Choice(question=questions[3], code=code, label_en=code.title(), position=place)
        for place, code in enumerate(("north", "south", "east"))
    )
    return survey


def add_question(section: Any, code: str, kind: str, *, choices: tuple[str, ...] = (), **values: Any) -> Any:
    return services.save_question(
        section=section,
        code=code,
        actor=None,
        choices=[{"code": choice, "label_en": choice.title()} for choice in choices],
        values={"text_en": f"Question {code}?", "kind": kind, "in_score": True, "required": False, **values},
    )


def make_open(slug: str = "", **fields: Any) -> Survey:
    """Create a survey that has been open since yesterday, with everybody invited."""
    survey = make_draft(slug, is_set=True, opens_at=database_now() - DAY, **fields)
    services.invite(survey=survey)
    return survey


def make_questionnaire(slug: str = "", *states: str) -> Survey:
    """Create an open questionnaire for `au` and the given Member States."""
    for code in ("au", *states):
        make_state(code)
    return make_open(slug, audience=SurveyAudience.MEMBER_STATES)


def make_link(invitation: Invitation) -> str:
    """Create a link as an email would contain it, and return its token."""
    token = new_token()
    PersonalLink.objects.create(invitation=invitation, token_hash=hash_of(token))
    return token


def make_linked(survey: Survey) -> list[tuple[Invitation, str]]:
    return [(invitation, make_link(invitation)) for invitation in survey.invitations.order_by("pk")]


def answer_all(survey: Survey, responses: list[dict[str, Any]]) -> None:
    """Send a response for each of the first invitations."""
    invitations = survey.invitations.select_related("survey").order_by("pk")[: len(responses)]
    for invitation, answers in zip(invitations, responses, strict=True):
        services.submit_response(invitation=invitation, answers=answers)


def close(survey: Survey) -> Survey:
    """Let the deadline pass, and settle the survey."""
    now = database_now()
    Survey.objects.filter(pk=survey.pk).update(closes_at=now, opens_at=min(survey.opens_at, now - DAY))
    survey.refresh_from_db()
    assert services.settle(survey=survey)
    survey.refresh_from_db()
    return survey


def make_settled(slug: str = "", *, answers: list[dict[str, Any]] | None = None, audience: str = "staff") -> Survey:
    """Create a closed and settled survey with these responses (by default six equal ones) and open results."""
    answers = answers if answers is not None else [{"overall": 5, "again": 1, "from": "north"}] * 6
    now = database_now()
    survey = make_draft(
        slug,
        participants=max(len(answers), 1),
        opens_at=now - 2 * DAY,
        closes_at=now - DAY,
        is_set=True,
        is_settled=True,
        results_audience=audience,
    )
    responses = Response.objects.bulk_create(Response(survey=survey) for _answers in answers)
    said_by = zip((response.pk for response in responses), answers, strict=True)
    write_answers(survey_id=survey.pk, responses=said_by)
    return survey


def held_answers() -> list[dict[str, str]]:
    """Return all responses that wait, opened."""
    return [unseal_answers(held.survey_id, Sealed(held.key, held.answers)) for held in HeldResponse.objects.all()]
