"""Fill in the form of a page as a browser would send it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import lxml.html
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation.editing.models import Submission
from foundation.editing.submissions import FIELD
from foundation.pages.models import PublicChange
from tests.access import addresses

FILLED = {
    "text": "Something",
    "textarea": "Something said.",
    "email": "somebody@example.org",
    "date": "2030-01-10",
    "datetime-local": "2030-01-10T10:00",
    "number": "1",
}
# A given or a family name is enough, so neither field is marked as required.
NAMES = {"surname", "last_name"}


class Sent(NamedTuple):
    """`role` sends the filled-in form of the page with `data`. Without `adds_rows` it changes existing rows."""

    name: str
    role: str
    kwargs: Callable[[], dict[str, Any]] | None = None
    data: Callable[[dict[str, Any]], dict[str, Any]] | dict[str, Any] | None = None
    query: str = ""
    adds_rows: bool = True


def sent_once_addresses() -> set[str]:
    return {name for name, entry in addresses() if hasattr(entry.callback, "sent_once")}


def form_on(page: str) -> dict[str, Any]:
    """Return what a browser would send of the page's form, with required fields filled in."""
    document = lxml.html.fromstring(page)
    form = next(form for form in document.get_element_by_id("main").iter("form") if form.method == "POST")
    fields: dict[str, Any] = {}
    for box in form.inputs:
        if not box.name or box.name == "csrfmiddlewaretoken":
            continue
        kind = box.get("type") or box.tag
        if kind == "select":
            chosen = box.value or next((value for value in box.value_options if value), "")
            fields[box.name] = (
                (sorted(chosen) if box.multiple else chosen)
                if box.get("required") is not None
                else (sorted(box.value) if box.multiple else box.value or "")
            )
        elif kind in {"radio", "checkbox"}:
            if box.get("checked") is not None:
                fields.setdefault(box.name, []).append(box.get("value", "on"))
            elif kind == "radio" and box.get("required") is not None:
                fields.setdefault(box.name, [box.get("value")])
        elif kind != "file":
            held = (box.value or "").strip()
            needed = box.get("required") is not None or box.name in NAMES
            fields[box.name] = held or (FILLED.get(kind, "") if needed else "")
    return fields


def token_of(fields: dict[str, Any]) -> str:
    return fields[FIELD]


def rows_everywhere() -> dict[str, int]:
    """Return the number of rows of every table, without those that record submitted forms."""
    from django.apps import apps

    own = (
        model for model in apps.get_models() if model not in {Session, Submission, PublicChange} and model._meta.managed
    )
    return {model._meta.label: model._default_manager.count() for model in own if not model._meta.proxy}


def send(client: Client, address: str, fields: dict[str, Any]) -> Any:
    """Send the form; files are read from their start each time."""
    return client.post(
        address,
        {name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for name, value in fields.items()},
    )
