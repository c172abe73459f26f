"""The register as a list for one day, for its page and exports: one row for each entity with a status."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from membership.models import Entity, EntityName, EntityStatus, Group, Status, VotingSuspension
from membership.names import as_sort_key


@dataclass(frozen=True)
class RegisterFilter:
    """Filters of the list; empty means all. `text` is searched in the names of the language."""

    day: dt.date
    status: str = ""
    kind: str = ""
    region: str = ""
    text: str = ""
    sort: str = field(default="name")


ORDERS = {"name": "protocol_key", "status": "status", "region": "region_key", "since": "since"}


def register_rows(wanted: RegisterFilter, language: str) -> QuerySet[Entity]:
    """Return the rows in protocol order by default, with all values that a page shows."""
    status = EntityStatus.objects.on(wanted.day).filter(entity=OuterRef("pk"))
    name = EntityName.objects.on(wanted.day).filter(entity=OuterRef("pk"), language=language)
    region = Group.objects.filter(code=OuterRef("region"), kind="region")
    suspended = VotingSuspension.objects.on(wanted.day).filter(entity=OuterRef("pk"))
    rows = (
        Entity.objects.with_status(wanted.day)
        .in_protocol_order(language, wanted.day)
        .annotate(
            formal_name=Subquery(name.values("formal")[:1]),
            status=Subquery(status.values("status")[:1]),
            since=Subquery(status.values("begins")[:1]),
            decision=Subquery(status.values("decision")[:1]),
            suspended_by=Subquery(suspended.values("decision")[:1]),
            region_name=Subquery(region.values(f"name_{language}")[:1]),
            region_key=Subquery(region.values(f"sort_key_{language}")[:1]),
        )
    )
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.kind == "state":
        rows = rows.states()
    elif wanted.kind:
        rows = rows.exclude(kind="state")
    if wanted.region:
        rows = rows.filter(region=wanted.region)
    if wanted.text:
        rows = rows.filter(Q(protocol_key__contains=as_sort_key(wanted.text)) | Q(formal_name__icontains=wanted.text))
    column = ORDERS.get(wanted.sort.removeprefix("-"), "protocol_key")
    order = F(column).desc(nulls_last=True) if wanted.sort.startswith("-") else F(column).asc(nulls_first=True)
    return rows.order_by(order, "protocol_key", "code")


def status_counts(day: dt.date) -> dict[str, int]:
    """Return the numbers of Member States, Observer States and other observers on the day."""
    states = Entity.objects.states()
    observers = Entity.objects.with_status(day, Status.OBSERVER)
    return {
        "members": states.with_status(day, Status.MEMBER).count(),
        "observer_states": observers.states().count(),
        "organizations": observers.exclude(kind="state").count(),
    }
