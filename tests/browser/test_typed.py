"""Typed text survives a reload, a closed tab and the end of a session, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from council.models import AgendaItem
from tests.browser.test_council import EDIT, RULES, meeting, open_as
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
    tab.wait_for_url(lambda url: "/items/" not in url)
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


def test_a_form_sent_by_a_double_click_creates_one_thing(open_as, meeting):
    page = open_as(make_staff("editor"), reverse("council:item_add", args=[meeting.slug]))
    page.get_by_label("Title in English").fill("Other business")
    page.get_by_role("button", name="Save").dblclick()
    page.wait_for_url(lambda url: "/items/" not in url)
    assert AgendaItem.objects.filter(title_en="Other business").count() == 1


def test_without_a_connection_the_text_stays_and_the_page_says_so(open_as, address):
    page = open_as(make_staff("editor"), address)
    write(page, "Half an hour of writing.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved: there is no connection")).to_be_visible()
    expect(page.get_by_label("Description in English")).to_have_value("Half an hour of writing.")
    page.context.set_offline(False)
    expect(page.get_by_text("Not saved: there is no connection")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(lambda url: "/items/" not in url)
    assert AgendaItem.objects.get(title_en="Debate").description_en == "Half an hour of writing."


def test_when_the_portal_is_gone_the_text_is_there_on_the_way_back(open_as, address):
    page = open_as(make_staff("editor"), address)
    write(page, "Half an hour of writing.")
    form = page.url
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(1000)
    page.unroute("**/*")
    page.goto(form)
    expect(page.get_by_label("Description in English")).to_have_value("Half an hour of writing.")


def test_back_after_an_error_and_after_saving_shows_what_is_saved_or_typed(open_as, address):
    page = open_as(make_staff("editor"), address)
    write(page, "Half an hour of writing.")
    page.get_by_label("Title in English").fill(" ")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Description in English")).to_have_value("Half an hour of writing.")
    page.get_by_label("Title in English").fill("Debate")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(lambda url: "/items/" not in url)
    page.go_back()
    expect(page.get_by_label("Description in English")).to_have_value("Half an hour of writing.")
    expect(page.get_by_text(KEPT)).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_of_a_clash_is_clear_and_accessible(open_as, address, width):
    first, second = (
        open_as(make_staff("editor", email=f"{name}@idm.example"), address, width) for name in ("ana", "ben")
    )
    first.get_by_label("Description in English").fill("Six minutes for each speaker.")
    first.get_by_label("Title in French").fill("Débat")
    first.get_by_role("button", name="Save").click()
    first.wait_for_url(lambda url: "/items/" not in url)
    second.get_by_label("Description in English").fill("Four minutes for each speaker and no more.")
    second.get_by_label("Title in Spanish").fill("Debate general")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", name="Saved by ana@idm.example")).to_be_visible()
    others = second.locator(".clash-others li").all_inner_texts()
    assert others == ["Title in Spanish: changed by you", "Title in French: changed by ana@idm.example"]
    wide = second.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    faults = Axe().run(second, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    assert (wide, [fault["id"] for fault in faults]) == (False, [])
    second.get_by_role("button", name="Use saved version").click()
    expect(second.get_by_label("What will be saved")).to_have_value("Six minutes for each speaker.")
    second.get_by_role("button", name="Save", exact=True).click()
    second.wait_for_url(lambda url: "/items/" not in url)
    row = AgendaItem.objects.get(title_en="Debate")
    assert (row.description_en, row.title_fr, row.title_es) == (
        "Six minutes for each speaker.",
        "Débat",
        "Debate general",
    )
