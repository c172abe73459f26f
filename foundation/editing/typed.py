"""Keep what was typed into a form that could not be accepted, and fill the form again.

A form may be sent by somebody whose sign-in has ended, or who has signed in again in another window. What was typed
is then stored in this browser's session, encrypted, until the same person opens the page again within two hours. This
works without JavaScript and for all forms, because the fields are filled in the HTML of the response.

Never stored: passwords, forms of the sign-in, files, forms of views marked `@never_kept`, and forms behind personal
links (answers to surveys and ballots).
"""

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable
from typing import Any, TypedDict
from urllib.parse import urljoin, urlsplit

import lxml.html
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from foundation.editing.submissions import FIELD, person_of

View = Callable[..., HttpResponse]

KEY = "typed_texts"
KEPT_FOR = 2 * 3600  # seconds
FORMS_KEPT = 5
LARGEST = 500_000  # characters of one form
# Only sign-in codes are secret: a field named "code" holds the code of an option or a section.
SECRETS = re.compile(r"password|passphrase|secret|(recovery|login|one_time)_code|^otp", re.IGNORECASE)
# This cookie tells the browser that a form was accepted, so that it discards its own copy.
SENT_COOKIE = "sent"
_TOKENS = frozenset({"csrfmiddlewaretoken", FIELD})
_TYPED_BOXES = frozenset({"textarea", "text", "email", "url", "search", "tel", "number", "date", "time", "hidden"}) | {
    "datetime-local"
}


class Typed(TypedDict):
    """A stored form: its page, its target, the person whose page it was (0 for nobody), its fields and the time."""

    page: str
    action: str
    person: int
    fields: dict[str, list[str]]
    at: float


def is_secret(name: str) -> bool:
    """Return whether a field holds a password, a sign-in code or a token."""
    return name in _TOKENS or bool(SECRETS.search(name))


def never_kept(view: View) -> View:
    """Mark a view whose forms must not be stored."""
    view.never_kept = True
    return view


def page_of(request: HttpRequest) -> str:
    """Return the address of the page with the form if it is within the portal, otherwise the form's target."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def keep_typed(request: HttpRequest, page: str) -> bool:
    """Store the sent form for its page. Return False if it may not be stored or has no text."""
    view = request.resolver_match.func if request.resolver_match else None
    fields = {name: values for name, values in request.POST.lists() if not is_secret(name)}
    size = sum(len(value) for values in fields.values() for value in values)
    if not size or size > LARGEST or hasattr(view, "never_kept") or getattr(view, "access", "") == "link":
        return False
    viewer = getattr(request, "viewer", None)
    whose = person_of(request.POST.get(FIELD, ""))
    typed = Typed(
        page=page,
        action=request.get_full_path(),
        person=whose if whose is not None else viewer.pk if viewer else 0,
        fields=fields,
        at=time.time(),
    )
    others = [form for form in _kept(request) if form["action"] != typed["action"]]
    request.session[KEY] = _box().encrypt(json.dumps([*others, typed][-FORMS_KEPT:]).encode()).decode()
    return True


def _kept(request: HttpRequest) -> list[Typed]:
    try:
        forms = json.loads(_box().decrypt(request.session.get(KEY, "").encode()))
    except InvalidToken:
        return []
    return [form for form in forms if form["at"] > time.time() - KEPT_FOR]


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"typed texts:{settings.SECRET_KEY}".encode()).digest()))


class TypedTextMiddleware:
    """Fill stored texts into the form when its page is opened, and tell the browser which form was accepted."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST":
            _say_what_was_taken(request, response)
        elif request.method == "GET" and settings.SESSION_COOKIE_NAME in request.COOKIES and _is_page(response):
            _put_back(request, response)
        return response


def _is_page(response: HttpResponse) -> bool:
    is_html = response.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and is_html and not response.streaming


def _say_what_was_taken(request: HttpRequest, response: HttpResponse) -> None:
    token = request.POST.get(FIELD, "")
    is_taken = response.status_code in {302, 303} and not getattr(request, "was_not_taken", False)
    if token and is_taken:
        name = hashlib.sha256(token.encode()).hexdigest()[:16]
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(SENT_COOKIE, name, max_age=120, samesite="Lax", secure=secure)


def _put_back(request: HttpRequest, response: HttpResponse) -> None:
    view = request.resolver_match.func if request.resolver_match else None
    # Pages behind personal links never read the session.
    if getattr(view, "access", "") == "link" or KEY not in request.session:
        return
    viewer = getattr(request, "viewer", None)
    mine = {0, viewer.pk} if viewer else {0}
    stored = _kept(request)
    typed = next((form for form in stored if form["page"] == request.get_full_path() and form["person"] in mine), None)
    if typed is None:
        return
    rest = [form for form in stored if form is not typed]
    request.session[KEY] = _box().encrypt(json.dumps(rest).encode()).decode()
    if not rest:
        del request.session[KEY]
    response.content = filled(response.content.decode(), typed)


def filled(page: str, typed: Typed) -> str:
    """Return the page with the typed values in its form and a notice that nothing was sent yet."""
    document = lxml.html.document_fromstring(page)
    wanted = (form for form in document.forms if urljoin(typed["page"], form.get("action") or "") == typed["action"])
    form = next((form for form in wanted if form.method == "POST"), None)
    texts = (
        [] if form is not None else [value for values in typed["fields"].values() for value in values if value.strip()]
    )
    left = {name: list(values) for name, values in typed["fields"].items()}
    for box in _boxes(document, form) if form is not None else ():
        _fill(box, typed["fields"], left)
    notice = render_to_string("components/typed_back.html", {"texts": texts})
    main = document.get_element_by_id("main")
    main.insert(0, lxml.html.fragment_fromstring(notice))
    return lxml.html.tostring(document, encoding="unicode", doctype="<!DOCTYPE html>")


def _boxes(document: Any, form: Any) -> list[Any]:
    """Return the fields of a form, including those elsewhere on the page that name it in their attribute `form`."""
    boxes = document.xpath("//input[@name]|//textarea[@name]|//select[@name]")
    own = set(form.iter("input", "textarea", "select"))
    return [box for box in boxes if (box.get("form") == form.get("id") if box.get("form") else box in own)]


def _fill(box: Any, fields: dict[str, list[str]], left: dict[str, list[str]]) -> None:
    """Fill one field. `left` are the values not yet used: text fields with the same name take one each, in order."""
    name, kind = box.get("name"), box.get("type", "text") if box.tag == "input" else box.tag
    if is_secret(name):
        return
    values = fields.get(name, [])
    if kind in {"checkbox", "radio"}:
        box.attrib.pop("checked", None)
        if box.get("value", "on") in values:
            box.set("checked", "")
    elif kind == "select":
        for option in box.iter("option"):
            option.attrib.pop("selected", None)
            if (option.get("value") if option.get("value") is not None else option.text_content()) in values:
                option.set("selected", "")
    elif kind == "textarea" or kind in _TYPED_BOXES:
        if not left.get(name):
            return
        value = left[name].pop(0)
        if kind == "textarea":
            box.text = "\n" + value.replace("\r\n", "\n")
        else:
            box.set("value", value)
