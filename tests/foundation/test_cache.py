import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from foundation.pages.access import public
from foundation.pages.cache import KeptPage, PageStore, store


@pytest.fixture(autouse=True)
def _empty_store():
    store.clear()


def page(revision, made):
    @public(revision=lambda request: revision["n"])
    def view(request):
        made.append(revision["n"])
        return HttpResponse(f"revision {revision['n']}")

    return view


def get(view, path="/workshops/", viewer=None, **headers):
    request = RequestFactory().get(path, headers=headers)
    request.viewer = viewer
    return view(request)


def test_page_is_made_once_a_revision_language_and_address():
    revision, made = {"n": 1}, []
    view = page(revision, made)
    first, second = get(view), get(view)
    assert (first.content, second.content, made) == (b"revision 1", b"revision 1", [1])
    get(view, "/workshops/?page=2")
    with translation.override("fr"):
        get(view)
    revision["n"] = 2
    assert (get(view).content, made) == (b"revision 2", [1, 1, 1, 2])


def test_reader_who_has_the_page_gets_304():
    view = page({"n": 1}, [])
    etag = get(view)["ETag"]
    answer = get(view, **{"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (
        304,
        b"",
        "public, max-age=0, must-revalidate",
    )


def test_page_of_a_signed_in_person_is_never_kept():
    made = []
    view = page({"n": 1}, made)
    get(view, viewer=object())
    assert "ETag" not in get(view, viewer=object()).headers
    assert made == [1, 1]


def test_store_drops_the_least_recently_used():
    kept = PageStore(limit=80)
    for key in "abcdefgh":
        kept.put(key, KeptPage(b"0123456789", "text/html"))
    kept.get("a")
    kept.put("i", KeptPage(b"0123456789", "text/html"))
    assert (kept.get("a") is not None, kept.get("b"), kept.held) == (True, None, 80)


def test_reader_who_takes_gzip_gets_the_same_page_smaller():
    @public(revision=lambda request: 1)
    def view(request):
        return HttpResponse("agenda " * 1000)

    plain, packed, again = (
        get(view),
        get(view, **{"Accept-Encoding": "gzip, br"}),
        get(view, **{"Accept-Encoding": "gzip"}),
    )
    assert (gzip.decompress(packed.content), packed["Content-Encoding"]) == (plain.content, "gzip")
    assert (again.content, "Accept-Encoding" in packed["Vary"]) == (packed.content, True)
    assert len(packed.content) * 20 < len(plain.content)


def test_kept_file_keeps_its_name():
    @public(revision=lambda request: 1)
    def view(request):
        return HttpResponse("BEGIN:VCALENDAR", headers={"Content-Disposition": 'attachment; filename="programme.ics"'})

    assert [get(view)["Content-Disposition"] for _ in range(2)] == ['attachment; filename="programme.ics"'] * 2
