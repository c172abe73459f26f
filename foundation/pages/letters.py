"""Clean all text that browsers send, once, before any view or form sees it."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError

from foundation.text.letters import clean, clean_address

log = logging.getLogger("portal.letters")

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# Fields that hold one email address, in forms of the portal and of django-allauth.
ADDRESSES = {"email", "login", "author_email"}


class LettersMiddleware:
    """Clean all text in queries and sent forms, except passwords, with `foundation.text.letters`.

    Addresses with control characters are not found. Text that PostgreSQL cannot store and that arrives in another way
    (JSON from a script) gives a bad request, not an error of the portal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("QUERY_STRING"):
            request.GET = cleaned(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Clean the sent form, and answer 404 if an address has control characters."""
        if any(isinstance(value, str) and not value.isprintable() for value in kwargs.values()):
            raise Http404
        if request.method == "POST" and request.content_type in FORMS:
            try:
                request.POST = cleaned(request.POST)
            except UnreadablePostError:
                log.info("a form broke off on its way")

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Turn errors about text that PostgreSQL cannot store into a bad request."""
        if is_of_letters(exception):
            raise BadRequest("The text has characters that cannot be kept.") from exception


def is_of_letters(exception: Exception) -> bool:
    """Return whether the exception is about text that PostgreSQL cannot store."""
    if isinstance(exception, UnicodeEncodeError):
        return "surrogates not allowed" in exception.reason
    if isinstance(exception, ValueError):
        return "NUL (0x00)" in str(exception)
    return isinstance(exception, DataError) and "Unicode" in str(exception)


def cleaned(sent: QueryDict) -> QueryDict:
    """Return the same names and values in the same order, cleaned; passwords are unchanged."""
    if all(value.isascii() and value.isprintable() for _name, values in sent.lists() for value in values):
        return sent if not ADDRESSES & sent.keys() else _cleaned(sent)
    return _cleaned(sent)


def _cleaned(sent: QueryDict) -> QueryDict:
    made = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        made.setlist(clean(name), [_value(name, value) for value in values])
    made._mutable = False
    return made


def _value(name: str, value: str) -> str:
    if "password" in name:
        return value
    return clean_address(value) if name.rpartition("-")[2] in ADDRESSES else clean(value)
