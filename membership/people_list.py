"""The list of people for administrators."""

import datetime as dt

from django.db.models import Prefetch, Q, QuerySet

from foundation.text import fold
from membership.models import Accreditation, Person, Role


def people_rows(*, day: dt.date, text: str = "", role: str = "", entity: str = "") -> QuerySet[Person]:
    """Return people by name, with `held_roles` and `held_accreditations` of the day in one query each."""
    rows = Person.objects.order_by("name_key", "email")
    for word in text.split():
        rows = rows.filter(Q(email__icontains=word) | Q(name_key__contains=fold(word)))
    if role:
        rows = rows.filter(pk__in=Role.objects.on(day).filter(name=role).values("person_id"))
    if entity:
        rows = rows.filter(pk__in=Accreditation.objects.on(day).filter(entity__code=entity).values("person_id"))
    accreditations = Accreditation.objects.on(day).select_related("entity").order_by("entity__code")
    return rows.prefetch_related(
        Prefetch("roles", queryset=Role.objects.on(day).order_by("name"), to_attr="held_roles"),
        Prefetch("accreditations", queryset=accreditations, to_attr="held_accreditations"),
    )
