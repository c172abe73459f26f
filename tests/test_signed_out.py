"""Somebody is signed out while typing: every form is filled again after the sign-in, on every page with a form."""

from typing import Any
from urllib.parse import quote, urljoin

import lxml.html
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from foundation.editing.submissions import FIELD
from tests.access import ROLES, Row
from tests.creating import CREATING
from tests.editing import EDITED
from tests.factories.membership import make_staff
from tests.submissions import Sent
from tests.test_clashes import row_of

pytestmark = pytest.mark.django_db
TOKENS = {"csrfmiddlewaretoken", FIELD}
# What the page writes into its hidden fields; a script may change others, which are kept as all that is typed.
FROM_THE_PAGE = {"edit_version", "opened", "acting_for"}
TYPED = {
    "text": "Typed into {name}",
    "search": "Typed into {name}",
    "email": "typed@example.org",
    "url": "https://example.org/typed",
    "tel": "+41 22 000 00 00",
    "number": "7",
    "date": "2031-05-06",
    "time": "07:08",
    "datetime-local": "2031-05-06T07:08",
    "color": "#123456",
    "textarea": "Typed into {name},\nin two lines.",
}
PORTAL = "http://testserver"
# Forms on a page with another address, which takes some of the same arguments.
ON_ANOTHER_PAGE = {
    "council:speakers_inscribe": "council:speakers",
    "documents:draft-annex": "documents:draft",
    "documents:draft-ask-again": "documents:draft-life",
    "documents:draft-clearers": "documents:draft-life",
    "documents:draft-language": "documents:draft",
    "documents:draft-review": "documents:draft-life",
    "documents:draft-save-point": "documents:draft",
    "membership:accreditation_add": "membership:person",
    "membership:role_grant": "membership:person",
}
# Forms in which nothing can be typed or chosen: buttons, and hidden fields that the page writes.
BUTTONS = {
    "dialogue:comment_add",
    "dialogue:import_preview",
    "membership:register_import_preview",
    "documents:advance-copy",
    "documents:assignment",
    "schedule:release",
    "surveys:invite",
    "votes:options_of_year",
    "documents:translation-start",
    "surveys:remind",
    "surveys:send",
    "votes:brief_send",
    "workshops:participant_confirm",
}


def from_edited(name: str) -> Sent:
    row: Row = row_of(name)
    role = next(role for role, status in row.statuses.items() if status not in {403, 404} and role != "anonymous")
    return Sent(name, role, row.kwargs)


# Forms with text that neither create something nor are merged field by field.
MORE = (
    "council:item_remove",
    "dialogue:comment_edit",
    "dialogue:conclude",
    "dialogue:moderate",
    "documents:translation-block",
)
EDITING = [from_edited(name) for name in [*(edited.name for edited in EDITED), *MORE]]
FORMS = {sent.name: sent for sent in [*CREATING, *EDITING]}
SIGNED_IN = {name: sent for name, sent in FORMS.items() if sent.role != "anonymous" and name not in BUTTONS}


class Page:
    """A page with a form, opened by a person, and the form as this person filled it in."""

    def __init__(self, sent: Sent) -> None:
        kwargs = sent.kwargs() if sent.kwargs else {}
        self.person = ROLES[sent.role]()
        self.client = Client()
        self.client.force_login(self.person)
        self.action = reverse(sent.name, kwargs=kwargs) + sent.query
        self.address = (
            reverse(ON_ANOTHER_PAGE[sent.name], kwargs=kwargs) if sent.name in ON_ANOTHER_PAGE else self.action
        )
        if callable(sent.data):
            sent.data(kwargs)  # makes what the page lets choose

    def form(self) -> Any:
        page = self.client.get(self.address)
        document = lxml.html.fromstring(page.content)
        forms = [form for form in document.forms if form.method == "POST"]
        return next(form for form in forms if urljoin(self.address, form.get("action") or "") == self.action)


def fill(form: Any) -> None:
    """Type into every field, choose the last option of every list, and tick what was not ticked."""
    for box in form.inputs:
        kind = box.get("type", "text") if box.tag == "input" else box.tag
        if not box.name or box.name in TOKENS | FROM_THE_PAGE:
            continue
        if kind in TYPED:
            text = TYPED[kind].format(name=box.name)
            if kind == "textarea":
                box.text = text
            else:
                box.set("value", text)
        elif kind == "select":
            options = [value for value in box.value_options if value]
            box.value = set(options[-2:]) if box.multiple else (options[-1] if options else box.value)
        elif kind == "checkbox":
            box.checked = not box.checked
        elif kind == "radio":
            box.set("checked", "")
            for other in form.xpath(f".//input[@type='radio'][@name='{box.name}']"):
                if other is not box:
                    other.attrib.pop("checked", None)


def values(form: Any) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for name, value in form.form_values():
        if name not in TOKENS:
            held.setdefault(name, []).append(value.replace("\r\n", "\n").removeprefix("\n"))
    return held


@pytest.mark.parametrize("sent", SIGNED_IN.values(), ids=lambda sent: sent.name)
def test_all_that_was_typed_is_in_the_form_again_after_the_sign_in(sent) -> None:
    page = Page(sent)
    form = page.form()
    untouched = values(form)
    fill(form)
    typed = values(form)
    assert typed != untouched
    Session.objects.all().delete()
    to_sign_in = page.client.post(page.action, dict_of(form), HTTP_REFERER=PORTAL + page.address)
    assert to_sign_in.status_code == 302
    assert to_sign_in["Location"].endswith(f"/accounts/login/?next={quote(page.address, safe='')}")
    page.client.force_login(page.person)
    assert values(page.form()) == typed


def dict_of(form: Any) -> dict[str, list[str]]:
    """Return what a browser sends, tokens included."""
    data: dict[str, list[str]] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return data


@pytest.mark.parametrize("name", ["council:item_edit", "dialogue:new", "documents:draft-annex", "workshops:theme_add"])
def test_another_person_who_signs_in_with_the_same_browser_does_not_see_what_was_typed(name) -> None:
    page = Page(SIGNED_IN[name])
    form = page.form()
    untouched = values(form)
    fill(form)
    Session.objects.all().delete()
    page.client.post(page.action, dict_of(form), HTTP_REFERER=PORTAL + page.address)
    page.client.force_login(make_staff("editor"))
    assert values(page.form()) == untouched
    assert "Typed into" not in page.client.get(page.address).content.decode()
