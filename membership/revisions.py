"""What cached pages of this app and of the apps above it compare."""

from django.db.models import Count, IntegerField, Model, QuerySet, Value

from membership.models import Entity, EntityName, EntityStatus, Group, VotingSuspension

REGISTER = (Entity, EntityName, EntityStatus, VotingSuspension, Group)


def revision_of(*tables: type[Model]) -> tuple[tuple[int, int], ...]:
    """Return a value that changes with every change to these tables of the register (`REGISTER`), in one query.

    Their events are counted: they are never changed or taken away, and are written by the database for each change.
    The number of the last event would not do, since of two events the later may be seen first.
    """
    first, *others = (_events(place, table) for place, table in enumerate(tables))
    return tuple(sorted(first.union(*others, all=True)))


def _events(place: int, table: type[Model]) -> QuerySet:
    rows = table.pgh_event_model.objects.order_by().annotate(place=Value(place, output_field=IntegerField()))
    return rows.values("place").annotate(number=Count("pk")).values_list("place", "number")
