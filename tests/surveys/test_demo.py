import json
import shutil

import pytest
from django.conf import settings

from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from foundation.time.clock import database_now
from membership import demo as membership_demo
from surveys import demo as surveys_demo
from surveys.models import Answer, HeldResponse, Invitation, Response, Survey
from surveys.results import result_of
from texts.registry import resolve
from workshops import demo as workshops_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(tmp_path):
    """Load the apps that surveys depend on, and return a copy of the data files."""
    folder = tmp_path / "demo"
    shutil.copytree(settings.BASE_DIR / "data" / "demo", folder)
    shutil.copytree(settings.BASE_DIR / "data" / "register", tmp_path / "register")
    demo = DemoLoad(folder=folder, now=database_now())
    membership_demo.load(demo)
    workshops_demo.load(demo)
    return demo


def counts():
    return [model.objects.count() for model in (Survey, Invitation, HeldResponse, Response, Answer)]


def test_the_published_figures_come_out_of_the_rows(loaded):
    surveys_demo.load(loaded)
    key = "surveys.survey:societies-2010:{}".format
    figures = resolve(
        key(name)
        for name in ("attendance", "responses", "response_rate", "all.understanding", "all.cooperation", "all.policies")
    )
    assert {name.rpartition(":")[2]: figure.value for name, figure in figures.items()} == {
        "attendance": 178,
        "responses": 28,
        "response_rate": [28, 178],
        "all.understanding": [28, 28],
        "all.cooperation": [15, 25],
        "all.policies": [17, 28],
    }
    scores = {s.section.code: s.score for s in result_of(Survey.objects.get(slug="societies-2010")).sections}
    published = {"general": 82, "objectives": 80, "content": 81}
    assert {code: abs(scores[code] - score) < 0.5 for code, score in published.items()} == dict.fromkeys(
        published, True
    )
    council = result_of(Survey.objects.get(slug="council-sessions-2010"))
    assert [(found.count, found.total) for found in council.outcomes] == [(21, 61), (26, 60), (57, 62), (52, 61)]
    assert Survey.objects.get(slug="societies-2010-open").is_open(database_now())


def test_loading_twice_changes_nothing(loaded):
    surveys_demo.load(loaded)
    before = counts()
    surveys_demo.load(loaded)
    assert counts() == before


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("societies-responses.csv", "r28,", "r27,", "societies-responses.csv, line 29: r27 is already in line 28"),
        ("societies-responses.csv", "r02,4,", "r02,7,", "societies-responses.csv, line 3: Choose one of"),
        ("council-responses.csv", "\nal,", "\nzz,", "council-responses.csv, line 2: no State of the code 'zz'"),
        ("societies-comments.csv", "contentment materials", "contentment marvels", "no theme 'marvels'"),
        ("totals.json", '"responses": 28', '"responses": 29', "totals.json, line 2: societies-2010, responses"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_its_line(loaded, name, old, new, complaint):
    edit(loaded.path("surveys", name), old, new)
    with pytest.raises(DataFileError) as refusal:
        surveys_demo.load(loaded)
    assert complaint in str(refusal.value)


def test_a_word_that_the_comments_do_not_bear_is_refused(loaded):
    path = loaded.path("surveys", "societies-themes.json")
    themes = json.loads(path.read_text(encoding="utf-8"))
    themes[1]["word"] = "majority"
    path.write_text(json.dumps(themes), encoding="utf-8")
    with pytest.raises(DataFileError, match="does not match the number"):
        surveys_demo.load(loaded)
