"""Cache of public pages by the revision of their subject. A cached page is never out of date.

Pages are cached compressed in the memory of each process (Django's cache `pages`), so that they do not need Redis and
cannot displace anything else from a cache.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.translation import get_language
from django.views.decorators.http import condition

from foundation.pages.build import build_stamp

PAGES = "pages"
# Together with the number of entries in the settings, this limits the memory of a process.
BYTES_OF_A_PAGE = 128 * 1024

Make = Callable[[], HttpResponse]

_gzip = GZipMiddleware(lambda request: HttpResponse())


def answer_from_cache(request: HttpRequest, revision: Any, make: Make) -> HttpResponse:
    """Return 304 if the reader has the page, otherwise the cached page, otherwise a new one.

    A new page is cached if its status is 200 and it sets no cookies.
    """
    response = _answer(request, etag_of(request, revision), make)
    if response.status_code in {200, 304} and not response.cookies:
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        response["Vary"] = "Cookie, Accept-Encoding, HX-Request"
    else:
        del response["ETag"]
    return response


def etag_of(request: HttpRequest, revision: Any) -> str:
    """Return the ETag of a page. It is weak, because the same page is sent both plain and compressed."""
    parts = (
        revision,
        get_language(),
        build_stamp(),
        request.get_host(),
        request.get_full_path(),
        request.headers.get("HX-Request"),
    )
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@condition(etag_func=lambda request, etag, make: etag)
def _answer(request: HttpRequest, etag: str, make: Make) -> HttpResponse:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    key = f"{etag[3:-1]}:{packed}"
    cached = caches[PAGES].get(key)
    if cached is not None:
        return cached
    response = make()
    if hasattr(response, "render") and callable(response.render):
        response = response.render()
    if response.status_code == 200 and not response.streaming and not response.cookies:
        # Compression cannot reveal secrets here (BREACH), because public pages have none.
        response = _gzip.process_response(request, response)
        if len(response.content) <= BYTES_OF_A_PAGE:
            caches[PAGES].set(key, response)
    return response
