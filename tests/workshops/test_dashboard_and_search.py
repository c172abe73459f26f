import datetime as dt

import pytest

from tests.factories.membership import make_delegate
from tests.factories.schedule import make_occasion
from tests.factories.workshops import make_participant, make_topic, make_workshop
from workshops.dashboard import items
from workshops.search import hits

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2010, 6, 1, tzinfo=dt.UTC)


def test_editors_see_what_waits_and_what_comes(editor):
    workshop = make_workshop()
    for _number in range(2):
        make_participant(workshop, state="registered")
    make_participant(workshop)
    far = make_workshop("far", occasion=make_occasion(dt.date(2010, 12, 1)))
    make_participant(far)
    assert [(item.title, item.url) for item in items(editor, NOW)] == [
        (
            "2 registrations to confirm: Societies and identities",
            "/workshops/2010/societies/edit/participants/?state=registered",
        ),
        ("Programme to publish: Societies and identities", f"/schedule/{workshop.occasion_id}/edit/"),
    ]


def test_delegates_have_nothing_of_this_on_their_dashboard():
    make_participant(make_workshop(), state="registered")
    assert items(make_delegate(), NOW) == []


def test_search_folds_and_finds_what_the_reader_may_see(editor):
    make_workshop(title={"en": "Société and identity"})
    make_workshop("draft", state="draft", title="Hidden society")
    make_topic("A")
    assert [hit.title for hit in hits(None, "SOCIETE identity", "en")] == ["Société and identity"]
    assert [hit.title for hit in hits(None, "hidden", "en")] == []
    assert [hit.title for hit in hits(editor, "hidden", "en")] == ["Hidden society"]
    assert [(hit.url, hit.excerpt) for hit in hits(None, "topic two", "en")] == [
        ("/workshops/2011/#topic-topic-a", "One.\n\nTwo.")
    ]
    assert hits(None, "  ", "en") == []
