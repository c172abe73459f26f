"""Two people edit one thing at every address that edits: their changes are merged, and no text is lost."""

import json
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from foundation.editing.merging import OPENED
from tests.access import APPS, ROLES, Row, table_of
from tests.creating import NOT_CREATING
from tests.editing import EDITED, NOT_MERGED, Edited
from tests.factories.membership import make_person
from tests.submissions import form_on


def row_of(name: str) -> Row:
    return next(row for app in APPS for row in table_of(app) or () if (row.name, row.method) == (name, "POST"))


class Opened:
    """A form that two people have opened before either of them submits it."""

    def __init__(self, edited: Edited) -> None:
        row = row_of(edited.name)
        self.edited = edited
        self.address = reverse(edited.name, kwargs=row.kwargs() if row.kwargs else {})
        role = next(role for role, status in row.statuses.items() if status not in {403, 404} and role != "anonymous")
        make = ROLES[role]
        person = make() if make else None
        self.client = Client()
        self.client.force_login(person)
        for address in edited.people:
            make_person(email=address)
        if edited.start:
            self.send(self.fresh() | edited.start)
        self.first, self.second = self.fresh(), self.fresh()

    def fresh(self) -> dict[str, Any]:
        return form_on(self.client.get(self.address).content.decode())

    def send(self, fields: dict[str, Any]) -> Any:
        return self.client.post(self.address, fields)

    def held(self) -> tuple[Any, Any]:
        fields = self.fresh()
        return fields[self.edited.one], fields[self.edited.other]


@pytest.fixture
def opened(request) -> Opened:
    return Opened(request.param)


forms = pytest.mark.parametrize("opened", EDITED, ids=lambda edited: edited.name, indirect=True)


def test_every_address_that_edits_is_merged_or_says_why_it_needs_no_comparison() -> None:
    listed = [edited.name for edited in EDITED]
    assert (set(listed) | set(NOT_MERGED), set(listed) & set(NOT_MERGED), len(listed)) == (
        set(NOT_CREATING),
        set(),
        len(set(listed)),
    )


@pytest.mark.django_db
@forms
def test_changes_in_different_fields_are_saved_together(opened) -> None:
    edited = opened.edited
    assert opened.send(opened.first | {edited.one: edited.one_values[0]}).status_code == 302
    assert opened.send(opened.second | {edited.other: edited.other_values[1]}).status_code == 302
    assert opened.held() == (edited.one_values[0], edited.other_values[1])


@pytest.mark.django_db
@forms
def test_what_both_changed_is_asked_about_with_both_texts_and_the_rest_is_kept(opened) -> None:
    edited = opened.edited
    opened.send(opened.first | {edited.one: edited.one_values[0]})
    answer = opened.send(opened.second | {edited.one: edited.one_values[1], edited.other: edited.other_values[1]})
    html = answer.content.decode()
    document = lxml.html.fromstring(html)
    sides = [side.text_content() for side in document.find_class("clash-text")]
    asked = form_on(html)
    assert (answer.status_code, len(sides), opened.held()[0]) == (409, 2, edited.one_values[0])
    assert json.loads(asked[OPENED])[edited.one] == [edited.one_values[0]]
    assert opened.send(asked).status_code == 302
    assert opened.held() == (edited.one_values[1], edited.other_values[1])
