"""The style guide in a real browser: accessibility, widths, and the behaviour of portal.js."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.foundation.frame_urls")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def guide(live_server, page: Page) -> Page:
    page.goto(f"{live_server.url}/components/")
    return page


def order(page: Page) -> list[str]:
    return page.locator("#sample-agenda > li").evaluate_all("rows => rows.map(row => row.dataset.id)")


@pytest.mark.parametrize("width", [1280, 360])
def test_no_violation_and_no_horizontal_scroll(live_server, page: Page, width):
    page.set_viewport_size({"width": width, "height": 740})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/components/")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


def test_everything_fits_at_four_hundred_per_cent(live_server, page: Page):
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{live_server.url}/components/")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_error_summary_takes_the_focus_and_leads_to_the_fields(guide: Page):
    focused = "document.activeElement.id || document.activeElement.className"
    guide.get_by_role("link", name="Title: This field is required.").click()
    assert guide.evaluate(focused) == "id_title"
    guide.get_by_role("link", name="Topics: This field is required.").click()
    assert guide.evaluate(focused) == "id_topics_0"


def test_readers_own_time_is_beside_the_meetings(live_server, browser):
    page = browser.new_context(timezone_id="America/New_York").new_page()
    page.goto(f"{live_server.url}/components/")
    assert re.match(r"your time: \w+day", page.locator("[data-reader-time]").first.inner_text())
    assert page.locator("[data-time-left]").nth(2).inner_text() == "3 days 4 hours left"
    same = browser.new_context(timezone_id="Europe/Paris").new_page()
    same.goto(f"{live_server.url}/components/")
    assert same.locator("[data-reader-time]").first.inner_text() == ""


def test_a_row_is_moved_by_arrow_keys_said_aloud_and_taken_back(guide: Page):
    grip = guide.get_by_role("button", name="Move High-level segment with the arrow keys")
    grip.focus()
    with guide.expect_request("**/order/") as sent:
        guide.keyboard.press("ArrowUp")
    assert sent.value.post_data == "moved=3&parent=&order=1&order=3&order=2&edit_version=1"
    expect(guide.get_by_text("High-level segment is now number 2 of 3.")).to_be_visible()
    expect(guide.locator("#sample-agenda")).to_have_attribute("data-version", "2")
    expect(grip).to_be_focused()
    guide.keyboard.press("ArrowRight")
    expect(guide.get_by_text("High-level segment is now number 1 of 1 under Opening of the session.")).to_be_visible()
    assert order(guide) == ["1", "2"]
    guide.get_by_role("button", name="Undo").click()
    assert order(guide) == ["1", "3", "2"]


def test_a_row_is_moved_by_drag(guide: Page):
    grip = guide.get_by_role("button", name="Move High-level segment with the arrow keys").bounding_box()
    first = guide.locator("li[data-id='1'] > .sort-row").bounding_box()
    guide.mouse.move(grip["x"] + 20, grip["y"] + 20)
    guide.mouse.down()
    guide.mouse.move(grip["x"] + 20, grip["y"] - 10, steps=5)
    with guide.expect_request("**/order/") as sent:
        guide.mouse.move(first["x"] + 40, first["y"] + 3, steps=15)
        guide.wait_for_timeout(200)
        guide.mouse.up()
    assert sent.value.post_data == "moved=3&parent=&order=3&order=1&order=2&edit_version=1"
    assert order(guide) == ["3", "1", "2"]


def test_an_order_that_was_refused_is_explained_and_put_back(guide: Page):
    guide.get_by_role("button", name="Move Adoption of the agenda up").click()
    expect(guide.get_by_text("Another editor moved this item.")).to_be_visible()
    expect(guide.locator("#sample-agenda > li").first).to_have_attribute("data-id", "1")
    assert order(guide) == ["1", "2", "3"]


def test_a_lost_connection_leaves_the_rows_as_they_were_saved(guide: Page):
    guide.context.set_offline(True)
    guide.get_by_role("button", name="Move High-level segment up").click()
    expect(guide.get_by_text("The order could not be saved.")).to_be_visible()
    expect(guide.locator("#sample-agenda > li").nth(1)).to_have_attribute("data-id", "2")
    assert order(guide) == ["1", "2", "3"]
    guide.context.set_offline(False)
    guide.get_by_role("button", name="Move High-level segment up").click()
    expect(guide.get_by_text("High-level segment is now number 2 of 3.")).to_be_visible()


def test_leaving_with_changes_asks_and_unchanged_does_not(live_server, guide: Page):
    asked = []
    guide.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    guide.goto(f"{live_server.url}/components/")
    assert asked == []
    guide.locator("#id_remarks").first.fill("Something new")
    guide.goto(f"{live_server.url}/components/")
    assert asked == ["beforeunload"]


def test_one_of_two_texts_is_taken_into_the_box(guide: Page):
    guide.get_by_role("button", name="Use saved version").first.click()
    focused = guide.evaluate("[document.activeElement.name, document.activeElement.value]")
    assert focused == ["title", "Panel on migration and social change"]


def test_without_javascript_the_plain_ways_are_there(live_server, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/components/")
    expect(page.get_by_role("link", name="Refresh").first).to_be_visible()
    expect(page.get_by_role("button", name="Move Opening of the session down")).to_be_visible()
    expect(page.locator(".sort-grip").first).to_be_hidden()
    expect(page.locator("[data-put]").first).to_be_hidden()
