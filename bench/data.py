"""The data for the benchmarks: the demonstration, and a workshop with 5,000 participants and 100 slots."""

import datetime as dt

from django.core.management import call_command
from django.db import transaction

YEAR, SLUG = 2012, "large"
WORKSHOP = "/workshops/2010/societies-and-identities/"
LARGE = f"/workshops/{YEAR}/{SLUG}/"
DEMO_WORKSHOP_ID, LARGE_WORKSHOP_ID = "2010-societies-and-identities", f"{YEAR}-{SLUG}"
LIST_MAKER = "workshops.participants"
PEOPLE, ENTITIES, SLOTS = 5000, 200, 100


def prepare() -> None:
    """Migrate and fill the benchmarks' database, unless it has been filled already."""
    from workshops.models import Workshop

    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    if not Workshop.objects.at(YEAR, SLUG).exists():
        large_workshop()


@transaction.atomic
def large_workshop() -> None:
    from foundation.text import fold
    from membership.models import Entity
    from schedule.models import Appearance, Occasion, Room, Slot
    from schedule.services import release_programme
    from workshops.models import IDMYear, Participant, Workshop

    begins = dt.date(2012, 5, 7)
    occasion = Occasion.objects.create(begins_on=begins, ends_on=begins + dt.timedelta(days=3), place="Geneva")
    year = IDMYear.objects.create(year=YEAR)
    workshop = Workshop.objects.create(
        year=year, number=1, slug=SLUG, title="A large workshop", occasion=occasion, state="published"
    )
    entities = list(Entity.objects.order_by("kind", "code")[:ENTITIES])
    now = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
    Participant.objects.bulk_create(
        Participant(
            workshop=workshop,
            entity=entities[n % len(entities)],
            given_name=f"Participant {n:04d}",
            surname=f"Surname {n * 7919 % 5003:04d}",
            name_key=fold(f"Surname {n * 7919 % 5003:04d} Participant {n:04d}"),
            function="Official of a ministry",
            state="confirmed",
            attendance="present",
            consents_to_listing=True,
            registered_at=now,
        )
        for n in range(PEOPLE)
    )
    rooms = [Room.objects.create(occasion=occasion, name=f"Room {letter}", position=n) for n, letter in enumerate("AB")]
    for n in range(SLOTS):
        day, place = divmod(n, 25)
        starts = dt.datetime(2012, 5, 7 + day, 7, tzinfo=dt.UTC) + dt.timedelta(minutes=35 * (place // 2))
        slot = Slot.objects.create(
            occasion=occasion,
            code=f"item-{n}",
            starts_at=starts,
            ends_at=starts + dt.timedelta(minutes=30),
            room=rooms[place % 2],
            kind="presentation",
            title=f"Agenda item {n}: report on subject {n}",
            description="An abstract of the item, two lines long or so. " * 3,
        )
        for m in range(2):
            name = f"Participant {(2 * n + m) % 178:04d} Surname"
            Appearance.objects.create(
                occasion=occasion, slot=slot, name=name, name_key=fold(name), capacity="speaker", position=m
            )
    release_programme(occasion=occasion, actor=None)
