"""Cache of public pages by the revision of their subject. A cached page is never out of date.

Pages are cached compressed in the memory of each process (Django's cache `pages`), so that they do not need Redis and
cannot displace anything else from a cache.
"""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.translation import get_language
from django.views.decorators.http import condition

from foundation.pages import organization
from foundation.pages.build import build_stamp
from foundation.pages.changes import Stamp, stamp

PAGES = "pages"
# Together with the number of entries in the settings, this limits the memory of a process.
BYTES_OF_A_PAGE = 128 * 1024
# A reader who sends one of these cookies may see a page of their own.
OWN_PAGE = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}

Make = Callable[[], HttpResponse]
Part = TypeVar("Part")
Look = Callable[[HttpRequest], None]

_gzip = GZipMiddleware(lambda request: HttpResponse())


class CachedPage(NamedTuple):
    """A response in the cache. While `stamp()` equals `since`, the page is up to date without asking the view.

    `since` is None until the response has passed all middleware.
    """

    etag: str
    response: HttpResponse
    since: Stamp | None = None
    look: Look | None = None


class CachedPages:
    """Middleware that answers readers without a session from the cache if nothing has changed in the meantime.

    No other middleware and no view then runs. If something has changed, the view compares the page's revision, which
    may still be that of the cached page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not has_public_pages(request):
            return self.get_response(request)
        key = key_of(request)
        cached = caches[PAGES].get(key)
        if cached is not None and cached.since is not None and cached.since == stamp():
            if cached.look is not None:
                cached.look(request)
            return _if_changed(request, cached.etag, lambda: cached.response)
        response = self.get_response(request)
        if hasattr(request, "cached_since"):
            _complete(key, response, *request.cached_since)
        return response


def _complete(key: str, response: HttpResponse, since: Stamp, look: Look | None) -> None:
    """Cache the complete response with its stamp. For a 304, update only the stamp of the cached page."""
    cached = caches[PAGES].get(key)
    if cached is None or cached.etag != response.get("ETag") or response.cookies:
        return
    if response.status_code == 200:
        caches[PAGES].set(key, CachedPage(cached.etag, response, since, look))
    elif response.status_code == 304 and cached.since is not None:
        caches[PAGES].set(key, cached._replace(since=since))


def has_public_pages(request: HttpRequest) -> bool:
    """Return whether this reader sees the same pages as everybody: not signed in, and no message waiting."""
    return request.method in {"GET", "HEAD"} and OWN_PAGE.isdisjoint(request.COOKIES)


def key_of(request: HttpRequest) -> str:
    """Return the cache key of a page. The language is part of the address, so it needs no entry of its own."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    parts = (request.get_host(), request.get_full_path(), request.headers.get("HX-Request"), packed)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def answer_from_cache(request: HttpRequest, revision: Any, make: Make) -> HttpResponse:
    """Return 304 if the reader has the page, otherwise the cached page, otherwise a new one.

    A new page is cached if its status is 200 and it sets no cookies.
    """
    etag = etag_of(request, revision)
    response = _if_changed(request, etag, lambda: _cached_or_made(request, etag, make))
    if response.status_code in {200, 304} and not response.cookies:
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        response["Vary"] = "Cookie, Accept-Encoding, HX-Request"
    else:
        del response["ETag"]
    return response


def shared_part(request: HttpRequest, name: str, make: Callable[[], Part]) -> Part:
    """Return a part that several pages of the same revision and language have in common, such as all pages of a list.

    It is made once for each revision. Pages that are not cached, such as those of signed-in people, make their own.
    """
    revision = getattr(request, "revision", None)
    if revision is None:
        return make()
    key = hashlib.sha256(repr((name, revision, get_language(), build_stamp())).encode()).hexdigest()
    return cast(Part, caches[PAGES].get_or_set(key, make))


def etag_of(request: HttpRequest, revision: Any) -> str:
    """Return the ETag of a page. It is weak, because the same page is sent both plain and compressed."""
    parts = (
        revision,
        organization.version(),
        get_language(),
        build_stamp(),
        request.get_host(),
        request.get_full_path(),
        request.headers.get("HX-Request"),
    )
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@condition(etag_func=lambda request, etag, answer: etag)
def _if_changed(request: HttpRequest, etag: str, answer: Make) -> HttpResponse:
    return answer()


def _cached_or_made(request: HttpRequest, etag: str, make: Make) -> HttpResponse:
    key = key_of(request)
    cached = caches[PAGES].get(key)
    if cached is not None and cached.etag == etag:
        return cached.response
    response = make()
    if hasattr(response, "render") and callable(response.render):
        response = response.render()
    if response.status_code == 200 and not response.streaming and not response.cookies:
        # Compression cannot reveal secrets here (BREACH), because public pages have none.
        response = _gzip.process_response(request, response)
        if len(response.content) <= BYTES_OF_A_PAGE:
            caches[PAGES].set(key, CachedPage(etag, response))
    return response
