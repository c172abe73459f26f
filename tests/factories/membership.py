"""Entities, people, roles and accreditations, for tests. Periods are open at both ends by default."""

import datetime as dt
import itertools

from foundation.text import LANGUAGES, fold
from membership.models import (
    Accreditation,
    Capacity,
    Entity,
    EntityKind,
    EntityName,
    EntityStatus,
    Person,
    Role,
    Status,
)

_numbers = itertools.count(1)
_WORDS = {"en": "State of {}", "fr": "État de {}", "es": "Estado de {}"}


def make_entity(
    code: str,
    status: str | None = None,
    *,
    kind: str = EntityKind.STATE,
    name: str = "",
    region: str = "",
    begins: dt.date | None = None,
    ends: dt.date | None = None,
) -> Entity:
    """Return an entity with names in all languages.

    The period is that of its status. The same code returns the same entity.
    """
    entity, created = Entity.objects.get_or_create(code=code, defaults={"kind": kind, "region": region})
    if created:
        for language in LANGUAGES:
            short = name or _WORDS[language].format(code.upper())
            EntityName.objects.create(
                entity=entity, language=language, short=short, formal=short, article="", sort_key=fold(short)
            )
        if status:
            EntityStatus.objects.create(entity=entity, status=status, decision="Resolution 1", begins=begins, ends=ends)
    return entity


def make_state(code: str = "au", status: str | None = Status.MEMBER, **fields: object) -> Entity:
    return make_entity(code, status, kind=EntityKind.STATE, **fields)


def make_organization(code: str = "org-helpers", status: str | None = Status.OBSERVER, **fields: object) -> Entity:
    return make_entity(code, status, kind=EntityKind.ORGANIZATION, **fields)


def make_person(email: str = "", *, password: str | None = None, **fields: object) -> Person:
    return Person.objects.create_user(email or f"person{next(_numbers)}@idm.example", password, **fields)


def make_accreditation(
    person: Person | None = None,
    entity: Entity | None = None,
    capacity: str = Capacity.HEAD,
    *,
    begins: dt.date | None = None,
    ends: dt.date | None = None,
) -> Accreditation:
    return Accreditation.objects.create(
        person=person or make_person(),
        entity=entity or make_state(),
        capacity=capacity,
        begins=begins,
        ends=ends,
    )


def make_delegate(code: str = "au", capacity: str = Capacity.HEAD, *, status: str | None = Status.MEMBER) -> Person:
    """Create a delegate of the State with that code, which is created if needed."""
    return make_accreditation(make_person(), make_state(code, status), capacity).person


def make_staff(*roles: str, email: str = "") -> Person:
    """Create a member of staff with these roles; an editor by default."""
    person = make_person(email)
    for role in roles or ("editor",):
        Role.objects.create(person=person, name=role)
    return person
