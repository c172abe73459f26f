"""Every tracked column of workshops and the schedule leaves an event when it changes, in any language."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import models

from schedule import services as schedule_services
from schedule.models import Appearance, Occasion, Room, Slot
from tests.factories.membership import make_state
from tests.factories.schedule import make_occasion, make_slot
from tests.factories.workshops import make_material, make_participant, make_topic, make_workshop, make_year
from workshops import services
from workshops.models import BudgetLine, Contribution, IDMYear, Material, Participant, Theme, Topic, Workshop

pytestmark = pytest.mark.django_db


def make_appearance():
    slot = make_slot(make_occasion(), "Panel", "09:00", "10:00")
    return schedule_services.add_appearance(occasion=slot.occasion, slot=slot, name="Noor", entity=make_state("au"))


MAKERS = {
    Occasion: make_occasion,
    Room: lambda: schedule_services.add_room(occasion=make_occasion(), name="Main"),
    Slot: lambda: make_slot(make_occasion(), "Panel", "09:00", "10:00"),
    Appearance: make_appearance,
    IDMYear: make_year,
    Theme: lambda: services.propose_theme(year=make_year(), slug="theme", title="Theme"),
    Topic: make_topic,
    Workshop: make_workshop,
    Participant: lambda: make_participant(attendance="expected"),
    Material: lambda: make_material(make_workshop()),
    BudgetLine: lambda: services.add_budget_line(year=make_year(), purpose="other", title="Line", amount=Decimal(5)),
    Contribution: lambda: services.record_contribution(year=make_year(), donor=make_state("au")),
}


def another(row, field):
    """Return a value that the database accepts and the column does not have, or None for a foreign key."""
    value = getattr(row, field.attname)
    if field.is_relation:
        return None
    if field.choices:
        return next(code for code, _label in field.choices if code != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or dt.datetime(2010, 5, 1, tzinfo=dt.UTC)) + dt.timedelta(minutes=1)
    if isinstance(field, models.DateField):
        return dt.date(2010, 7, 19) if field.name == "ends_on" else dt.date(2010, 7, 18)
    if isinstance(field, models.DecimalField):
        return (value or 0) + Decimal(1)
    if isinstance(field, models.IntegerField):
        return (value or 1) + 1
    return {"letter": "Z", "currency": "EUR", "email": "z@idm.example"}.get(field.name, "another")


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_each_tracked_column_leaves_an_event(model):
    row = MAKERS[model]()
    events = model.pgh_event_model.objects
    tracked = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name in {f.name for f in events.model._meta.concrete_fields}
    ]
    missed = []
    for field in tracked:
        value = another(row, field)
        if value is None:
            continue
        if field.name == "attendance":
            value = "excused"
        row.refresh_from_db()
        before = events.count()
        model.objects.filter(pk=row.pk).update(**{field.name: value})
        if events.count() != before + 1:
            missed.append(field.name)
    assert (missed, len(tracked) > 3) == ([], True)
