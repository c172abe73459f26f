"""A delegate votes on a phone: the dashboard, choosing two of three options, the receipt and its check."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.factories.membership import make_accreditation, make_person, make_state
from tests.factories.votes import make_open
from votes.models import Ballot, Vote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "a long word for the test"


@pytest.fixture
def ballot(db: None) -> Ballot:
    person = make_person("head@au.example", password=PASSWORD)
    make_accreditation(person, make_state("au", name="Australia"))
    return make_open("topics")


def complaints_about(page: Page, with_script: bool) -> list[Any]:
    """Return the errors of axe-core, and an error if the page is wider than the screen."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"] if with_script else []
    page.wait_for_load_state()
    # Evaluated on the element, which is waited for: between two pages there is none for a moment.
    wide = page.locator("html").evaluate("html => html.scrollWidth > window.innerWidth")
    return [rule["id"] for rule in found] + (["wider than the screen"] if wide else [])


def tick(page: Page, name: str) -> None:
    """Move on by keyboard until the option has the focus, and select it."""
    box = page.get_by_role("checkbox", name=name)
    for _step in range(60):
        if box.evaluate("box => box === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(box).to_be_checked()


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_delegate_chooses_two_of_three_on_a_phone_by_keyboard_and_checks_the_receipt(
    live_server: Any, browser: Any, ballot: Ballot, with_script: bool
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=with_script)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", "head@au.example")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    # The dashboard shows what the State has to do.
    page.get_by_role("link", name="Answer").first.click()
    page.get_by_role("link", name="Answer", exact=True).first.click()
    seen = {"answer": complaints_about(page, with_script)}
    tick(page, "A. Topic A")
    page.get_by_role("button", name="Review").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Choose exactly two options.")
    tick(page, "C. Topic C")
    page.get_by_role("button", name="Review").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Your State will express this preference:")
    seen["review"] = complaints_about(page, with_script)
    assert Vote.objects.count() == 0
    page.get_by_role("button", name="Send answer for my State").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your State’s answer has been recorded")
    assert list(Vote.objects.values_list("entity__code", "choices")) == [("au", ["A", "C"])]
    seen["receipt"] = complaints_about(page, with_script)
    code = page.get_by_label("Your receipt").input_value()
    context.close()

    # Anybody can check it, without an account.
    stranger = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=with_script).new_page()
    stranger.goto(f"{live_server.url}/votes/receipts/")
    stranger.get_by_role("textbox", name="Receipt").fill(code)
    stranger.get_by_role("button", name="Check").press("Enter")
    expect(stranger.get_by_role("status").first).to_contain_text("the ledger contains this answer")
    seen["check"] = complaints_about(stranger, with_script)
    stranger.context.close()
    assert seen == {"answer": [], "review": [], "receipt": [], "check": []}
