"""Load the demonstration register and fictional accounts, which share a password and do not work in production."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q

from foundation.tables.datafiles import Row, read_csv
from foundation.tables.demodata import DemoLoad
from foundation.text import Language
from membership.models import Accreditation, Capacity, Entity, EntityKind, Person, Role, RoleName, Status
from membership.register import load_register
from membership.services import keep_in_step

FIRST_DAY = dt.date(2010, 1, 1)
PER_STATE = {"head": Capacity.HEAD, "deputy": Capacity.DEPUTY, "adviser": Capacity.ADVISER}


def load(demo: DemoLoad) -> None:
    load_register(folder=demo.folder.parent / "register")
    entities = {entity.code: entity for entity in Entity.objects.all()}
    accounts = _delegates(demo) + _named_accounts(demo, entities)
    _make_people([person for person, _roles, _accredited in accounts])
    people = Person.objects.in_bulk([person.email for person, _, _ in accounts], field_name="email")
    _make_roles([(people[person.email], role) for person, roles, _ in accounts for role in roles])
    _make_accreditations(
        [(people[person.email], entities[code], capacity) for person, _, held in accounts for code, capacity in held]
    )
    keep_in_step([person.pk for person in people.values()], demo.now.date())


Account = tuple[Person, list[str], list[tuple[str, str]]]


def _named_accounts(demo: DemoLoad, entities: dict[str, Entity]) -> list[Account]:
    columns = {"email", "title", "first_name", "last_name", "language", "roles", "entity", "capacity"}
    accounts = []
    for row in read_csv(demo.path("membership", "accounts.csv"), columns=columns, unique=("email",)):
        _check(row, entities)
        person = _person(row["email"], row["first_name"], row["last_name"], row["title"], row["language"])
        held = [(row["entity"], row["capacity"])] if row["entity"] else []
        accounts.append((person, row["roles"].split(), held))
    return accounts


def _check(row: Row, entities: dict[str, Entity]) -> None:
    unknown = set(row["roles"].split()) - set(RoleName.values)
    if unknown:
        raise row.error(f"no such role: {', '.join(sorted(unknown))}")
    if row["language"] not in Language.values:
        raise row.error(f"no such language: {row['language']!r}")
    if row["entity"] and row["entity"] not in entities:
        raise row.error(f"the register knows no {row['entity']!r}")
    if row["entity"] and row["capacity"] not in Capacity.values:
        raise row.error(f"no such capacity: {row['capacity']!r}")


def _delegates(demo: DemoLoad) -> list[Account]:
    """Return head, deputy and adviser of every State that has been a member at any time since 2010."""
    rows = list(read_csv(demo.path("membership", "people.csv"), columns={"given", "family"}))
    member = Q(statuses__status=Status.MEMBER) & (Q(statuses__ends=None) | Q(statuses__ends__gt=FIRST_DAY))
    states = Entity.objects.filter(member, kind=EntityKind.STATE).distinct().order_by("code")
    accounts = []
    for code in states.values_list("code", flat=True):
        for part, capacity in PER_STATE.items():
            # Every combination of given name and family name is used once before any repeats.
            turn, place = divmod(len(accounts), len(rows))
            given, family = rows[place]["given"], rows[(place + 11 * turn) % len(rows)]["family"]
            title = "H.E." if capacity == Capacity.HEAD else ""
            person = _person(f"{part}.{code}@idm.example", given, family, title)
            accounts.append((person, [], [(code, capacity)]))
    return accounts


def _person(email: str, first_name: str, last_name: str, title: str, language: str = Language.ENGLISH) -> Person:
    return Person(email=email, first_name=first_name, last_name=last_name, title=title, language=language, is_demo=True)


def _make_people(wanted: list[Person]) -> None:
    """Create missing people. For existing ones, only an outdated password is set again."""
    password = settings.DEMO_PASSWORD
    held = dict(Person.objects.filter(is_demo=True).values_list("email", "password"))
    fitting = {known for known in set(held.values()) if password and check_password(password, known)}
    # Hashed once for all accounts: hundreds of hashes would take minutes.
    shared = next(iter(fitting), None) or make_password(password or None)
    for person in wanted:
        person.password = shared
    Person.objects.bulk_create([person for person in wanted if person.email not in held])
    if password:
        Person.objects.filter(is_demo=True).exclude(password__in=fitting | {shared}).update(password=shared)


def _make_roles(wanted: list[tuple[Person, str]]) -> None:
    held = set(Role.objects.values_list("person_id", "name"))
    Role.objects.bulk_create(
        Role(person=person, name=name, begins=FIRST_DAY) for person, name in wanted if (person.pk, name) not in held
    )


def _make_accreditations(wanted: list[tuple[Person, Entity, str]]) -> None:
    held = set(Accreditation.objects.values_list("person_id", "entity_id"))
    Accreditation.objects.bulk_create(
        Accreditation(person=person, entity=entity, capacity=capacity, begins=FIRST_DAY)
        for person, entity, capacity in wanted
        if (person.pk, entity.pk) not in held
    )
