"""Pages kept in process memory under their subject's revision. No page needs Redis, and none is served stale."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language

from foundation.pages.build import build_stamp

BYTES_KEPT = 32 * 1024 * 1024
SHARED_KEPT = 32
SMALLEST_COMPRESSED = 1000
# Six parts in a hundred more bytes than at 6, in less than half the time; a page's first reader waits for it.
LEVEL = 4


@dataclass
class KeptPage:
    """What is answered. Pages for the public hold no secret, so compressing them gives none away."""

    content: bytes
    content_type: str
    disposition: str = ""
    compressed: bytes = b""

    def gzipped(self) -> bytes:
        """Compressed at the first reader who takes it so; the page that is asked for once is not."""
        if not self.compressed:
            self.compressed = gzip.compress(self.content, LEVEL, mtime=0)
        return self.compressed


class PageStore:
    """The most recently used pages, up to a number of bytes, and a few things that several of them share."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0
        self.pages: OrderedDict[str, KeptPage] = OrderedDict()
        self.shared: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: str) -> KeptPage | None:
        with self.lock:
            page = self.pages.get(key)
            if page:
                self.pages.move_to_end(key)
            return page

    def put(self, key: str, page: KeptPage) -> None:
        if len(page.content) > self.limit // 8:
            return
        with self.lock:
            old = self.pages.pop(key, None)
            self.held += len(page.content) - (len(old.content) if old else 0)
            self.pages[key] = page
            while self.held > self.limit:
                self.held -= len(self.pages.popitem(last=False)[1].content)

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.held = 0
            self.shared.clear()


store = PageStore(BYTES_KEPT)


def shared_by_pages(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """What several pages of one subject show alike (a list under its filters): made once a revision and language.

    Only for readers whose pages are kept, and of what the page's revision covers; nobody may change it.
    """
    revision = getattr(request, "revision", None)
    if revision is None:
        return make()
    key = (name, revision, get_language())
    with store.lock:
        if key in store.shared:
            store.shared.move_to_end(key)
            return store.shared[key]
    made = make()
    with store.lock:
        store.shared[key] = made
        while len(store.shared) > SHARED_KEPT:
            store.shared.popitem(last=False)
    return made


def etag_of(request: HttpRequest, revision: Any) -> str:
    parts = (
        revision,
        get_language(),
        build_stamp(),
        request.get_host(),
        request.get_full_path(),
        request.headers.get("HX-Request"),
    )
    # Weak: the same page goes out plain and compressed.
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def answer_from_cache(request: HttpRequest, revision: Any, make: Callable[[], HttpResponse]) -> HttpResponse:
    """304 when the reader has the page, else the kept page, else a fresh one, which is kept when it is a plain 200."""
    etag = etag_of(request, revision)
    if etag in request.headers.get("If-None-Match", ""):
        return _dressed(HttpResponseNotModified(), etag)
    kept = store.get(etag)
    if kept:
        return _dressed(_answer(request, kept), etag)
    response = make()
    if hasattr(response, "render") and callable(response.render):
        response = response.render()
    if response.status_code == 200 and not response.streaming and not response.cookies:
        page = KeptPage(response.content, response["Content-Type"], response.get("Content-Disposition", ""))
        store.put(etag, page)
        return _dressed(_answer(request, page), etag)
    return response


def _answer(request: HttpRequest, page: KeptPage) -> HttpResponse:
    packed = len(page.content) >= SMALLEST_COMPRESSED and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(page.gzipped() if packed else page.content, content_type=page.content_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    if page.disposition:
        response["Content-Disposition"] = page.disposition
    return response


def _dressed(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["Vary"] = "Cookie, Accept-Encoding, HX-Request"
    return response
