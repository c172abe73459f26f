"""Years, workshops and participants, for tests."""

import datetime as dt
import itertools

from foundation.uploads.checks import CheckedFile, check_file
from foundation.uploads.kinds import LARGEST_PAPER, PAPERS
from membership.models import Entity
from tests.factories.membership import make_state
from tests.factories.schedule import make_occasion
from workshops import services
from workshops.models import Attendance, IDMYear, Material, Participant, ParticipantState, Topic, Workshop
from workshops.services.participants import name_key

_numbers = itertools.count(1)
OPENS = dt.datetime(2010, 5, 17, 6, tzinfo=dt.UTC)
CLOSES = dt.datetime(2010, 7, 12, 16, tzinfo=dt.UTC)


def make_year(year: int = 2010) -> IDMYear:
    return IDMYear.objects.filter(year=year).first() or services.create_year(year=year)


def make_workshop(slug: str = "societies", *, year: int = 2010, state: str = "published", **more: object) -> Workshop:
    """Create two days in Geneva, with registration from 17 May to 12 July 2010 by default."""
    row = make_year(year)
    given = {
        "occasion": make_occasion(),
        "registration_opens_at": OPENS,
        "registration_closes_at": CLOSES,
        "title": {"en": "Societies and identities", "fr": "Sociétés et identités"},
    } | more
    return services.create_workshop(year=row, number=row.workshops.count() + 1, slug=slug, state=state, **given)


def make_open_workshop(slug: str = "open") -> Workshop:
    """Create a workshop whose registration is open now."""
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    return make_workshop(slug, registration_opens_at=now - day, registration_closes_at=now + day)


def make_participant(
    workshop: Workshop | None = None,
    entity: Entity | None = None,
    *,
    state: str = ParticipantState.CONFIRMED,
    attendance: str | None = None,
    consents: bool = True,
    **more: object,
) -> Participant:
    """Create a participant who is confirmed, present and listed by default."""
    number = next(_numbers)
    fields = {
        "given_name": f"Given{number:05}",
        "surname": f"Surname{number:05}",
        "email": f"participant{number}@idm.example",
        "registered_at": OPENS,
    } | more
    expected = Attendance.PRESENT if state == ParticipantState.CONFIRMED else Attendance.EXPECTED
    return Participant.objects.create(
        workshop=workshop or make_workshop(f"workshop-{number}"),
        entity=entity or make_state("au"),
        state=state,
        attendance=attendance or expected,
        consents_to_listing=consents,
        name_key=name_key(fields["given_name"], fields["surname"]),
        **fields,
    )


def checked_text(name: str) -> CheckedFile:
    return check_file(name=name, content=b"Some words.", kinds=PAPERS, largest=LARGEST_PAPER)


def make_material(workshop: Workshop, *, audience: str = "public", name: str = "paper.txt") -> Material:
    return services.add_material(workshop=workshop, title="A paper", file=checked_text(name), audience=audience)


def make_topic(letter: str = "A", *, year: int = 2011) -> Topic:
    return services.propose_topic(
        year=make_year(year),
        slug=f"topic-{letter.lower()}",
        letter=letter,
        title=f"Topic {letter}",
        rationale="One.\n\nTwo.",
    )
