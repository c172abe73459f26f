"""Pages kept in process memory under their subject's revision. No page needs Redis, and none is served stale."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language

from foundation.pages.build import build_stamp

BYTES_KEPT = 32 * 1024 * 1024


class PageStore:
    """The most recently used pages, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0
        self.pages: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: str) -> tuple[bytes, str] | None:
        with self.lock:
            page = self.pages.get(key)
            if page:
                self.pages.move_to_end(key)
            return page

    def put(self, key: str, content: bytes, content_type: str) -> None:
        if len(content) > self.limit // 8:
            return
        with self.lock:
            old = self.pages.pop(key, None)
            self.held += len(content) - (len(old[0]) if old else 0)
            self.pages[key] = (content, content_type)
            while self.held > self.limit:
                self.held -= len(self.pages.popitem(last=False)[1][0])

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.held = 0


store = PageStore(BYTES_KEPT)


def etag_of(request: HttpRequest, revision: Any) -> str:
    parts = (
        revision,
        get_language(),
        build_stamp(),
        request.get_host(),
        request.get_full_path(),
        request.headers.get("HX-Request"),
    )
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def answer_from_cache(request: HttpRequest, revision: Any, make: Callable[[], HttpResponse]) -> HttpResponse:
    """304 when the reader has the page, else the kept page, else a fresh one, which is kept when it is a plain 200."""
    etag = etag_of(request, revision)
    if etag in request.headers.get("If-None-Match", ""):
        return _dressed(HttpResponseNotModified(), etag)
    kept = store.get(etag)
    if kept:
        return _dressed(HttpResponse(kept[0], content_type=kept[1]), etag)
    response = make()
    if hasattr(response, "render") and callable(response.render):
        response = response.render()
    if response.status_code == 200 and not response.streaming and not response.cookies:
        store.put(etag, response.content, response["Content-Type"])
        return _dressed(response, etag)
    return response


def _dressed(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["Vary"] = "Cookie, Accept-Encoding, HX-Request"
    return response
