import datetime as dt
import shutil
from pathlib import Path

import pytest

from council import demo as council_demo
from council.models import AgendaItem, Decision, Inscription, Meeting, Paper
from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from tests.factories.council import is_whole, outline
from tests.factories.documents import make_issued
from tests.factories.membership import make_accreditation, make_organization, make_person, make_state
from texts.registry import resolve

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "data" / "demo"


@pytest.fixture
def demo(tmp_path):
    """Load the app's own data with the few entities and accounts that it names."""
    for folder in ("council", "schedule"):
        shutil.copytree(DATA / folder, tmp_path / folder)
    for code in ("mx", "ke", "ph"):
        make_accreditation(make_person(f"head.{code}@idm.example"), make_state(code))
    make_accreditation(make_person("observer.unhcr@idm.example"), make_organization("org-unhcr"))
    make_organization("org-ohchr")
    return DemoLoad(folder=tmp_path, now=dt.datetime.now(dt.UTC))


def counts():
    return [model.objects.count() for model in (Meeting, AgendaItem, Decision, Paper, Inscription)]


def test_the_seeds_facts_come_out_of_the_rows(demo):
    council_demo.load(demo)
    keys = {
        "ordinal": 99,
        "dates": ["2010-11-29", "2010-12-02"],
        "highlights": 5,
        "item.keynotes.date": "2010-11-29",
        "item.report-launch.date": "2010-11-29",
        "item.gmg-dialogue.date": "2010-11-30",
        "item.idm-panel.date": "2010-12-02",
        "item.migration-highlights.date": "2010-12-02",
    }
    found = resolve(f"council.meeting:session-99:{name}" for name in keys)
    assert {key.rpartition(":")[2]: figure.value for key, figure in found.items()} == keys
    key = "council.meeting:session-99:chair.gmg-dialogue"
    chair = "Ms. Navanethem Pillay, United Nations High Commissioner for Human Rights"
    assert resolve([key])[key].value["en"] == chair
    key = "council.meeting:informal-2010-04-27:date"
    assert resolve([key])[key].value == "2010-04-27"
    session, informal = Meeting.objects.get(slug="session-99"), Meeting.objects.get(slug="informal-2010-04-27")
    assert session.has_high_level_segment
    assert list(informal.decisions.values_list("state", flat=True)) == ["proposed", "proposed", "requested"]
    assert all(is_whole(meeting) for meeting in (session, informal))
    assert outline(session)[:3] == [
        "1 Opening of the session",
        "2 Credentials of representatives and observers",
        "3 Election of officers",
    ]


def test_loading_twice_changes_nothing(demo):
    make_issued(symbol="IC/2010/8")
    make_issued(symbol="IC/2010/9")
    for _round in range(2):
        council_demo.load(demo)
        council_demo.link(demo)
        assert counts() == [3, 30, 3, 2, 6]


def change(demo, old, new):
    path = demo.path("council", "meetings.json")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"highlights": 5', '"highlights": 6', "highlights: the rows give 5, the published total is 6"),
        ('"slot": "keynotes"', '"slot": "nowhere"', "keynotes: there is no slot nowhere"),
        ('"head.ke@idm.example"', '"head.zz@idm.example"', "head.zz@idm.example acts for no delegation"),
        ('"item": "idm-2011-theme"', '"item": "nothing"', "theme-future: there is no item nothing"),
        ('"day": "2010-11-29"', '"day": "2010-11-28"', "opening: Choose one of the days of the meeting."),
    ],
)
def test_what_is_wrong_in_the_file_is_named(demo, old, new, complaint):
    change(demo, old, new)
    with pytest.raises(DataFileError) as caught:
        council_demo.load(demo)
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("meetings.json")


def test_unknown_paper_is_named_with_its_line(demo):
    council_demo.load(demo)
    with pytest.raises(DataFileError) as caught:
        council_demo.link(demo)
    lines = (demo.folder / "council" / "meetings.json").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if '"IC/2010/9"' in text)
    assert str(caught.value) == f"meetings.json, line {line}: there is no document IC/2010/9"
