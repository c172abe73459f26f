"""The demonstration's dialogue, loaded from its files through the services."""

import shutil

import pytest
from django.conf import settings

from dialogue import demo
from dialogue.models import Contribution, Dialogue, SelectedComment
from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from foundation.time.clock import database_now
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR / "data" / "demo"


@pytest.fixture
def load(tmp_path) -> DemoLoad:
    """Return a function that loads a copy of the data files, with the workshop they refer to."""
    make_workshop("societies-and-identities")
    shutil.copytree(DATA / "dialogue", tmp_path / "dialogue")
    return DemoLoad(folder=tmp_path, now=database_now())


def test_loading_twice_changes_nothing(load):
    demo.load(load)
    before = list(Contribution.objects.order_by("pk").values_list("pk", "edit_version"))
    demo.load(load)
    assert list(Contribution.objects.order_by("pk").values_list("pk", "edit_version")) == before
    assert Dialogue.objects.count() == 2


def test_the_selected_comments_are_long_invented_and_from_questions_2_and_3(load):
    demo.load(load)
    rows = SelectedComment.objects.select_related("contribution__topic")
    comments = [(row.contribution.topic.position, row.contribution.is_invented, "[…]" in row.excerpt) for row in rows]
    assert comments == [(2, True, True), (3, True, False)]
    assert all(250 <= len(row.contribution.text.split()) <= 450 for row in rows)


def test_files_that_do_not_add_up_are_refused_by_file_and_line(load):
    path = load.path("dialogue", "contributions.csv")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "vote-local" not in line), encoding="utf-8")
    with pytest.raises(DataFileError) as refusal:
        demo.load(load)
    assert str(refusal.value).startswith("totals.json, line 6: migration-and-integration, contributions:")


def test_a_wrong_line_of_contributions_is_named(load):
    path = load.path("dialogue", "contributions.csv")
    text = path.read_text(encoding="utf-8").replace("tenants,2,en", "tenants,2,xx")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        DataFileError, match=r"contributions.csv, line .*language: Enter one of these, not “xx”: en, fr, es"
    ):
        demo.load(load)
