"""Recipients of emails to a State: people, and the mission's mailbox if the delegation wants it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from membership.models import Accreditation, Capacity, Entity
from votes.models import DelegationSettings

HEADS = (Capacity.HEAD, Capacity.CHARGE)


@dataclass(frozen=True)
class Recipient:
    address: str
    language: str
    entity_id: int


def mailboxes_of(entities: Iterable[Entity]) -> list[Recipient]:
    """Return mailboxes, in one query. By default a delegation's mailbox receives emails."""
    held = [entity for entity in entities if entity.mailbox]
    unwished = set(
        DelegationSettings.objects.filter(entity__in=held, uses_mailbox=False).values_list("entity_id", flat=True)
    )
    return [
        Recipient(entity.mailbox, entity.mailbox_language, entity.pk) for entity in held if entity.pk not in unwished
    ]


def delegations_of(
    entity_ids: Sequence[int], day: dt.date, capacities: Sequence[str] = HEADS, *, mailboxes: bool = True
) -> list[Recipient]:
    """Return heads of delegation of the day and mailboxes, each address once for each State."""
    found = mailboxes_of(Entity.objects.filter(pk__in=entity_ids)) if mailboxes else []
    held = Accreditation.objects.on(day).filter(entity__in=entity_ids, capacity__in=capacities, person__is_active=True)
    rows = held.order_by("entity_id", "pk").values_list("person__email", "person__language", "entity_id")
    known = {(row.address, row.entity_id): row for row in [*found, *(Recipient(*row) for row in rows)]}
    return list(known.values())
