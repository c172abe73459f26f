"""Every tracked column of this app leaves an event when it changes, in any language."""

import datetime as dt

import pytest
from django.db import models

from council import services
from council.models import AgendaItem, Decision, Meeting, Paper
from tests.factories.council import make_item, make_meeting
from tests.factories.documents import make_issued

pytestmark = pytest.mark.django_db

MAKERS = {
    Meeting: make_meeting,
    AgendaItem: lambda: make_item(make_meeting(), "Opening"),
    Decision: lambda: services.record_decision(meeting=make_meeting(), text="Noted"),
    Paper: lambda: services.attach_paper(meeting=make_meeting(), document=make_issued()),
}
# Columns that the database allows to change only together.
TOGETHER = {
    "state": {"state": "deleted", "reason": "Gone"},
    "reason": {"state": "deleted", "reason": "Gone"},
    "inscription_opens_at": {
        "inscription_opens_at": dt.datetime(2010, 11, 1, tzinfo=dt.UTC),
        "inscription_closes_at": dt.datetime(2010, 11, 2, tzinfo=dt.UTC),
    },
}
TOGETHER["inscription_closes_at"] = TOGETHER["inscription_opens_at"]


def another(row, field):
    """Return a value that the database accepts and the column does not have."""
    if field.name in TOGETHER and isinstance(row, AgendaItem):
        return TOGETHER[field.name]
    value = getattr(row, field.attname)
    if field.choices:
        value = next(code for code, _label in field.choices if code != value)
    elif isinstance(field, models.BooleanField):
        value = not value
    elif isinstance(field, models.DateField):
        value = dt.date(2010, 11, 30)
    elif isinstance(field, models.IntegerField):
        value = (value or 1) + 1000
    else:
        value = "another"
    return {field.name: value}


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_each_tracked_column_leaves_an_event(model):
    row = MAKERS[model]()
    events = model.pgh_event_model.objects
    columns = {field.name for field in events.model._meta.concrete_fields}
    tracked = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.is_relation and field.name in columns
    ]
    missed = []
    for field in tracked:
        row = MAKERS[model]()
        before = events.count()
        model.objects.filter(pk=row.pk).update(**another(row, field))
        if events.count() != before + 1:
            missed.append(field.name)
    assert (missed, len(tracked) > 0) == ([], True)


def test_an_event_says_who_acted(editor):
    item = make_item(make_meeting(), "Opening")
    services.edit_item(item=item, expected=1, title_fr="Ouverture", actor=editor)
    event = AgendaItem.pgh_event_model.objects.order_by("-pgh_id").first()
    assert (event.title_fr, event.pgh_context.metadata["actor"]) == ("Ouverture", editor.pk)
