"""A participant answers a survey on a phone, without JavaScript; then everybody reads the results."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from surveys.models import Mark
from tests.factories.surveys import held_answers, make_link, make_open, make_settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def link(live_server) -> str:
    survey = make_open()
    return f"{live_server.url}/s/{make_link(survey.invitations.first())}/"


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def violations(page: Page) -> list:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]


def test_a_phone_without_javascript_from_the_link_to_the_receipt(browser: Browser, link):
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Next part").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem with one answer")
    page.get_by_role("radio", name="4", exact=True).check()
    page.get_by_label("Question remarks?").fill("Un commentaire")
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qu'en avez-vous pensé ?")
    expect(page.get_by_label("Question remarks?")).to_have_value("Un commentaire")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Next part").click()
    page.get_by_role("radio", name="South").check()
    page.get_by_role("button", name="Review my answers").click()
    expect(page.locator("main")).to_contain_text("Un commentaire")
    page.get_by_role("button", name="Change: General").click()
    page.get_by_role("radio", name="5", exact=True).check()
    page.get_by_role("button", name="Next part").click()
    page.get_by_role("button", name="Review my answers").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have received your answers")
    assert held_answers() == [{"overall": "5", "remarks": "Un commentaire", "from": "south"}]
    assert Mark.objects.count() == 1
    assert context.cookies() == []


def test_the_pages_of_the_link_are_accessible_and_narrow(page: Page, link):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(link)
    assert (violations(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Next part").click()
    assert (violations(page), fits(page)) == ([], True)
    page.get_by_role("radio", name="4", exact=True).check()
    page.get_by_role("button", name="Next part").click()
    page.get_by_role("button", name="Review my answers").click()
    assert (violations(page), fits(page)) == ([], True)
    sizes = page.get_by_role("button").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    assert min(sizes) >= 44


def test_the_results_are_accessible_and_narrow(live_server, page: Page):
    answers = [{"overall": 5, "again": 1, "from": "north"}] * 6 + [{"overall": 3, "from": "south"}] * 5
    survey = make_settled(answers=answers, audience="public")
    page.set_viewport_size({"width": 360, "height": 740})
    for address in ("", f"{survey.slug}/", f"{survey.slug}/results/"):
        page.goto(f"{live_server.url}/surveys/{address}")
        assert (address, violations(page), fits(page)) == (address, [], True)
