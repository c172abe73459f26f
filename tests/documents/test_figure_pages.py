import csv
import datetime as dt
import io
import re
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from documents import services
from documents.models import Document, Part
from foundation.refusals import Refused
from tests.factories.documents import ANNEX, NOTE, make_draft, make_issued
from tests.factories.membership import make_staff
from texts.compact import content_from_compact
from texts.prose import changed_sources, paragraphs_from
from texts.registry import Figure
from texts.schema import with_ids

pytestmark = pytest.mark.django_db
KEY = "docs_tests.facts:one:rationale"
ATOM = "{http://www.w3.org/2005/Atom}"


# --- List of figures --------------------------------------------------------------------------------------------------
def test_the_list_of_an_issue_is_frozen_with_it(client, app) -> None:
    make_issued(NOTE, annex=ANNEX, symbol="MC/2317")
    app.values["people"] = Figure("count", 12, "participants")
    answer = client.get("/documents/MC/2317/en/figures.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[:8] for row in rows[1:]] == [
        ["178", "participants", "docs_tests.facts:one:people", "", "", "List of participants", "", "2"],
        ["16%", "response rate", "docs_tests.facts:one:rate", "28", "178", "Survey", "", "2, I"],
        ["Scores", "exhibit", "docs_tests.facts:one:scores", "", "", "Survey", "", ""],
    ]
    assert {row[9] for row in rows[1:]} == {"2010-09-20T07:00+00:00"}


def test_the_page_names_source_and_moment_and_says_what_has_no_value(client, app) -> None:
    client.force_login(make_staff("editor"))
    document = make_draft(["{t:people} came; {t:few} of them."])
    html = client.get(f"/documents/drafts/{document.pk}/en/figures/").content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert ("2 figures" in words, "List of participants" in words, "As of" in words) == (True, True, True)
    assert "suppressed: too few answers" in words.lower()


# --- Changed sources --------------------------------------------------------------------------------------------------
def taken(app) -> Document:
    app.values["rationale"] = Figure("text", {"en": "Migration links economies."}, "Rationale of topic A")
    document = make_draft()
    blocks = paragraphs_from(KEY, "en")
    content = with_ids({"type": "doc", "content": blocks})
    services.set_text(part=document.parts.get(kind=Part.Kind.MAIN), language="en", content=content, actor=None)
    return document


def test_a_changed_source_is_shown_with_its_words_and_confirmed(client, app) -> None:
    document = taken(app)
    client.force_login(make_staff("editor"))
    assert "Review the changes" not in client.get(document.draft_url).content.decode()
    app.values["rationale"] = Figure("text", {"en": "Migration links <all> economies."}, "Rationale of topic A")
    assert "Review the changes" in client.get(document.draft_url).content.decode()
    address = f"/documents/drafts/{document.pk}/en/sources/"
    html = client.get(address).content.decode()
    assert re.search(r"<ins>.*&lt;all&gt;.*</ins>", html)
    text = document.parts.get().texts.get()
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', html)[1]
    client.post(address, {"key": KEY, "seen": seen})
    after = document.parts.get().texts.get()
    assert changed_sources([after.content], "en") == {}
    assert after.content["content"][0]["content"] == text.content["content"][0]["content"]
    assert after.step_number == text.step_number + 1
    assert document.acts.last().kind == "source-confirmed"


def test_nobody_confirms_what_changed_under_their_eyes(app) -> None:
    document = taken(app)
    app.values["rationale"] = Figure("text", {"en": "Other words."}, "Rationale of topic A")
    with pytest.raises(Refused, match="changed again"):
        services.confirm_source(document=document, language="en", key=KEY, seen="0" * 64, actor=None)


# --- Feed -------------------------------------------------------------------------------------------------------------
def entries(client, address: str = "/documents/feed.atom") -> list[str]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return [entry.find(f"{ATOM}title").text for entry in ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")]


def test_the_feed_holds_what_the_public_may_see_and_no_more(client) -> None:
    make_issued(symbol="MC/1", title_en="For everybody")
    make_issued(symbol="MC/2", audience="delegations")
    make_issued(symbol="IC/2010/8")
    make_issued(symbol="MC/3", released=False)
    make_draft(symbol="MC/4")
    withdrawn = make_issued(symbol="MC/5")
    services.withdraw_document(document=withdrawn, actor=None, reason="A mistake")
    assert entries(client) == ["MC/1 – For everybody"]
    client.force_login(make_staff("publisher"))
    assert entries(client) == ["MC/1 – For everybody"]


def test_a_derestricted_document_enters_the_feed_and_a_timed_one_at_its_time(client) -> None:
    restricted = make_issued(symbol="IC/2010/9", title_en="A note")
    assert entries(client) == []
    services.derestrict_document(document=restricted, actor=None)
    assert entries(client) == ["IC/2010/9 – A note"]
    later = make_issued(symbol="MC/7", released=False, title_en="Later")
    services.release_document(document=later, actor=None, at=timezone.now() + dt.timedelta(hours=1))
    assert entries(client) == ["IC/2010/9 – A note"]
    Document.objects.filter(pk=later.pk).update(released_at=timezone.now())
    assert entries(client) == ["MC/7 – Later", "IC/2010/9 – A note"]


def test_all_languages_are_released_together(client) -> None:
    document = make_issued(symbol="MC/7", released=False)
    french = content_from_compact(["Un paragraphe."])
    services.set_text(part=document.parts.get(), language="fr", content=french, actor=None)
    services.issue_document(document=document, language="fr", actor=None)
    pages = [f"/documents/MC/7/{code}/" for code in ("en", "fr")]
    at = timezone.now() + dt.timedelta(hours=1)
    services.release_document(document=document, actor=None, at=at)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    Document.objects.filter(pk=document.pk).update(released_at=timezone.now())
    assert [client.get(page).status_code for page in pages] == [200, 200]
