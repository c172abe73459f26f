"""Services refuse with one exception, and no other has been added beside it."""

import ast
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from foundation.jobs.registry import JobRefused
from foundation.refusals import Refused, check_row, refusing_invalid
from schedule.models import Room
from tests.factories.schedule import make_occasion

# Modules that validate values, for which Django's own exception is right.
OF_VALUES = {"forms", "forms.py", "validators.py", "models", "models.py", "answers.py", "constraints.py", "letters.py"}


class NominationForm(forms.Form):
    name = forms.CharField()
    reason = forms.CharField()


def test_a_refusal_has_its_sentences_in_order_whole_and_by_field():
    refused = Refused("The list is closed.", reason="Give a reason.", name=["Too long.", "Not on one line."])
    assert refused.sentences == ["The list is closed.", "Give a reason.", "Too long.", "Not on one line."]
    assert refused.fields == {"reason": ["Give a reason."], "name": ["Too long.", "Not on one line."]}
    assert str(refused) == "The list is closed. Give a reason. Too long. Not on one line."


def test_a_lazy_sentence_is_a_sentence():
    assert Refused(gettext_lazy("Save"), reason=gettext_lazy("Cancel")).sentences == ["Save", "Cancel"]


def test_refusal_is_beside_its_field_or_above_a_form_without_that_field():
    form = NominationForm({"name": "Ana", "reason": "."})
    Refused("The list is closed.", reason="Give a reason.", edit_version="Too old.").add_to(form)
    assert form.errors == {"__all__": ["The list is closed.", "Too old."], "reason": ["Give a reason."]}


@pytest.mark.parametrize(
    ("invalid", "sentences", "fields"),
    [
        (ValidationError("No."), ["No."], {}),
        (ValidationError(["No.", "Never."]), ["No.", "Never."], {}),
        (ValidationError("%(n)s is too many.", params={"n": 9}), ["9 is too many."], {}),
        (ValidationError({"name": "No.", "__all__": ["Never."]}), ["Never.", "No."], {"name": ["No."]}),
    ],
)
def test_what_validators_say_is_refused_in_their_sentences(invalid, sentences, fields):
    with pytest.raises(Refused) as refused, refusing_invalid():
        raise invalid
    assert (refused.value.sentences, refused.value.fields) == (sentences, fields)


@pytest.mark.django_db
def test_a_row_that_breaks_a_rule_of_its_model_is_refused_beside_the_field():
    occasion = make_occasion()
    with pytest.raises(Refused) as refused:
        check_row(Room(occasion=occasion, name_en="", name="", capacity=-1))
    assert set(refused.value.fields) == {"name", "capacity"}


def test_a_job_that_is_refused_is_a_refusal():
    assert JobRefused("The file is empty.").sentences == ["The file is empty."]


def _trees():
    for app in sorted(path.parent for path in settings.BASE_DIR.glob("*/__init__.py")):
        for path in sorted(app.rglob("*.py")):
            if "migrations" not in path.parts and app.name != "tests":
                yield path.relative_to(settings.BASE_DIR), ast.parse(path.read_text(encoding="utf-8"))


def test_services_raise_no_validation_error_and_check_rows_in_one_way():
    found = []
    for path, tree in _trees():
        if OF_VALUES & set(path.parts) or path == Path("foundation/refusals.py"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and "ValidationError" in ast.dump(node):
                found.append((str(path), node.lineno, "raises ValidationError"))
            if isinstance(node, ast.Attribute) and node.attr == "full_clean" and "services" in path.parts:
                found.append((str(path), node.lineno, "calls full_clean"))
    assert found == []


def test_every_class_named_as_a_refusal_is_the_one_or_made_from_it():
    foreign = [
        (str(path), node.name)
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(("Refused", "Closed"))
        and [getattr(base, "id", "") for base in node.bases] != ["Refused"]
    ]
    assert foreign == [("foundation/refusals.py", "Refused")]
