"""A State votes: an adviser drafts on a phone, the head clears, the deputy sends, changes and checks the receipt."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_votes import PASSWORD, complaints_about, tick
from tests.factories.membership import make_accreditation, make_person, make_state
from tests.factories.votes import make_open
from votes.models import Ballot, Position, Vote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ballot(db: None) -> Ballot:
    state = make_state("au", name="Australia")
    for capacity in ("head", "deputy", "adviser"):
        make_accreditation(make_person(f"{capacity}@au.example", password=PASSWORD), state, capacity=capacity)
    return make_open("topics")


def go_on(page: Page, role: str, name: str) -> None:
    """Focus the link or button of that name by keyboard, and press Enter."""
    target = page.get_by_role(role, name=name).first
    for _step in range(80):
        if target.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    "with_script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["script", "no script"]
)
def test_prepared_cleared_sent_and_changed_on_a_phone_by_keyboard(
    live_server: Any, browser: Any, ballot: Ballot, with_script: bool
) -> None:
    seen: dict[str, list[Any]] = {}

    def signed_in(capacity: str) -> Page:
        context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=with_script)
        page = context.new_page()
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("[name=login]", f"{capacity}@au.example")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
        return page

    def look(name: str, page: Page) -> None:
        seen[name] = complaints_about(page, with_script)

    adviser = signed_in("adviser")
    expect(adviser.get_by_role("link", name="Prepare position")).to_be_visible()
    adviser.goto(f"{live_server.url}/votes/topics/")
    expect(adviser.get_by_role("heading", level=1)).to_have_text("Which topics? (topics)")
    look("ballot", adviser)
    adviser.goto(live_server.url)
    go_on(adviser, "link", "Prepare position")
    expect(adviser.get_by_role("heading", level=1)).to_have_text("Your delegation’s position")
    tick(adviser, "A. Topic A")
    tick(adviser, "B. Topic B")
    go_on(adviser, "button", "Save draft")
    expect(adviser.get_by_role("main")).to_contain_text("The draft has been saved. Only your delegation can see it.")
    go_on(adviser, "button", "Mark as referred to the capital")
    expect(adviser.get_by_role("main")).to_contain_text("marked as referred to the capital")
    look("position", adviser)
    go_on(adviser, "link", "Brief for the capital (print or email)")
    expect(adviser.get_by_role("heading", level=1)).to_have_text("Brief for the capital")
    look("brief", adviser)
    go_on(adviser, "button", "Create brief")
    expect(adviser.get_by_role("main")).to_contain_text("PDF in English")
    expect(adviser.get_by_role("button", name="Create brief")).to_have_count(0)
    look("brief being made", adviser)
    adviser.context.close()

    head = signed_in("head")
    go_on(head, "link", "Clear position")
    expect(head.get_by_role("heading", level=1)).to_have_text("Your delegation’s position")
    go_on(head, "button", "Clear position")
    expect(head.get_by_role("main")).to_contain_text("The position has been cleared")
    assert Position.objects.get().stage == "cleared"
    go_on(head, "link", "Delegation settings")
    expect(head.get_by_role("heading", level=1)).to_have_text("Delegation settings")
    look("settings", head)
    go_on(head, "link", "Add deadlines to your calendar")
    expect(head.get_by_role("heading", level=1)).to_have_text("Add deadlines to your calendar")
    look("calendar", head)
    head.context.close()

    deputy = signed_in("deputy")
    go_on(deputy, "link", "Send cleared answer")
    expect(deputy.get_by_role("main")).to_contain_text("Your State will express this preference")
    go_on(deputy, "button", "Send answer for my State")
    expect(deputy.get_by_role("heading", level=1)).to_have_text("Your State’s answer has been recorded")
    deputy.context.close()
    assert Vote.objects.get().choices == ["A", "B"]

    # The head of delegation changes the State's answer.
    head = signed_in("head")
    head.goto(f"{live_server.url}/votes/topics/")
    go_on(head, "link", "Change answer")
    expect(head.get_by_role("button", name="Review")).to_be_visible()
    tick_off = head.get_by_role("checkbox", name="B. Topic B")
    expect(tick_off).to_be_checked()
    for _step in range(60):
        if tick_off.evaluate("box => box === document.activeElement"):
            break
        head.keyboard.press("Tab")
    head.keyboard.press("Space")
    tick(head, "C. Topic C")
    go_on(head, "button", "Review")
    expect(head.get_by_role("main")).to_contain_text("This answer replaces the one that your State sent before.")
    look("review", head)
    go_on(head, "button", "Send answer for my State")
    expect(head.get_by_role("main")).to_contain_text("It replaces your State’s earlier answer")
    look("receipt", head)
    code = head.get_by_label("Your receipt").input_value()
    go_on(head, "link", "Check receipt")
    expect(head.get_by_role("button", name="Check")).to_be_visible()
    head.get_by_role("textbox", name="Receipt").fill(code)
    go_on(head, "button", "Check")
    expect(head.get_by_role("status").first).to_contain_text("the ledger contains this answer")
    look("check", head)
    head.context.close()
    assert Vote.objects.get().choices == ["A", "C"]
    assert {name: found for name, found in seen.items() if found} == {}
