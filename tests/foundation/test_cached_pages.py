"""Cached pages are served without calling the view until something changes, and every change is visible at once."""

import re

import pgtrigger
import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dialogue.models import Dialogue
from foundation.pages import cache, changes
from foundation.pages.models import PublicChange
from tests.access import APPS, addresses, table_of
from tests.factories.dialogue import make_dialogue
from tests.factories.membership import make_staff

pytestmark = pytest.mark.django_db


def view_of(entry) -> object:
    """Return the decorated view that has a revision, or None."""
    view = entry.callback
    while view is not None and getattr(view, "revision", None) is None:
        view = getattr(view, "__wrapped__", None)
    return view


REVISIONS = {name: view_of(entry).revision for name, entry in addresses() if view_of(entry)}
CACHED = sorted(REVISIONS)
ROWS = [row for app in APPS for row in table_of(app) or () if row.name in CACHED and row.method == "GET"]


@pytest.fixture
def address(clock):
    """The address of the list of dialogues, with one published dialogue."""
    make_dialogue("migration", title="Migration")
    return reverse("dialogue:list")


def revisions_asked(monkeypatch) -> list[object]:
    asked = []
    whole = cache.answer_from_cache
    monkeypatch.setattr(
        "foundation.pages.access.answer_from_cache",
        lambda request, revision, make: asked.append(revision) or whole(request, revision, make),
    )
    return asked


def test_page_is_answered_without_its_revision_while_nothing_changes(client, address, monkeypatch):
    asked = revisions_asked(monkeypatch)
    fresh, cached = client.get(address), client.get(address)
    for answer in (fresh, cached):
        del answer["X-Request-ID"]
    assert (len(asked), cached.content, cached.headers) == (1, fresh.content, fresh.headers)
    assert "default-src 'none'" in cached["Content-Security-Policy"]


def test_change_is_shown_within_the_same_second(client, address):
    assert "Migration" in client.get(address).content.decode()
    Dialogue.objects.update(title_en="Integration", revision=7)
    assert "Integration" in client.get(address).content.decode()
    Dialogue.objects.update(state="draft", revision=8)
    assert "Integration" not in client.get(address).content.decode()


def test_revision_is_asked_again_in_the_next_second_and_the_page_is_still_the_cached_one(
    client, address, clock, monkeypatch
):
    asked = revisions_asked(monkeypatch)
    first = client.get(address)
    clock["second"] += 1
    monkeypatch.setattr("dialogue.views.public.render", None)  # it would fail if it were made again
    assert (client.get(address).content, client.get(address).content, len(asked)) == (first.content, first.content, 2)


def test_reader_who_has_the_page_gets_304_without_the_revision(client, address, clock, monkeypatch):
    asked = revisions_asked(monkeypatch)
    etag = client.get(address)["ETag"]
    clock["second"] += 1
    answers = [client.get(address, headers={"if-none-match": etag}) for _ in range(2)]
    assert ([(a.status_code, a.content, a["ETag"]) for a in answers], len(asked)) == ([(304, b"", etag)] * 2, 2)
    Dialogue.objects.update(revision=7)
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200


def test_signed_in_reader_and_public_never_get_each_others_page(client, address, sign_in):
    editor = sign_in(make_staff("editor"))
    pages = [reader.get(address) for reader in (client, editor, client, editor)]
    signed_in = ["Sign out" in page.content.decode() for page in pages]
    assert (signed_in, ["ETag" in page for page in pages]) == ([False, True, False, True], [True, False, True, False])


def test_message_to_one_reader_is_shown_to_nobody_else(client, address):
    warned = Client()
    warned.cookies["messages"] = "whatever this browser is to be told"
    assert "ETag" in client.get(address)
    assert "ETag" not in warned.get(address)
    assert "ETag" in client.get(address)


def test_each_language_has_its_own_page_whatever_the_browser_asks_for(client, address):
    french = f"/fr{address}"
    for headers in ({}, {"accept-language": "es"}):
        pages = [client.get(page, headers=headers) for page in (french, address, french, address)]
        assert [re.search(r'<html lang="(..)"', page.content.decode())[1] for page in pages] == ["fr", "en", "fr", "en"]


def test_fragment_for_htmx_is_cached_apart_from_the_page(client, address):
    keys = set()
    for headers in ({}, {"hx-request": "true"}, {"accept-encoding": "gzip"}):
        keys.add(cache.key_of(client.get(address, headers=headers).wsgi_request))
    assert len(keys) == 3


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if REVISIONS[row.name] is not changes.any_change],
    ids=lambda row: " ".join(filter(None, (row.name, row.case))),
)
def test_revision_reads_only_tables_whose_changes_are_noted(row, client, monkeypatch):
    noting = {
        model._meta.db_table for model, trigger in pgtrigger.registered() if trigger.name == "changes_public_pages"
    }
    monkeypatch.setattr("foundation.pages.access.answer_from_cache", lambda *_: HttpResponse())
    address = reverse(row.name, kwargs=row.kwargs() if row.kwargs else {})
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    read = {table for query in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    assert read and read <= noting


def test_every_cached_address_is_looked_at():
    assert {row.name for row in ROWS} == set(CACHED)


def test_rows_of_changes_are_added_up_without_a_change():
    PublicChange.objects.bulk_create([PublicChange(number=1) for _ in range(30)])
    before = changes.stamp()[0]
    changes.add_up(timezone.now())
    assert (PublicChange.objects.count(), changes.stamp()[0]) == (1, before)
    Dialogue.objects.update(revision=2)
    assert changes.stamp()[0] == before + 1


def test_page_made_while_its_rows_change_is_made_again(client, address, monkeypatch):
    """The stamp is read before the rows, so that a commit in between is not missed."""
    from dialogue.views import public

    render = public.render

    def slow(*arguments):
        response = render(*arguments)
        Dialogue.objects.update(title_en="Integration", revision=9)
        monkeypatch.setattr(public, "render", render)
        return response

    monkeypatch.setattr(public, "render", slow)
    assert "Migration" in client.get(address).content.decode()
    assert "Integration" in client.get(address).content.decode()
    assert caches[cache.PAGES].get(cache.key_of(client.get(address).wsgi_request)).since == changes.stamp()
