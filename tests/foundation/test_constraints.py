"""No message shows the name of a constraint, model or column."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from foundation.constraints import Check, Exclusion, Unique
from foundation.refusals import Refused, check_row
from schedule.models import Occasion
from tests.factories.schedule import make_occasion

OWN = {path.parent.name for path in settings.BASE_DIR.glob("*/apps.py")}


def own_models():
    return [model for model in apps.get_models() if model._meta.app_config.name in OWN]


def test_every_constraint_has_a_sentence_of_its_own():
    wanting = [
        constraint.name
        for model in own_models()
        for constraint in model._meta.constraints
        if not isinstance(constraint, Check | Unique | Exclusion)
        or constraint.violation_error_message == constraint.default_violation_error_message
        or constraint.name in constraint.get_violation_error_message()
        or not constraint.get_violation_error_message().endswith(".")
    ]
    assert wanting == []


def test_every_place_of_a_message_is_a_field_or_one_of_its_languages():
    wrong = [
        (constraint.name, constraint.field)
        for model in own_models()
        for constraint in model._meta.constraints
        if constraint.field and constraint.field not in {field.name for field in model._meta.fields} | {"file"}
    ]
    assert wrong == []


def test_a_unique_column_that_somebody_fills_in_has_a_sentence_of_its_own():
    default = models.Field.default_error_messages["unique"]
    wanting = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.fields
        if field.unique and field.editable and not field.primary_key and not field.auto_created
        if field.error_messages["unique"] == default and field.name not in INTERNAL
    ]
    assert wanting == []


# Columns that people never fill in: the portal writes them.
INTERNAL = {"token_hash", "sha256", "key", "fingerprint", "entry", "issue", "person", "entity", "invitation"}


def test_no_model_has_a_rule_that_could_only_be_said_in_names():
    assert [model for model in own_models() if model._meta.unique_together] == []


@pytest.mark.django_db
def test_message_of_a_constraint_is_beside_the_field_to_change():
    occasion = make_occasion()
    occasion.ends_on = occasion.begins_on.replace(year=2001)
    with pytest.raises(Refused) as refused:
        check_row(occasion)
    assert refused.value.fields == {"ends_on": ["The last day must not be before the first day."]}


@pytest.mark.django_db
def test_a_form_without_that_field_has_the_sentence_above_it():
    occasion = make_occasion()
    constraint = Check(
        condition=models.Q(ends_on__lt=models.F("begins_on")),
        name="never",
        violation_error_message="Enter a place.",
        field="place_en",
    )
    for exclude, found in (({"place_en"}, {"__all__": ["Enter a place."]}), (set(), {"place_en": ["Enter a place."]})):
        with pytest.raises(ValidationError) as invalid:
            constraint.validate(Occasion, occasion, exclude=exclude)
        assert invalid.value.update_error_dict({}).keys() == found.keys()
        assert invalid.value.messages == ["Enter a place."]


def test_sentences_are_no_matter_of_migrations():
    written = {"condition": models.Q(ends_on__gte=models.F("begins_on")), "name": "ends_after"}
    constraint = Check(**written, violation_error_message="Enter a later day.", field="ends_on")
    assert constraint == models.CheckConstraint(**written)
    assert constraint.deconstruct() == models.CheckConstraint(**written).deconstruct()
    assert constraint.clone().field == "ends_on"
    assert constraint.clone().get_violation_error_message() == "Enter a later day."
