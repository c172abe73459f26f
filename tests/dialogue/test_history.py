"""Every tracked column leaves an event when it changes, in any language; texts by contributors do not."""

import datetime as dt

import pytest
from django.db import models

from dialogue import services
from dialogue.models import Contribution, Dialogue, DialogueTopic, SelectedComment, SummaryParagraph, VisitReport
from tests.factories.dialogue import CLOSES_ON, make_contribution, make_dialogue, make_selected

pytestmark = pytest.mark.django_db

MAKERS = {
    Dialogue: lambda: make_dialogue(platform="partner", partner="The Partner"),
    DialogueTopic: lambda: make_dialogue(topics=1).topics.get(),
    Contribution: lambda: make_contribution(reason="Kept.", source="Forum"),
    SelectedComment: make_selected,
    SummaryParagraph: lambda: services.add_paragraph(dialogue=make_dialogue(), text="Words."),
    VisitReport: lambda: services.report_visits(
        dialogue=make_dialogue(), count=3, source="The Partner", reported_on=CLOSES_ON
    ),
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
        return (value or dt.datetime(2010, 7, 1, tzinfo=dt.UTC)) + dt.timedelta(minutes=1)
    if isinstance(field, models.DateField):
        return dt.date(2010, 7, 20)
    if isinstance(field, models.IntegerField):
        return (value or 1) + 1
    return {"ranges": [[0, 4]], "platform_url": "https://example.org/"}.get(field.name, "another")


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_each_tracked_column_leaves_an_event(model):
    row = MAKERS[model]()
    events = model.pgh_event_model.objects
    names = {field.name for field in events.model._meta.concrete_fields}
    missed = []
    for field in model._meta.concrete_fields:
        value = another(row, field)
        if field.primary_key or field.name not in names or value is None:
            continue
        row.refresh_from_db()
        before = events.count()
        model.objects.filter(pk=row.pk).update(**{field.name: value})
        if events.count() != before + 1:
            missed.append(field.name)
    assert missed == []


def test_the_history_of_a_contribution_keeps_decisions_and_nothing_of_its_author():
    names = {field.name for field in Contribution.pgh_event_model._meta.concrete_fields}
    assert names.isdisjoint({"text", "author_name", "author_description", "author_email"})
    assert {"state", "reason", "moderated_by", "moderated_at"} <= names
