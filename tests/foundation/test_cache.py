import gzip

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from foundation.pages.access import public
from foundation.pages.cache import BYTES_OF_A_PAGE, PAGES

pytestmark = pytest.mark.django_db


def page(revision, made, content="revision {}"):
    @public(revision=lambda request: revision["n"])
    def view(request):
        made.append(revision["n"])
        return HttpResponse(content.format(revision["n"]))

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


def test_fresh_and_cached_page_have_the_same_headers():
    view = page({"n": 1}, [])
    fresh, cached = get(view), get(view)
    assert fresh.headers == cached.headers
    assert {name: cached[name] for name in ("Cache-Control", "Vary")} == {
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Vary": "Cookie, Accept-Encoding, HX-Request",
    }


def test_reader_who_has_the_page_gets_304():
    made = []
    view = page({"n": 1}, made)
    etag = get(view)["ETag"]
    caches[PAGES].clear()
    for sent in (etag, f'"another", {etag}', etag.removeprefix("W/")):
        answer = get(view, **{"If-None-Match": sent})
        assert (answer.status_code, answer.content, answer["ETag"], answer["Cache-Control"]) == (
            304,
            b"",
            etag,
            "public, max-age=0, must-revalidate",
        )
    assert made == [1]
    assert get(view, **{"If-None-Match": '"another"'}).status_code == 200


def test_page_of_a_signed_in_person_is_never_cached():
    made = []
    view = page({"n": 1}, made)
    get(view, viewer=object())
    assert "ETag" not in get(view, viewer=object()).headers
    assert made == [1, 1]


@pytest.mark.parametrize("fault", ["status", "cookie"])
def test_only_a_plain_page_is_cached(fault):
    made = []

    @public(revision=lambda request: 1)
    def view(request):
        made.append(1)
        response = HttpResponse("Gone", status=410 if fault == "status" else 200)
        if fault == "cookie":
            response.set_cookie("seen", "1")
        return response

    answers = [get(view, **{"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert (len(made), [{"ETag", "Cache-Control"} & set(answer.headers) for answer in answers]) == (2, [set(), set()])


def test_page_beyond_the_limit_is_answered_and_not_cached():
    made = []
    view = page({"n": 1}, made, content="x" * (BYTES_OF_A_PAGE + 1))
    assert [len(get(view).content) for _ in range(2)] == [BYTES_OF_A_PAGE + 1] * 2
    assert made == [1, 1]


def test_least_recently_used_page_is_dropped(settings):
    made = []
    view = page({"n": 1}, made)
    most = settings.CACHES[PAGES]["OPTIONS"]["MAX_ENTRIES"]
    for n in range(most):
        get(view, f"/?n={n}")
    get(view, "/?n=0")
    get(view, "/?n=new")
    assert len(made) == most + 1
    get(view, "/?n=0")
    assert len(made) == most + 1
    get(view, "/?n=1")
    assert len(made) == most + 2


def test_pages_never_push_out_what_is_cached_for_another_reason(db):
    caches["default"].set("a limit on sign-in", 5)
    view = page({"n": 1}, [])
    for n in range(600):
        get(view, f"/?n={n}")
    caches[PAGES].clear()
    assert caches["default"].get("a limit on sign-in") == 5


def test_reader_who_takes_gzip_gets_the_same_page_smaller():
    view = page({"n": 1}, [], content="agenda " * 1000)
    plain, packed, again = (
        get(view),
        get(view, **{"Accept-Encoding": "gzip, br"}),
        get(view, **{"Accept-Encoding": "gzip"}),
    )
    assert (gzip.decompress(packed.content), packed["Content-Encoding"]) == (plain.content, "gzip")
    assert (again.content, packed["ETag"] == plain["ETag"]) == (packed.content, True)
    assert len(packed.content) * 10 < len(plain.content)


def test_cached_file_keeps_its_name():
    @public(revision=lambda request: 1)
    def view(request):
        return HttpResponse("BEGIN:VCALENDAR", headers={"Content-Disposition": 'attachment; filename="programme.ics"'})

    assert [get(view)["Content-Disposition"] for _ in range(2)] == ['attachment; filename="programme.ics"'] * 2
