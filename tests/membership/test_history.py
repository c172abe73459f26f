"""Changing any single column of a tracked row leaves an event with the new value and the actor."""

import datetime as dt

import pghistory
import pytest
from django.apps import apps
from django.db import InternalError, models

from foundation.editing.history import recorded
from membership import services
from membership.models import (
    Accreditation,
    Entity,
    EntityName,
    EntityStatus,
    Group,
    GroupMembership,
    Role,
    VotingSuspension,
)
from tests.factories.membership import make_accreditation, make_person, make_staff, make_state

pytestmark = pytest.mark.django_db
TRACKED = [Entity, EntityName, EntityStatus, VotingSuspension, Group, GroupMembership, Role, Accreditation]
# Columns that no service changes: the primary key, and the base columns of translated fields.
UNTRACKED = {Group: {"name", "sort_key"}}


def a_row_of(model: type[models.Model]) -> models.Model:
    state = make_state("au")
    group = Group.objects.create(code="jusca", kind="group", name_en="Group", sort_key_en="group")
    make_accreditation(entity=state)
    make_staff("editor")
    GroupMembership.objects.create(group=group, entity=state)
    VotingSuspension.objects.create(entity=state, decision="Resolution 2")
    row = model.objects.order_by("pk").first()
    if model is EntityName:  # the rows of the other languages would conflict
        EntityName.objects.exclude(pk=row.pk).delete()
    return row


def another(field: models.Field, value: object) -> object:
    if isinstance(field, models.ForeignKey):
        makers = {"entity": lambda: Entity.objects.create(code="xx", kind="state"), "person": make_person}
        makers["group"] = lambda: Group.objects.create(code="other", kind="group", name_en="Other")
        return makers[field.name]().pk
    if field.choices:
        return next(choice for choice, _label in field.flatchoices if choice != value)
    if isinstance(field, models.DateField):
        return dt.date(2009, 1, 1) if field.name == "begins" else dt.date(2019, 1, 1)
    if isinstance(field, models.BooleanField):
        return not value
    return "changed@idm.example" if isinstance(field, models.EmailField) else "changed"


def columns() -> list[tuple[type[models.Model], str]]:
    return [
        (model, field.attname)
        for model in TRACKED
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in UNTRACKED.get(model, ())
    ]


@pytest.mark.parametrize(("model", "column"), columns(), ids=lambda part: getattr(part, "__name__", part))
def test_each_single_changed_column_leaves_an_event(model, column) -> None:
    row = a_row_of(model)
    events = apps.get_model("membership", f"{model.__name__}Event").objects.filter(pgh_obj_id=row.pk)
    before = events.count()
    value = another(model._meta.get_field(column), getattr(row, column))
    model.objects.filter(pk=row.pk).update(**{column: value})
    assert events.count() == before + 1
    assert getattr(events.latest("pgh_id"), column) == value


def test_an_event_says_who_acted(administrator) -> None:
    held = make_accreditation()
    services.end_accreditation(accreditation=held, actor=administrator)
    event = apps.get_model("membership", "AccreditationEvent").objects.filter(pgh_obj=held).latest("pgh_id")
    assert (event.pgh_label, event.pgh_context.metadata["actor"]) == ("update", administrator.pk)


def test_events_are_never_changed() -> None:
    make_state("au")
    events = apps.get_model("membership", "EntityEvent").objects
    with pytest.raises(InternalError, match="Cannot update or delete rows"), recorded(None):
        events.update(code="other")


def test_no_history_of_people_and_their_passwords() -> None:
    names = {model.__name__ for model in apps.get_app_config("membership").get_models()}
    assert "PersonEvent" not in names
    assert issubclass(apps.get_model("membership", "RoleEvent"), pghistory.models.Event)
