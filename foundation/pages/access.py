"""Access marks. Every view has one; a test visits all addresses and fails on a view without.

Marks that depend on people are in `membership.permissions`; `public` does not.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from foundation.pages.cache import answer_from_cache, has_public_pages
from foundation.pages.changes import stamp

View = Callable[..., HttpResponse]


def mark(view: View, rule: str) -> View:
    """Record on the view who may open it. `rule` is one of the names in docs/roles.md."""

    view.access = rule
    return view


def public(
    view: View | None = None,
    *,
    revision: Callable[..., Any] | None = None,
    look: Callable[..., None] | None = None,
) -> Any:
    """Allow everyone. With `revision(request, **kwargs)` the page is cached for readers who are not signed in.

    `revision` returns a value that changes whenever the page does (numbers, strings, tuples; see `revision_of` in the
    apps), or raises Http404. It must cover everything that an anonymous reader can see on the page, in a few cheap
    queries of tables that have the trigger `changes_public_pages`. `look(request, **kwargs)` is called whenever a
    reader gets the page, cached or not.
    """
    if view is None:
        return functools.partial(public, revision=revision, look=look)

    @functools.wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        looked = functools.partial(look, **kwargs) if look else None
        if revision is None or getattr(request, "viewer", None) or not has_public_pages(request):
            response = view(request, *args, **kwargs)
        else:
            request.cached_since = stamp(), looked
            request.revision = revision(request, *args, **kwargs)
            response = answer_from_cache(request, request.revision, lambda: view(request, *args, **kwargs))
        if looked and response.status_code in {200, 304}:
            looked(request)
        return response

    entered.revision = revision
    return mark(entered, "public")


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (address pattern, entry) for every view of the portal."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from views(entry, address)
        else:
            yield address, entry
