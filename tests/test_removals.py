"""Two people at every address that deletes: changes in the meantime are shown, and nothing is deleted unasked."""

import re
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from tests.access import APPS, ROLES, table_of
from tests.editing import EDITED
from tests.submissions import form_on, rows_everywhere
from tests.test_clashes import row_of

DELETES = re.compile(r"[_-](remove|delete)$")
# Addresses that delete a row which can be edited: the address of its form.
REMOVED = {
    "dialogue:paragraph_remove": "dialogue:paragraph_edit",
    "dialogue:topic_remove": "dialogue:topic_edit",
    "documents:draft-annex-remove": "documents:draft-annex-edit",
    "documents:symbol-remove": "documents:symbol-edit",
    "schedule:appearance_remove": "schedule:appearance_edit",
    "schedule:room_remove": "schedule:room_edit",
    "schedule:slot_remove": "schedule:slot_edit",
    "surveys:outcome_remove": "surveys:outcome_edit",
    "surveys:question_remove": "surveys:question_edit",
    "surveys:section_remove": "surveys:section_edit",
    "surveys:theme_remove": "surveys:theme_edit",
    "votes:option_remove": "votes:option_edit",
    "workshops:contribution_remove": "workshops:contribution_edit",
    "workshops:line_remove": "workshops:line_edit",
    "workshops:material_remove": "workshops:material_edit",
    "workshops:participant_cancel": "workshops:participant_edit",
    "workshops:participant_remove": "workshops:participant_edit",
}
OTHERWISE = {
    "council:item_remove": "asks for a reason: tests/council/test_views.py",
    "council:paper_remove": "a link to a document, which nobody can edit",
    "dialogue:comment_remove": "without a page of its own: tests/dialogue/test_selection_pages.py",
    "dialogue:visits_remove": "a report, which nobody can edit",
    "membership:period_remove": "its form asks twice, so that it cannot be edited at once: test_entities.py",
}


class Removal:
    """A page that asks before it deletes, opened before somebody edits the row."""

    def __init__(self, name: str) -> None:
        self.edited = next(edited for edited in EDITED if edited.name == REMOVED[name])
        row = row_of(name)
        kwargs = row.kwargs() if row.kwargs else {}
        self.address, self.edit_address = reverse(name, kwargs=kwargs), reverse(self.edited.name, kwargs=kwargs)
        make = ROLES[next(role for role, status in row.statuses.items() if status not in {403, 404} and ROLES[role])]
        self.client = Client()
        self.client.force_login(make())
        self.fields = self.form(self.address)

    def form(self, address: str) -> dict[str, Any]:
        return form_on(self.client.get(address).content.decode())

    def somebody_edits(self) -> None:
        fields = self.form(self.edit_address) | {self.edited.one: self.edited.one_values[0]}
        assert self.client.post(self.edit_address, fields).status_code == 302


@pytest.fixture
def removal(request) -> Removal:
    return Removal(request.param)


removals = pytest.mark.parametrize("removal", REMOVED, indirect=True)


def test_every_address_that_deletes_is_in_the_table_or_has_a_reason() -> None:
    posted = {row.name for app in APPS for row in table_of(app) or () if row.method == "POST"}
    found = {name for name in posted if DELETES.search(name)}
    assert found == {name for name in REMOVED if DELETES.search(name)} | set(OTHERWISE)


@pytest.mark.django_db
@removals
def test_what_was_changed_after_the_page_was_opened_is_shown_and_asked_about_again(removal) -> None:
    removal.somebody_edits()
    before = rows_everywhere()
    asked = removal.client.post(removal.address, removal.fields)
    page = asked.content.decode()
    sides = [side.text_content() for side in lxml.html.fromstring(page).find_class("clash-text")]
    assert (asked.status_code, rows_everywhere() == before) == (409, True)
    assert removal.edited.one_values[0] in sides
    assert "Nothing was removed. Check it before you continue." in page
    assert removal.client.post(removal.address, form_on(page)).status_code == 302
    assert rows_everywhere() != before


@pytest.mark.django_db
@removals
def test_a_form_without_the_version_deletes_nothing_and_asks_again(removal) -> None:
    before = rows_everywhere()
    asked = removal.client.post(removal.address, {})
    assert (asked.status_code, rows_everywhere() == before) == (409, True)
    assert form_on(asked.content.decode())["edit_version"] == removal.fields["edit_version"]
    assert removal.client.post(removal.address, removal.fields).status_code == 302
