"""Surveys in the states that tests ask for. Times count from the database's clock, since services read it."""

import datetime as dt
import itertools
from typing import Any

from foundation.time.clock import database_now
from surveys import services
from surveys.models import Invitation, PersonalLink, Survey, SurveyAudience
from surveys.tokens import hash_of, new_token
from tests.factories.membership import make_state
from workshops.models import IDMYear, Participant, Workshop, WorkshopState

_numbers = itertools.count(1)
DAY = dt.timedelta(days=1)


def make_workshop(participants: int = 0, slug: str = "") -> Workshop:
    """A workshop with so many who attended, all for one State."""
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
    entity = make_state("au")
    return [
        Participant.objects.create(
            workshop=workshop,
            entity=entity,
            given_name="Person",
            surname=f"Number {place}",
            name_key=f"number {place} person",
            email=f"p{workshop.pk}-{place}@idm.example",
            state="confirmed",
            attendance="present",
            registered_at=database_now(),
        )
        for place in range(number)
    ]


def make_draft(
    slug: str = "", *, participants: int = 3, audience: str = SurveyAudience.PARTICIPANTS, **times: Any
) -> Survey:
    """Sections `general` (scale `overall`, yes or no `again`, comment `remarks`) and `you` (choice `from`, the cut)."""
    now = database_now()
    survey = services.create_survey(
        slug=slug or f"survey-{next(_numbers)}",
        audience=audience,
        actor=None,
        workshop=make_workshop(participants) if audience == SurveyAudience.PARTICIPANTS else None,
        values={
            "title_en": "What did you think?",
            "title_fr": "Qu'en avez-vous pensé ?",
            "title_es": "¿Qué le pareció?",
            "intro_en": "Five minutes.",
            "opens_at": now + DAY,
            "closes_at": now + 10 * DAY,
            "zone": "Europe/Zurich",
            **times,
        },
    )
    general = services.save_section(
        survey=survey,
        code="general",
        actor=None,
        values={"title_en": "General", "title_fr": "Général", "unit_en": "Satisfaction", "in_score": True},
    )
    add_question(general, "overall", "scale", required=True, text_fr="Dans l'ensemble ?")
    add_question(general, "again", "yes-no")
    add_question(general, "remarks", "text", in_score=False)
    you = services.save_section(survey=survey, code="you", actor=None, values={"title_en": "You", "in_score": False})
    add_question(you, "from", "choice", is_cut=True, choices=("north", "south", "east"))
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
    """Set, and open since yesterday; everybody invited."""
    survey = make_draft(slug, **fields)
    services.set_survey(survey=survey, actor=None)
    opened = database_now() - DAY
    Survey.objects.filter(pk=survey.pk).update(opens_at=opened)
    survey.refresh_from_db()
    services.invite(survey=survey)
    return survey


def make_questionnaire(slug: str = "", *states: str) -> Survey:
    """To Member States, `au` and the given ones; open."""
    for code in ("au", *states):
        make_state(code)
    return make_open(slug, audience=SurveyAudience.MEMBER_STATES)


def make_link(invitation: Invitation) -> str:
    """The token of a link such as the mail would carry."""
    token = new_token()
    PersonalLink.objects.create(invitation=invitation, token_hash=hash_of(token))
    return token


def make_linked(survey: Survey) -> list[tuple[Invitation, str]]:
    return [(invitation, make_link(invitation)) for invitation in survey.invitations.order_by("pk")]


def answer_all(survey: Survey, said: list[dict[str, Any]]) -> None:
    """One response each, by the first so many invitations."""
    invitations = survey.invitations.select_related("survey").order_by("pk")[: len(said)]
    for invitation, answers in zip(invitations, said, strict=True):
        services.submit_response(invitation=invitation, answers=answers)


def close(survey: Survey) -> Survey:
    """Lets the deadline pass and settles."""
    now = database_now()
    Survey.objects.filter(pk=survey.pk).update(closes_at=now, opens_at=min(survey.opens_at, now - DAY))
    survey.refresh_from_db()
    assert services.settle(survey=survey)
    survey.refresh_from_db()
    return survey


def make_settled(slug: str = "", *, said: list[dict[str, Any]] | None = None, audience: str = "staff") -> Survey:
    """Closed, with these responses (six alike if none are given), results open to the audience."""
    said = said if said is not None else [{"overall": 5, "again": 1, "from": "north"}] * 6
    survey = make_open(slug, participants=max(len(said), 1))
    answer_all(survey, said)
    survey = close(survey)
    if audience != "staff":
        services.open_results(survey=survey, audience=audience, actor=None)
        survey.refresh_from_db()
    return survey
