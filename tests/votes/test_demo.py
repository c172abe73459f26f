"""The demonstration's consultations, loaded from their files through the services."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from foundation.time.clock import database_now
from membership import demo as membership_demo
from membership.models import Accreditation
from tests.factories.votes import cast
from votes import demo, keys, ledger, verifier
from votes.models import Ballot, LedgerEntry, Result
from workshops.models import IDMYear, Theme, Topic

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR / "data" / "demo"


@pytest.fixture
def load(tmp_path) -> DemoLoad:
    """Load the register and accounts, create the year with its themes and topics, and copy the data files."""
    membership_demo.load(DemoLoad(folder=DATA, now=database_now()))
    year = IDMYear.objects.create(year=2011)
    for slug in ("future-of-migration", "human-security"):
        Theme.objects.create(year=year, slug=slug, title_en=slug, title_fr=slug, title_es=slug)
    for letter, slug in zip("ABC", ("economic-cycles", "climate-change", "knowledge"), strict=True):
        Topic.objects.create(year=year, slug=slug, letter=letter, title_en=slug, title_fr=slug, title_es=slug)
    shutil.copytree(DATA / "votes", tmp_path / "votes")
    return DemoLoad(folder=tmp_path, now=database_now())


def state_of_the_room() -> list[tuple]:
    return list(LedgerEntry.objects.order_by("pk").values_list("pk", "hash"))


def test_cycle_loads_once_and_adds_up(load):
    demo.load(load)
    rows = {result.ballot.slug: result for result in Result.objects.select_related("ballot")}
    theme, topics = rows["theme-2011"].content, rows["topics-2011"].content
    assert (theme["options"], theme["answered"], theme["selected"]) == ({"A": 47, "B": 24}, 74, ["A"])
    assert (topics["options"], topics["answered"], topics["selected"]) == ({"A": 59, "B": 61, "C": 32}, 80, ["A", "B"])
    assert rows["theme-2011"].published_at.date().isoformat() == "2010-06-02"
    states = dict(Theme.objects.values_list("slug", "state"))
    assert states == {"future-of-migration": "selected", "human-security": "not-selected"}
    kinds = Counter(LedgerEntry.objects.values_list("ballot__slug", "kind"))
    assert kinds[("topics-2011", "vote")] == 83
    assert kinds[("topics-2011-open", "open")] == 1

    before = state_of_the_room()
    demo.load(load)
    assert state_of_the_room() == before

    ballot = Ballot.objects.get(slug="topics-2011")
    entries = list(LedgerEntry.objects.filter(ballot=ballot).order_by("seq").select_related("key"))
    content = ledger.export(ballot=ballot, entries=entries, audiences={"staff", "delegations", "public"})
    assert verifier.verify(content, keys.public_keys()).totals["options"] == {"A": 59, "B": 61, "C": 32}

    head = Accreditation.objects.select_related("entity", "person").get(person__email="head.au@idm.example")
    assert cast(Ballot.objects.get(slug="topics-2011-open"), head, "BC").entity.code == "au"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("theme-2011.csv", ",fi,A", ",xx,A", "theme-2011.csv, line 2: no State of the code 'xx'"),
        (
            "theme-2011.csv",
            ",fi,A",
            ",fi,C",
            "theme-2011.csv, line 2: Choose only options on this ballot",
        ),
        ("theme-2011.csv", ",fi,A", ",lu,A", "theme-2011.csv, line 2: Your State cannot take part"),
        ("theme-2011.csv", "2010-05-10T12:31", "2010-06-10T12:31", "theme-2011.csv, line 2: This ballot closed"),
        ("totals.json", "47", "48", "totals.json: theme-2011, options: the rows give"),
        ("ballots.json", "human-security", "no-such", "ballots.json: IDM 2011 has no theme 'no-such'"),
    ],
)
def test_wrong_data_is_refused_with_file_and_line(load, file, old, new, message):
    change(load.folder / "votes" / file, old, new)
    with pytest.raises(DataFileError) as refused:
        demo.load(load)
    assert message in str(refused.value)
