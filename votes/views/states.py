"""Member States as form choices."""

import datetime as dt

from django.utils.text import capfirst

from foundation.time.formats import language_of
from membership.models import Entity
from membership.names import names_on
from votes.models import Ballot, Entitlement

Choices = list[tuple[int, str]]


def entitled_states(ballot: Ballot) -> Choices:
    """Return States entitled to take part, in protocol order, with names of the opening day."""
    entitled = Entitlement.objects.filter(ballot=ballot, is_entitled=True).values_list("entity_id", flat=True)
    return _named(list(entitled), ballot.day)


def member_states(day: dt.date) -> Choices:
    return _named(list(Entity.objects.members(day).values_list("pk", flat=True)), day)


def _named(entity_ids: list[int], day: dt.date) -> Choices:
    names = names_on(entity_ids, day, language_of())
    return [(entity_id, capfirst(name.short)) for entity_id, name in names.items()]
