"""Import a table in a real browser: without JavaScript, on a phone, choosing the order of day and month."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from dialogue.models import Contribution
from tests.factories.dialogue import make_contribution, make_partner_dialogue
from tests.factories.membership import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TABLE = """code;topic;text;language;written_on;author_name;author_description;may_quote;attribution
first;1;The first words, which go on for a while so that one sees how a cell breaks.;en;03/04/2026;Ana;a nurse;yes;name
held;1;Words.;fr;04/05/2026;Bo Berg;;oui;name
wrong;7;Words.;xx;05/05/2026;Cy;;perhaps;name
"""

Open = Callable[..., Page]


@pytest.fixture
def open_import(live_server, browser: Browser) -> Iterator[Open]:
    """Return `open_import(width)`, which opens the upload page in an editor's browser of this width."""
    contexts = []
    dialogue = make_partner_dialogue("movement")
    make_contribution(dialogue.topics.first(), code="held", text="Words.", origin="imported", source="Forum")
    client = Client()
    client.force_login(make_staff("editor"))
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}

    def opened(width: int, **options) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.add_cookies([cookie | {"url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}{reverse('dialogue:import', args=['movement'])}")
        return page

    yield opened
    for context in contexts:
        context.close()


def send(page: Page, folder: Path) -> None:
    file = folder / "forum.csv"
    file.write_text(TABLE, encoding="cp1252")
    page.get_by_label("CSV or Excel file").set_input_files(file)
    page.get_by_label("Source of the contributions").fill("Forum")
    page.get_by_role("button", name="Upload and preview").click()


def problems(page: Page) -> list:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    violations = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]
    fits = page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    return violations if fits else [*violations, "too wide"]


def test_a_table_is_imported_without_javascript_on_a_phone(open_import, tmp_path):
    page = open_import(360, java_script_enabled=False)
    send(page, tmp_path)
    expect(page.locator("main")).to_contain_text("Dates such as 03/04/2026 in line 2 can be read in two ways.")
    page.get_by_label("Day first: 03/04/2026 is 3 April 2026").check()
    page.get_by_role("button", name="Read the dates again").click()
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.locator("main")).to_contain_text("2 rows were imported.")
    assert sorted(Contribution.objects.values_list("code", "author_name", "written_on__month")) == [
        ("first", "Ana", 4),
        ("held", "Bo Berg", 5),
    ]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_an_import_are_accessible_and_fit(open_import, tmp_path, width):
    page = open_import(width)
    assert problems(page) == []
    send(page, tmp_path)
    assert problems(page) == []
    page.get_by_label("Day first: 03/04/2026 is 3 April 2026").check()
    page.get_by_role("button", name="Read the dates again").click()
    expect(page.locator("tr", has_text="held")).to_contain_text("→")
    assert problems(page) == []
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("forum.csv")
    assert problems(page) == []
