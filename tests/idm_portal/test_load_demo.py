"""For data files that do not match, `load_demo` names file and line and changes nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from membership.models import Entity, Person
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(tmp_path) -> Path:
    """Return a copy of the data files, for tests to damage."""
    return Path(shutil.copytree(settings.BASE_DIR / "data", tmp_path / "data")) / "demo"


def repeat_the_second_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8")


def drop_the_last_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")


def name_an_unknown_state(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[1].split(",")
    column = lines[0].strip().split(",").index("entity")
    cells[column] = "atlantis"
    path.write_text("".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (repeat_the_second_line, r"participants\.csv, line \d+: .*already"),
        (name_an_unknown_state, r"participants\.csv, line 2: .*atlantis"),
        (drop_the_last_line, r"totals\.json, line \d+: .*177.*178"),
    ],
)
def test_spoilt_participants_are_named_with_file_and_line(data, spoil: Callable[[Path], None], complaint: str):
    spoil(next(data.rglob("participants.csv")))
    with pytest.raises(CommandError, match=complaint) as refusal:
        call_command("load_demo", folder=data, verbosity=0)
    assert str(refusal.value).endswith("Nothing was changed.")
    assert (Entity.objects.count(), Person.objects.count(), Workshop.objects.count()) == (0, 0, 0)


def test_broken_json_is_named_with_file_and_line(data):
    path = data / "documents" / "note-2010.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"kind": "note",', '"kind": "note"', 1), encoding="utf-8")
    with pytest.raises(CommandError, match=r"note-2010\.json, line \d+: not JSON"):
        call_command("load_demo", folder=data, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM documents_document")
        assert cursor.fetchone() == (0,)


def test_production_refuses_the_demonstration(settings, data):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo", folder=data, verbosity=0)
