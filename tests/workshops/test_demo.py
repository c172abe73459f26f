"""The demonstration's data match the published figures, and a file that does not match changes nothing."""

import datetime as dt
import json
import shutil

import pytest
from django.conf import settings
from django.db import transaction

from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from membership.register import load_register
from schedule.models import Release
from texts.registry import resolve
from workshops import demo
from workshops.models import Participant, Workshop

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR / "data"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WORKSHOP = "workshops.workshop:2010-societies-and-identities"
YEAR = "workshops.year:2011"


@pytest.fixture
def load():
    load_register(folder=DATA / "register")
    return lambda folder=DATA / "demo": demo.load(DemoLoad(folder=folder, now=NOW))


@pytest.fixture
def copy(tmp_path):
    for room in ("workshops", "schedule"):
        shutil.copytree(DATA / "demo" / room, tmp_path / room)
    return tmp_path


def test_the_rows_give_the_published_figures_and_a_second_load_changes_nothing(load):
    load()
    names = ("participants", "states", "organizations", "ngos", "dates")
    keys = [*(f"{WORKSHOP}:{name}" for name in names), f"{YEAR}:budget_total", f"{YEAR}:budget_per_workshop"]
    figures = {key: figure.value for key, figure in resolve(keys).items()}
    assert figures == dict(
        zip(
            keys,
            [
                178,
                66,
                12,
                8,
                ["2010-07-19", "2010-07-20"],
                {"amount": "200000", "currency": "USD"},
                {"amount": "100000", "currency": "USD"},
            ],
            strict=True,
        )
    )
    further = resolve([f"{WORKSHOP}:further_categories"]).popitem()[1]
    assert [words["en"] for words in further.value] == ["the private sector", "academia", "the media"]
    share = resolve([f"{YEAR}:officials_share"]).popitem()[1]
    assert 0.64 < share.value < 0.69
    before = list(Workshop.objects.values_list("pk", "revision", "edit_version"))
    load()
    assert list(Workshop.objects.values_list("pk", "revision", "edit_version")) == before
    assert (Participant.objects.count(), Release.objects.count()) == (178, 2)
    assert not Participant.objects.filter(is_invented=False).exists()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda lines: lines[:-1], "totals.json, line 3: 2010-societies-and-identities, participants"),
        (lambda lines: [*lines[:-1], lines[-2]], "participants.csv, line 179: p177 is already in line 178"),
        (
            lambda lines: [*lines[:-1], lines[-1].replace("p178,", "p178,no-such-")],
            "participants.csv, line 179: the register knows no",
        ),
    ],
    ids=["one too few", "one twice", "unknown State"],
)
def test_a_list_that_does_not_add_up_is_refused_with_file_and_line(load, copy, change, complaint):
    path = copy / "workshops" / "participants.csv"
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    with pytest.raises(DataFileError) as refusal, transaction.atomic():
        load(copy)
    assert str(refusal.value).startswith(complaint)
    assert Workshop.objects.count() == 0


def test_a_budget_that_does_not_add_up_is_refused(load, copy):
    path = copy / "workshops" / "cycle.json"
    cycle = json.loads(path.read_text())
    cycle["budget"][0]["amount"] = "66501.00"
    path.write_text(json.dumps(cycle))
    with pytest.raises(DataFileError, match=r"totals\.json, line \d+: 2011, budget_total: the rows give 200001\.00"):
        load(copy)
