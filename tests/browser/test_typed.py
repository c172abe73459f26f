"""Typed text survives a reload, a closed tab and the end of a session, in a real browser."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from council.models import AgendaItem
from tests.browser.test_council import EDIT, meeting, open_as
from tests.factories.membership import make_staff

__all__ = ["meeting", "open_as"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "This form contains text that you typed earlier and did not send."


@pytest.fixture
def address(meeting) -> str:
    return reverse("council:item_edit", args=[meeting.slug, AgendaItem.objects.get(title_en="Debate").pk])


def write(page, words: str) -> None:
    page.get_by_label("Description in English").fill(words)
    page.wait_for_timeout(400)


def test_text_is_there_after_a_reload_and_in_a_new_tab_and_gone_once_it_was_sent(open_as, address):
    page = open_as(make_staff("editor"), address)
    page.on("dialog", lambda dialog: dialog.accept())
    write(page, "Half an hour of writing.")
    page.reload()
    expect(page.get_by_label("Description in English")).to_have_value("Half an hour of writing.")
    expect(page.get_by_text(KEPT)).to_be_visible()
    tab = page.context.new_page()
    tab.goto(page.url)
    expect(tab.get_by_label("Description in English")).to_have_value("Half an hour of writing.")
    tab.get_by_role("button", name="Save").click()
    tab.wait_for_url("**/agenda/edit/**")
    assert AgendaItem.objects.get(title_en="Debate").description_en == "Half an hour of writing."
    tab.goto(page.url)
    expect(tab.get_by_text(KEPT)).to_have_count(0)


def test_stored_text_is_discarded_on_request(open_as, address):
    page = open_as(make_staff("editor"), address)
    page.on("dialog", lambda dialog: dialog.accept())
    write(page, "Not wanted.")
    page.reload()
    page.get_by_role("button", name="Discard this text").click()
    expect(page.get_by_label("Description in English")).to_have_value("")
    page.reload()
    expect(page.get_by_text(KEPT)).to_have_count(0)


def test_a_page_that_asks_by_itself_stops_quietly_when_the_session_ends(open_as, meeting):
    page = open_as(make_staff("editor"), EDIT)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.get_by_role("link", name="Edit Debate").click()
    write(page, "Half an hour of writing.")
    Session.objects.all().delete()
    expect(page.get_by_text("You have been signed out.")).to_be_visible(timeout=15000)
    page.wait_for_timeout(5000)
    assert (dialogs, page.get_by_text("You have been signed out.").count()) == ([], 1)
    expect(page.get_by_label("Description in English")).to_have_value("Half an hour of writing.")
