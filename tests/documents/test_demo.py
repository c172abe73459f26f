import datetime as dt
import json
from pathlib import Path

import pytest

from documents import demo
from documents.models import Document, SymbolPattern
from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from tests.factories.documents import SUBJECT
from tests.factories.membership import make_staff

pytestmark = pytest.mark.django_db

NOTE = {
    "symbol": "IC/2010/9",
    "kind": "note",
    "dated": "2010-09-20",
    "audience": "delegations",
    "title": {"en": "A note", "fr": "Une note"},
    "created_at": "2010-09-01T09:00+02:00",
    "issue": ["en"],
    "issued_at": "2010-09-20T09:00+02:00",
    "released_at": "2010-09-20T12:00+02:00",
    "derestricted_at": "2010-12-15T09:00+01:00",
    "keys": {"t": f"{SUBJECT}:one"},
    "parts": [
        {"kind": "main", "texts": {"en": [{"n": "There were {t:people}; see {see:annex-a}."}]}},
        {
            "kind": "annex",
            "key": "annex-a",
            "title": {"en": "Facts"},
            "maker": SUBJECT,
            "subject": "one",
            "languages": ["en"],
            "before": {"en": ["Before."]},
            "after": {"en": ["After."]},
        },
    ],
}
REVISION = {
    "symbol": "IC/2010/9/Rev.1",
    "revises": "IC/2010/9",
    "dated": "2010-11-15",
    "created_at": "2010-11-02T09:00+01:00",
}


@pytest.fixture
def folder(tmp_path: Path, app):
    make_staff("publisher", email=demo.PUBLISHER)
    (tmp_path / "documents").mkdir()
    return tmp_path


def load(folder: Path, **files: object) -> None:
    for name, content in files.items():
        (folder / "documents" / f"{name}.json").write_text(json.dumps(content))
    demo.load(DemoLoad(folder=folder, now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))


def state() -> list[tuple]:
    rows = Document.objects.order_by("pk", "acts__pk")
    return list(rows.values_list("pk", "symbol", "issued_at", "derestricted_at", "revision", "acts__kind"))


def test_the_note_is_built_through_the_services_and_loading_again_changes_nothing(folder) -> None:
    load(folder, a_revision=REVISION, note=NOTE)
    loaded = state()
    assert [(row[1], row[5]) for row in loaded] == [
        ("IC/2010/9", "created"),
        ("IC/2010/9", "issued"),
        ("IC/2010/9", "released"),
        ("IC/2010/9", "derestricted"),
        ("IC/2010/9/Rev.1", "created"),
    ]
    annex = Document.objects.get(symbol="IC/2010/9").issues.get().content["parts"][1]
    assert [block["content"][0].get("text") for block in annex["content"]["content"]] == ["Before.", None, "After."]
    assert Document.objects.get(symbol="IC/2010/9/Rev.1").dated == dt.date(2010, 11, 15)
    load(folder)
    assert state() == loaded


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"parts": [{"kind": "main", "texts": {"en": ["{t:later}"]}}]},
            "note.json: “votes .docs_tests.facts:one:later.”",
        ),
        ({"parts": [{"kind": "main", "texts": {"en": [{"nonsense": 1}]}}]}, "note.json: block 1"),
        ({"symbol": "nonsense"}, "note.json: “nonsense” is not a valid symbol"),
    ],
)
def test_an_invalid_file_is_named_and_nothing_is_loaded(folder, changed, message) -> None:
    with pytest.raises(DataFileError, match=message):
        load(folder, note=NOTE | changed)
    assert Document.objects.count() == 0


def test_patterns_and_reviews_are_loaded_once(folder) -> None:
    make_staff("editor", email="editor@idm.example")
    written = {
        "symbol": "MC/1",
        "dated": "2010-09-20",
        "title": {"en": "A draft"},
        "created_at": "2010-09-01T09:00+02:00",
        "parts": [{"kind": "main", "texts": {"en": [{"n": "Many people came."}]}}],
    }
    by = {"by": "editor@idm.example", "at": "2010-09-02T09:00+02:00"}
    review = {
        "opened_at": "2010-09-02T08:00+02:00",
        "opened_by": "editor@idm.example",
        "note": "",
        "comments": [{**by, "quote": "Many people", "words": "How many?", "replies": [{**by, "words": "178."}]}],
    }
    pattern = {"body": "council", "kind": "", "pattern": "MC/{number}", "first_number": 1}
    for name, data in (("a", written), ("reviews", {"MC/1": review}), ("symbol-patterns", [pattern])):
        (folder / "documents" / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    for _time in range(2):
        demo.load(DemoLoad(folder, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    document = Document.objects.get()
    assert list(document.review_comments.values_list("quote", "words")) == [("Many people", "How many?"), ("", "178.")]
    assert list(SymbolPattern.objects.values_list("pattern", flat=True)) == ["MC/{number}"]
