import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from foundation.pages.registries import Hit
from membership.models import Entity, EntityName, Person, RoleName
from membership.names import as_sort_key
from membership.people_list import people_rows

FOUND = 20


def hits(person: Person | None, text: str, language: str) -> list[Hit]:
    """Return States and organizations for everyone, people for administrators only."""
    words = text.strip()
    if len(words) < 2:
        return []
    today = timezone.now().date()
    found = _entities(words, language, today)
    if person and person.rights_on(today).has_role(RoleName.ADMINISTRATOR):
        found += _people(words, today)
    return found


def _entities(words: str, language: str, today: dt.date) -> list[Hit]:
    folded = as_sort_key(words)
    names = EntityName.objects.on(today).filter(
        language=language, sort_key__contains=folded, entity__in=Entity.objects.with_status(today)
    )
    rows = names.order_by("sort_key").values_list("short", "formal", "sort_key")[:FOUND]
    address = reverse("membership:register")
    return [
        Hit(
            title=short,
            url=f"{address}?{urlencode({'q': short})}",
            app="membership",
            kind=_("Register of States and organizations"),
            excerpt=formal,
            rank=1.0 if key.startswith(folded) else 0.5,
        )
        for short, formal, key in rows
    ]


def _people(words: str, today: dt.date) -> list[Hit]:
    return [
        Hit(
            title=str(found),
            url=reverse("membership:person", kwargs={"person_id": found.pk}),
            app="membership",
            kind=_("People"),
            excerpt=found.email,
            rank=0.8,
        )
        for found in people_rows(day=today, text=words)[:FOUND]
    ]
